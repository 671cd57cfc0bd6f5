import type { DriftResult, Severity, ValidationDocument } from '../lib/documents/validation.ts';
import { formatCount, formatNumber, formatQuantity } from '../lib/report/format-number.ts';
import { code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import { datasetDriftText, driftWords, effectText } from './report-words.ts';

const DRIFTED = { error: '❌ drifted', warning: '⚠️ drifted', info: 'ℹ️ drifted' } as const;
const STATUS = {
  inconclusive: '❔ inconclusive',
  stable: '✅ stable',
  'not-tested': '– not tested',
} as const;
const ORDER: readonly DriftResult['status'][] = ['drifted', 'inconclusive', 'stable', 'not-tested'];
/** Columns listed; report.json has all. */
const MAX_COLUMNS = 200;

/** How the columns compare with the reference: those that drifted or are in doubt at once, the others folded away. */
export function driftPart(document: ValidationDocument): string | undefined {
  const { drift } = document;
  if (drift === undefined) return undefined;
  const sorted = [...drift.results].sort(
    (a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (b.effect ?? 0) - (a.effect ?? 0),
  );
  const notable = sorted.filter(({ status }) => status === 'drifted' || status === 'inconclusive');
  const others = sorted.slice(notable.length);
  return sections(
    '#### Drift',
    `Compared with ${code(drift.reference)}. A column drifted when its effect is at least ${formatNumber(drift.threshold)} and its ` +
      `p-value, after Benjamini-Hochberg, is below ${formatNumber(drift.alpha)}.`,
    datasetDriftText(document),
    notable.length > 0 ? resultsTable(notable, drift.severity) : 'No column drifted.',
    others.length > 0
      ? details(`${formatQuantity(others.length, 'other test')}`, resultsTable(others, drift.severity))
      : undefined,
  );
}

function resultsTable(results: readonly DriftResult[], severity: Severity): string {
  const shown = results.slice(0, MAX_COLUMNS);
  const more = results.length - shown.length;
  return sections(
    table(
      ['', 'Column', 'Test', 'Effect', 'Noise floor', 'p, adjusted', 'Reference', 'Current', 'Why'],
      shown.map((result) => row(result, severity)),
      ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
    more > 0 ? `… and ${formatQuantity(more, 'more test')} in report.json.` : undefined,
  );
}

const row = (result: DriftResult, severity: Severity): readonly string[] => [
  result.status === 'drifted' ? DRIFTED[result.severity ?? severity] : STATUS[result.status],
  code(result.field),
  result.measure === undefined ? result.test : code(result.measure),
  effectText(result),
  result.noiseFloor === undefined ? '' : formatNumber(result.noiseFloor, 2),
  result.adjustedP === undefined ? '' : formatNumber(result.adjustedP, 2),
  formatCount(result.referenceCount),
  formatCount(result.currentCount),
  markdownText(driftWords(result)),
];
