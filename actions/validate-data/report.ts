import type { ValidationDocument } from '../lib/documents/validation.ts';
import type { ChangedLines } from '../lib/findings/changed-lines.ts';
import { type AnnotationOptions, planAnnotations } from '../lib/findings/plan-annotations.ts';
import { formatBytes, formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { Annotation } from '../runtime/runtime.ts';
import { comparisonPart, contractPart } from './report-changes.ts';
import { checksTable, failedPart, findingsPart, freshnessPart } from './report-checks.ts';
import { driftPart } from './report-drift.ts';
import type { ReportExtras } from './report-extras.ts';
import { verdictLine } from './report-words.ts';

export { verdictLine };

const MARKS = { pass: '✅', waived: '✅', warn: '⚠️', inconclusive: '❔', fail: '❌' } as const;
/** Checks listed in the summary; report.json has all. */
const MAX_CHECKS = 200;
/** Files listed in the summary. */
const MAX_FILES = 20;

/**
 * The report as Markdown, for the job summary and `report.md`: the verdict, what failed and where it begins, then what
 * is behind it. Names and values of the data stand in it as texts.
 */
export function renderReport(document: ValidationDocument, extras: ReportExtras = {}): string {
  const { notes, verdict } = document;
  return sections(
    `### ${MARKS[verdict]} ${markdownText(verdictLine(document, extras))}`,
    factsLine(document),
    comparisonPart(extras),
    contractPart(extras),
    failedPart(document),
    findingsPart(document, extras),
    driftPart(document),
    freshnessPart(document),
    notes.length > 0 ? details('Notes', bulletList(notes.map(markdownText))) : undefined,
    filesPart(document),
    allChecksPart(document),
  );
}

function factsLine({ checks, dataset }: ValidationDocument): string {
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const sizes = [
    formatQuantity(dataset.files.length, 'file'),
    formatQuantity(dataset.rows, 'row'),
    formatQuantity(dataset.columns.length, 'column'),
  ].join(', ');
  return `${sizes}; ${formatCount(passed)} of ${formatQuantity(checks.length, 'check')} passed${dimensionsText(checks)}.`;
}

/** The dimensions of quality in which a check failed, with how many passed. */
function dimensionsText(checks: ValidationDocument['checks']): string {
  const groups = [...Map.groupBy(checks, ({ dimension }) => dimension ?? 'other')].flatMap(
    ([dimension, own]) => {
      const passed = own.filter(({ status }) => status === 'pass').length;
      return passed === own.length ? [] : [`${markdownText(dimension)} ${passed} of ${own.length}`];
    },
  );
  return groups.length === 0 ? '' : ` (${groups.sort().join(', ')})`;
}

function filesPart({ dataset: { files } }: ValidationDocument): string | undefined {
  if (files.length < 2) return undefined;
  const rows = files
    .slice(0, MAX_FILES)
    .map(({ name, format, bytes, rows: count }) => [
      code(name),
      format,
      formatBytes(bytes),
      formatCount(count),
    ]);
  const more = files.length - rows.length;
  return details(
    `All ${files.length} files`,
    `${table(['File', 'Format', 'Size', 'Rows'], rows, ['left', 'left', 'right', 'right'])}${more > 0 ? `\n\n… and ${formatQuantity(more, 'more file')}.` : ''}`,
  );
}

function allChecksPart({ checks }: ValidationDocument): string {
  const more = checks.length - MAX_CHECKS;
  return details(
    `All ${formatQuantity(checks.length, 'check')}`,
    `${checksTable(checks.slice(0, MAX_CHECKS))}${more > 0 ? `\n\n… and ${formatQuantity(more, 'more check')} in report.json.` : ''}`,
  );
}

/** The findings as annotations on the lines of the data: errors and changed lines first, and of every check some. */
export const annotations = (
  document: ValidationDocument,
  changed?: ChangedLines,
  options: AnnotationOptions = {},
): readonly Annotation[] => planAnnotations(document, changed, options);
