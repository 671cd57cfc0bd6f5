import type { Severity } from '../documents/validation.ts';
import { formatCount, formatQuantity } from '../report/format-number.ts';
import { type Verdict, worstVerdict } from '../verdict.ts';
import type { FindingsComparison, NewFindings } from './compare-findings.ts';

const BROKEN: Readonly<Record<Severity, Verdict>> = { error: 'fail', warning: 'warn', info: 'pass' };
const UNKNOWN: Readonly<Record<Severity, Verdict>> = { error: 'inconclusive', warning: 'warn', info: 'pass' };

/**
 * The verdict when only what is new counts. Where the lists of findings were cut and the counts did not grow, nothing
 * is held against the change: the report says that it is not known.
 *
 * @param driftSeverity - what drift of a column means where its result does not say
 */
export const judgeNew = (comparison: FindingsComparison, driftSeverity: Severity = 'warning'): Verdict =>
  worstVerdict([
    ...comparison.groups.map(verdictOf),
    ...comparison.drift.map(({ severity }) => BROKEN[severity ?? driftSeverity]),
  ]);

function verdictOf({ change, severity, atLeast }: NewFindings): Verdict {
  if (change === 'not-measured') return UNKNOWN[severity];
  return atLeast > 0 ? BROKEN[severity] : 'pass';
}

/** Checks that got worse for sure, and those of which it is not known because the reports do not list all findings. */
export function worseGroups({ groups }: FindingsComparison): {
  readonly worse: readonly NewFindings[];
  readonly unknown: number;
} {
  const worse = groups.filter(({ change, atLeast }) => atLeast > 0 || change === 'not-measured');
  return { worse, unknown: groups.length - worse.length };
}

/** What is to be said of checks that may or may not have new findings; empty for none. */
export const unknownText = (unknown: number): string =>
  unknown === 0
    ? ''
    : `${formatQuantity(unknown, 'check')} ${unknown === 1 ? 'has' : 'have'} as many findings as before; whether they are the same ones is not known, because a report lists only the first of each check.`;

/** New findings counted, by severity; at least so many. */
export function countNew({ groups }: FindingsComparison): Readonly<Record<Severity, number>> {
  const of = (severity: Severity): number =>
    groups.reduce((sum, group) => (group.severity === severity ? sum + group.atLeast : sum), 0);
  return { error: of('error'), warning: of('warning'), info: of('info') };
}

/** The comparison in one line of plain text: `3 new findings (2 errors, 1 warning), 41 known, 5 gone`. */
export function comparisonLine(comparison: FindingsComparison): string {
  const { error, warning, info } = countNew(comparison);
  const total = error + warning + info;
  const sure = comparison.groups.every(({ atLeast, atMost }) => atLeast === atMost);
  const parts = [
    ...(error > 0 ? [formatQuantity(error, 'error')] : []),
    ...(warning > 0 ? [formatQuantity(warning, 'warning')] : []),
    ...(info > 0 ? [formatQuantity(info, 'remark')] : []),
  ];
  const lost = comparison.groups.filter(({ change }) => change === 'not-measured').length;
  const count =
    total === 0
      ? 'No new findings'
      : `${sure ? '' : 'At least '}${formatQuantity(total, 'new finding')} (${parts.join(', ')})`;
  return [
    count,
    ...(lost > 0 ? [`${formatQuantity(lost, 'check')} without an answer now`] : []),
    ...(comparison.drift.length > 0
      ? [`${formatQuantity(comparison.drift.length, 'column')} newly drifted`]
      : []),
    `${formatCount(comparison.known)} known`,
    ...(comparison.gone > 0 ? [`${formatCount(comparison.gone)} gone`] : []),
  ].join(', ');
}

const CHANGES: Readonly<Record<NewFindings['change'], string>> = {
  more: 'more than before',
  'failed-only-now': 'passed before',
  'new-check': 'the check is new',
  'not-measured': 'had an answer before, has none now',
};

/** What changed in one check and column, in words. */
export function changeText({ change, atLeast, atMost }: NewFindings): string {
  const unsure = atLeast < atMost && change !== 'not-measured' ? `, at most ${formatCount(atMost)} new` : '';
  return `${CHANGES[change]}${unsure}`;
}
