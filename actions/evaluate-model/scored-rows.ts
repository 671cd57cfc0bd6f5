import { sha256 } from '../lib/digest.ts';
import { type Metric, metricFor } from '../lib/metrics/metric.ts';
import { type ClassRows, type EvaluationRows, isClassRows } from '../lib/metrics/rows.ts';
import type { Evaluation } from './evaluate.ts';
import { type Slice, sliceText } from './slices.ts';

/** Digits of a hashed id: 64 bits, so that a million rows share none but by a chance of 1 in 30 million. */
const HASHED_DIGITS = 16;

/** An id that says nothing of the row, and is the same wherever the row is scored. */
export const hashedId = (id: string): string =>
  sha256(id).slice('sha256:'.length, 'sha256:'.length + HASHED_DIGITS);

/** Lines that are given at a time. */
const CHUNK_LINES = 4096;

/** The lines of `rows.ndjson`, one for each row that was measured, in chunks. */
export function* scoredRowLines(evaluation: Evaluation, keep: 'full' | 'hashed'): Generator<string> {
  const { assembled, ids, slices } = evaluation;
  const { rows, source } = assembled;
  const said = sayerOf(rows, evaluation.chosen, keep);
  const groups = slicesOfRows(slices, rows.count);
  let chunk = '';
  for (let row = 0; row < rows.count; row++) {
    const id = ids.of(source[row] ?? 0);
    // A row's number says nothing of it; only what the user calls it may.
    const shown = keep === 'hashed' && ids.named ? hashedId(id) : id;
    const weight = rows.weights ? `,"w":${rows.weights[row] ?? 1}` : '';
    chunk += `{"id":${JSON.stringify(shown)},${said(row)}${weight}${groups(row)}}\n`;
    if ((row + 1) % CHUNK_LINES === 0) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

/** Writes the slices of each row, if there are any. */
function slicesOfRows(slices: readonly Slice[], count: number): (row: number) => string {
  if (slices.length === 0) return () => '';
  const names = slices.map((slice) => JSON.stringify(sliceText(slice)));
  const of: number[][] = Array.from({ length: count }, () => []);
  for (const [at, { rows }] of slices.entries()) for (const row of rows) of[row]?.push(at);
  return (row) => {
    const own = of[row] ?? [];
    return own.length === 0 ? '' : `,"k":[${own.map((at) => names[at]).join(',')}]`;
  };
}

type Sayer = (row: number) => string;

/** Writes label, prediction and scores of a row: what a paired comparison of two models needs. */
function sayerOf(rows: EvaluationRows, metrics: readonly Metric[], keep: 'full' | 'hashed'): Sayer {
  if (isClassRows(rows)) return ofClasses(rows);
  if (rows.task === 'regression')
    return (row) => `"y":${rows.actual[row] ?? 0},"p":${rows.predicted[row] ?? 0}`;
  const values = meansOf(rows, metrics);
  const sides = sidesOf(rows, keep);
  return (row) => `${sides(row)},"m":${values(row)}`;
}

function ofClasses({ labels, actual, predicted, scores, task }: ClassRows): Sayer {
  const names = labels.map((label) => JSON.stringify(label));
  const width = task === 'binary' ? 1 : labels.length;
  return (row) => {
    const said = `"y":${names[actual[row] ?? 0]},"p":${names[predicted[row] ?? 0]}`;
    if (!scores) return said;
    if (width === 1) return `${said},"s":${scores[row] ?? 0}`;
    return `${said},"s":[${scores.subarray(row * width, (row + 1) * width).join(',')}]`;
  };
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
function meansOf(rows: EvaluationRows, metrics: readonly Metric[]): Sayer {
  const columns = metrics.flatMap((metric) => {
    const own = metricFor(metric, rows);
    return own?.kind === 'mean' ? [{ name: JSON.stringify(metric.id), values: own.perRow(rows) }] : [];
  });
  return (row) =>
    `{${columns.flatMap(({ name, values }) => (Number.isFinite(values[row]) ? [`${name}:${values[row]}`] : [])).join(',')}}`;
}
