import { sha256 } from '../lib/digest.ts';
import { type Metric, metricFor } from '../lib/metrics/metric.ts';
import { type ClassRows, type EvaluationRows, isClassRows } from '../lib/metrics/rows.ts';
import type { Evaluation } from './evaluate.ts';
import type { RowIds } from './row-ids.ts';
import { type Slice, sliceText } from './slices.ts';

/** Digits of a hashed id: 64 bits, so that a million rows share none but by a chance of 1 in 30 million. */
const HASHED_DIGITS = 16;

/** An id that says nothing of the row, and is the same wherever the row is scored. */
export const hashedId = (id: string): string =>
  sha256(id).slice('sha256:'.length, 'sha256:'.length + HASHED_DIGITS);

/** Lines that are given at a time. */
const CHUNK_LINES = 4096;

/** Takes secrets out of a text. */
type Redact = (text: string) => string;

/**
 * The lines of `rows.ndjson`, one for each row that was measured, in chunks without secrets.
 *
 * @param redact - asked about names once, and about every line only where rows bring texts of their own: of a million
 *   rows of numbers it would take as long as writing them
 */
export function* scoredRowLines(
  evaluation: Evaluation,
  keep: 'full' | 'hashed',
  redact: Redact,
): Generator<string> {
  const { assembled, ids, slices } = evaluation;
  const { rows, source } = assembled;
  const named: Redact = (text) => JSON.stringify(redact(text));
  const said = sayerOf(rows, evaluation.chosen, keep, named);
  const groups = slicesOfRows(slices, rows.count, named);
  const idOf = idWriter(ids, keep);
  const clean: Redact = hasOwnTexts(rows, ids, keep) ? redact : (chunk) => chunk;
  const { weights, clusters } = rows;
  let chunk = '';
  for (let row = 0; row < rows.count; row++) {
    const weight = weights ? `,"w":${weights[row] ?? 1}` : '';
    const cluster = clusters ? `,"c":${clusters[row] ?? 0}` : '';
    chunk += `{"id":${idOf(source[row] ?? 0)},${said(row)}${weight}${cluster}${groups(row)}}\n`;
    if ((row + 1) % CHUNK_LINES === 0) {
      yield clean(chunk);
      chunk = '';
    }
  }
  yield clean(chunk);
}

/** Ids as JSON. A row's number says nothing of it; only what the user calls it may. */
function idWriter(ids: RowIds, keep: 'full' | 'hashed'): (row: number) => string {
  if (!ids.named) return (row) => `"${row}"`;
  if (keep === 'hashed') return (row) => `"${hashedId(ids.of(row))}"`;
  return (row) => JSON.stringify(ids.of(row));
}

/** Whether lines hold texts that differ from row to row and are not hashed. */
const hasOwnTexts = ({ task }: EvaluationRows, { named }: RowIds, keep: 'full' | 'hashed'): boolean =>
  task === 'multilabel' || (keep === 'full' && (named || task === 'text'));

/** Writes the slices of each row, if there are any. */
function slicesOfRows(slices: readonly Slice[], count: number, named: Redact): (row: number) => string {
  if (slices.length === 0) return () => '';
  const names = slices.map((slice) => named(sliceText(slice)));
  const of: number[][] = Array.from({ length: count }, () => []);
  for (const [at, { rows }] of slices.entries()) for (const row of rows) of[row]?.push(at);
  return (row) => {
    const own = of[row] ?? [];
    return own.length === 0 ? '' : `,"k":[${own.map((at) => names[at]).join(',')}]`;
  };
}

type Sayer = (row: number) => string;

/** Writes label, prediction and scores of a row: what a paired comparison of two models needs. */
function sayerOf(
  rows: EvaluationRows,
  metrics: readonly Metric[],
  keep: 'full' | 'hashed',
  named: Redact,
): Sayer {
  if (isClassRows(rows)) return ofClasses(rows, named);
  if (rows.task === 'regression')
    return (row) => `"y":${rows.actual[row] ?? 0},"p":${rows.predicted[row] ?? 0}`;
  const values = meansOf(rows, metrics, named);
  const sides = sidesOf(rows, keep);
  return (row) => `${sides(row)},"m":${values(row)}`;
}

function ofClasses({ labels, actual, predicted, scores, task }: ClassRows, named: Redact): Sayer {
  const truths = labels.map((label) => `"y":${named(label)}`);
  const answers = labels.map((label) => `,"p":${named(label)}`);
  const width = task === 'binary' ? 1 : labels.length;
  const said = (row: number): string =>
    `${truths[actual[row] ?? 0] ?? ''}${answers[predicted[row] ?? 0] ?? ''}`;
  if (!scores) return said;
  if (width === 1) return (row) => `${said(row)},"s":${scores[row] ?? 0}`;
  return (row) => `${said(row)},"s":[${scores.subarray(row * width, (row + 1) * width).join(',')}]`;
}

/** Label and prediction where a row has them; texts of people only where rows are kept in full. */
function sidesOf(rows: EvaluationRows, keep: 'full' | 'hashed'): Sayer {
  const text = (value: string): string => JSON.stringify(keep === 'full' ? value : hashedId(value));
  if (rows.task === 'forecast')
    return (row) => `"y":${rows.actual[row] ?? 0},"p":${rows.predicted[row] ?? 0}`;
  if (rows.task === 'text')
    return (row) =>
      `"y":${text((rows.references[row] ?? []).join('\n'))},"p":${text(rows.predicted[row] ?? '')}`;
  if (rows.task !== 'multilabel') return () => '"y":"","p":""';
  const { labels, actual, predicted } = rows;
  const names = (flags: Uint8Array, row: number): string =>
    JSON.stringify(labels.filter((_, at) => flags[row * labels.length + at] === 1).join('|'));
  return (row) => `"y":${names(actual, row)},"p":${names(predicted, row)}`;
}

/** The row's value of each metric that is a mean of such values. */
function meansOf(rows: EvaluationRows, metrics: readonly Metric[], named: Redact): Sayer {
  const columns = metrics.flatMap((metric) => {
    const own = metricFor(metric, rows);
    return own?.kind === 'mean' ? [{ name: named(metric.id), values: own.perRow(rows) }] : [];
  });
  return (row) =>
    `{${columns.flatMap(({ name, values }) => (Number.isFinite(values[row]) ? [`${name}:${values[row]}`] : [])).join(',')}}`;
}
