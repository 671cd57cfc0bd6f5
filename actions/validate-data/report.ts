import type {
  CheckResult,
  DriftResult,
  Finding,
  Severity,
  ValidationDocument,
} from '../lib/documents/validation.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../lib/report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { Annotation } from '../runtime/runtime.ts';

/** Findings shown in the summary; report.json has more. */
const MAX_SHOWN = 25;

const MARKS = { pass: '✅', waived: '✅', warn: '⚠️', inconclusive: '❔', fail: '❌' } as const;
const WORDS = {
  pass: 'valid',
  waived: 'valid',
  warn: 'valid, with warnings',
  inconclusive: 'undecided',
  fail: 'not valid',
} as const;
const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/** The verdict and its first reason as one line of plain text. */
export function verdictLine(document: ValidationDocument): string {
  const { verdict, dataset, counts } = document;
  const found = [
    ...(counts.errors > 0 ? [formatQuantity(counts.errors, 'error')] : []),
    ...(counts.warnings > 0 ? [formatQuantity(counts.warnings, 'warning')] : []),
  ].join(', ');
  const rows = formatQuantity(dataset.rows, 'row');
  const reason = firstReason(document);
  return `Data ${WORDS[verdict]}: ${found === '' ? '' : `${found} in `}${rows}${reason === '' ? '' : `; ${reason}`}`;
}

function firstReason({ findings, drift, checks }: ValidationDocument): string {
  const [worst] = bySeverity(findings);
  if (worst) return `first: ${whereText(worst)}${worst.message}`;
  const moved = drift?.results.find(({ status }) => status === 'drifted');
  if (moved) return `${moved.field} drifted`;
  const unsure = drift?.results.find(({ status }) => status === 'inconclusive');
  if (unsure) return `${unsure.field}: ${unsure.reason ?? 'drift is inconclusive'}`;
  const unmeasured = checks.find(({ status }) => status === 'undefined');
  return unmeasured ? `${unmeasured.field ?? ''} ${unmeasured.check} could not be measured` : '';
}

const bySeverity = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));

const whereText = ({ file, line, column, row }: Finding): string => {
  if (file === undefined) return '';
  if (line !== undefined) return `${file}:${line}${column === undefined ? '' : `:${column}`} `;
  return row === undefined ? `${file} ` : `${file} row ${row} `;
};

/** The report as Markdown, for the job summary and `report.md`: verdict first. Names and values stand in it as texts. */
export function renderReport(document: ValidationDocument): string {
  const { checks, dataset, findings, notes, verdict } = document;
  const failed = checks.filter(({ status }) => status !== 'pass');
  return sections(
    `### ${MARKS[verdict]} ${markdownText(verdictLine(document))}`,
    `${formatQuantity(dataset.files.length, 'file')}, ${formatQuantity(dataset.rows, 'row')}, ${formatQuantity(dataset.columns.length, 'column')}; ` +
      `${formatCount(checks.length - failed.length)} of ${formatQuantity(checks.length, 'check')} passed.`,
    failed.length > 0 ? checksTable(failed) : undefined,
    findings.length > 0 ? findingsTable(findings, checks) : undefined,
    document.drift ? driftSection(document.drift) : undefined,
    notes.length > 0 ? details('Notes', bulletList(notes.map(markdownText))) : undefined,
    details(`All ${checks.length} checks`, checksTable(checks)),
  );
}

const STATUS = { pass: '✅ pass', fail: '❌ fail', undefined: '❔ not measured' } as const;

const checksTable = (checks: readonly CheckResult[]): string =>
  table(
    ['', 'Check', 'Column', 'Demand', 'Found', 'Limit', 'Severity'],
    checks.map((check) => [
      STATUS[check.status],
      code(check.check),
      check.field === undefined ? '' : code(check.field),
      markdownText(check.title),
      check.measured === null ? 'undefined' : `${formatNumber(check.measured)} ${check.unit}`,
      markdownText(check.expected),
      check.severity,
    ]),
    ['left', 'left', 'left', 'left', 'right', 'right', 'left'],
  );

function findingsTable(findings: readonly Finding[], checks: readonly CheckResult[]): string {
  const total = checks.reduce((sum, check) => sum + check.findings, 0);
  const shown = bySeverity(findings).slice(0, MAX_SHOWN);
  const rows = shown.map((finding) => [
    finding.severity,
    finding.file === undefined ? '' : code(whereText(finding).trim()),
    finding.field === undefined ? '' : code(finding.field),
    finding.value === undefined ? '' : code(finding.value),
    markdownText(finding.message),
  ]);
  const more = total - shown.length;
  return sections(
    '#### Findings',
    table(['Severity', 'Where', 'Column', 'Value', 'What'], rows),
    more > 0
      ? `${formatQuantity(more, 'more finding')}; report.json holds the first of each check.`
      : undefined,
  );
}

const DRIFT_STATUS = {
  drifted: '❌ drifted',
  stable: '✅ stable',
  inconclusive: '❔ inconclusive',
  'not-tested': '– not tested',
} as const;

const driftSection = (drift: NonNullable<ValidationDocument['drift']>): string =>
  sections(
    '#### Drift',
    `Compared with ${code(drift.reference)}. A column drifted when its effect is at least ${formatNumber(drift.threshold)} and its ` +
      `p-value, after Benjamini-Hochberg, is below ${formatNumber(drift.alpha)}.`,
    table(
      ['', 'Column', 'Test', 'Effect', 'Noise floor', 'p, adjusted', 'Reference', 'Current', 'Why'],
      drift.results.map(driftRow),
      ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
  );

const driftRow = (result: DriftResult): readonly string[] => [
  DRIFT_STATUS[result.status],
  code(result.field),
  result.measure === undefined ? result.test : code(result.measure),
  result.effect === undefined ? '' : shownEffect(result),
  result.noiseFloor === undefined ? '' : formatNumber(result.noiseFloor, 2),
  result.adjustedP === undefined ? '' : formatNumber(result.adjustedP, 2),
  formatCount(result.referenceCount),
  formatCount(result.currentCount),
  markdownText(result.reason ?? ''),
];

const shownEffect = ({ test, effect = 0, exact }: DriftResult): string =>
  `${exact ? '' : '≈ '}${test === 'completeness' ? formatPercent(effect) : formatNumber(effect, 3)}`;

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** The first finding of every check and column, then every second one, and so on: the runner shows only a few. */
function mixed(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, number>();
  const ranked = findings.map((finding) => {
    const kind = `${finding.check} ${finding.field ?? ''}`;
    const rank = seen.get(kind) ?? 0;
    seen.set(kind, rank + 1);
    return { finding, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ finding }) => finding);
}

/** The findings as annotations on the lines of the data: errors first, and of every kind some. */
export const annotations = ({ findings }: ValidationDocument): readonly Annotation[] =>
  bySeverity(mixed(findings)).map(({ severity, check, message, file, line, column, row }) => ({
    level: LEVELS[severity],
    title: check,
    message: row === undefined ? message : `row ${row}: ${message}`,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }));
