import type { CheckResult, DriftResult, Finding, ValidationDocument } from '../lib/documents/validation.ts';
import { bySeverity } from '../lib/findings/finding-group.ts';
import { comparisonLine } from '../lib/findings/judge-new.ts';
import { placeText } from '../lib/findings/place-text.ts';
import { formatNumber, formatPercent, formatQuantity } from '../lib/report/format-number.ts';
import type { ReportExtras } from './report-extras.ts';

const WORDS = {
  pass: 'valid',
  waived: 'valid',
  warn: 'valid, with warnings',
  inconclusive: 'undecided',
  fail: 'not valid',
} as const;

/** The same where only what is new against the base branch decides. */
const WORDS_OF_NEW = {
  pass: 'no worse than before',
  waived: 'no worse than before',
  warn: 'no worse than before, with new warnings',
  inconclusive: 'undecided',
  fail: 'worse than before',
} as const;

/** The verdict as people say it. */
export const verdictWords = (
  { verdict }: ValidationDocument,
  { onlyNew, comparison }: ReportExtras = {},
): string => (onlyNew && comparison ? WORDS_OF_NEW[verdict] : WORDS[verdict]);

/** The verdict and its first reason as one line of plain text. */
export const verdictLine = (document: ValidationDocument, extras: ReportExtras = {}): string =>
  `Data ${verdictWords(document, extras)}: ${reasonText(document, extras)}`;

/** What the verdict rests on: counts and the first reason. */
export function reasonText(document: ValidationDocument, { onlyNew, comparison }: ReportExtras = {}): string {
  if (onlyNew && comparison) {
    const [first] = document.findings.filter((finding) => comparison.fresh.has(finding)).sort(bySeverity);
    const line = comparisonLine(comparison).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    return first ? `${line}; first new: ${findingText(first)}` : line;
  }
  const reason = firstReason(document);
  return `${countsText(document)}${reason === '' ? '' : `; ${reason}`}`;
}

const findingText = (finding: Finding): string => `${placeText(finding)} ${finding.message}`.trim();

/** `2 errors, 1 warning in 1,000 rows`. */
export function countsText({ counts, dataset }: ValidationDocument): string {
  const found = [
    ...(counts.errors > 0 ? [formatQuantity(counts.errors, 'error')] : []),
    ...(counts.warnings > 0 ? [formatQuantity(counts.warnings, 'warning')] : []),
  ].join(', ');
  return `${found === '' ? '' : `${found} in `}${formatQuantity(dataset.rows, 'row')}`;
}

function firstReason({ findings, drift, checks }: ValidationDocument): string {
  const [worst] = [...findings].sort(bySeverity);
  if (worst) return `first: ${findingText(worst)}`;
  const moved = drift?.results.find(({ status }) => status === 'drifted');
  if (moved) return `${moved.field} drifted`;
  const unsure = drift?.results.find(({ status }) => status === 'inconclusive');
  if (unsure) return `${unsure.field}: ${unsure.reason ?? 'drift is inconclusive'}`;
  const unmeasured = checks.find(({ status }) => status !== 'pass' && status !== 'fail');
  return unmeasured ? `${unmeasured.field ?? ''} ${unmeasured.check}: ${openText(unmeasured)}`.trim() : '';
}

/** Why a check has no answer. */
export function openText({ status, note }: CheckResult): string {
  const words = status === 'inconclusive' ? 'undecided' : 'not measured';
  return note === undefined ? words : `${words}: ${note}`;
}

/** What a check measured: `37 rows`, `1.9 %`, `not measured`. */
export function measuredText({ measured, unit, status }: CheckResult): string {
  // The number of a classified column may tell a value of it.
  if (measured === null) return status === 'undefined' ? 'not measured' : 'not shown';
  if (unit === 'percent') return `${formatNumber(measured, 3)} %`;
  // Values have no unit; the word for one row is not "rows".
  return unit === 'rows' || unit === 'columns' || unit === 'files'
    ? formatQuantity(measured, unit.slice(0, -1))
    : formatNumber(measured);
}

/** The limit of a check: `at most 2 %`. */
export const limitText = ({ expected, unit }: CheckResult): string =>
  unit === 'percent' ? `${expected} %` : expected === '0' ? 'none' : expected;

/** The name of a drift measure as words: `jensenShannon` is `jensen shannon`. */
export const measureText = ({ measure, test }: DriftResult): string =>
  (measure ?? test)
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll('_', ' ');

/** What is to be said of a drift result besides its numbers. */
export const driftWords = ({ reason, change, compat }: DriftResult): string =>
  [change, reason, compat === undefined ? undefined : `by the rule of ${compat}`]
    .filter((part) => part !== undefined)
    .join('; ');

/** Whether the data as a whole drifted, in a sentence; empty where nobody asked. */
export function datasetDriftText({ drift }: ValidationDocument): string {
  if (drift?.dataset === undefined) return '';
  const { status, drifted, compared, limit, inconclusive } = drift.dataset;
  const doubt = inconclusive > 0 ? `, ${inconclusive} in doubt` : '';
  const words = { drifted: 'drifted', stable: 'did not drift', inconclusive: 'is undecided' }[status];
  return `The data as a whole ${words}: ${drifted} of ${formatQuantity(compared, 'column')} drifted${doubt}; the limit is ${formatPercent(limit)}.`;
}

/** An effect of drift, marked where it comes from sketches. */
export function effectText({ test, effect, exact }: DriftResult): string {
  if (effect === undefined) return '';
  return `${exact ? '' : '≈ '}${test === 'completeness' ? formatPercent(effect) : formatNumber(effect, 3)}`;
}
