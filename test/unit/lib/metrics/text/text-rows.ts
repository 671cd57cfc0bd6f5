import type { Computed, TextMetric } from '../../../../../actions/lib/metrics/metric.ts';
import type { TextRows } from '../../../../../actions/lib/metrics/rows.ts';
import { textMetrics } from '../../../../../actions/lib/metrics/text/catalog.ts';

export const textRows = (
  predicted: readonly string[],
  references: readonly (readonly string[])[],
): TextRows => ({ task: 'text', count: predicted.length, predicted, references });

/** A metric's numbers per row: one for a mean, `width` for sums. */
export function numbersOf(metric: TextMetric, rows: TextRows): { width: number; values: Float64Array } {
  if (metric.kind === 'mean') return { width: 1, values: metric.perRow(rows) };
  if (metric.kind === 'sums') return metric.terms(rows);
  throw new Error(`no metric of texts is of the kind ${metric.kind}`);
}

/** The sums of a metric's numbers over all rows. */
export function sumsOf(metric: TextMetric, rows: TextRows): Float64Array {
  const { width, values } = numbersOf(metric, rows);
  const sums = new Float64Array(width);
  for (const [at, value] of values.entries()) sums[at % width] = (sums[at % width] ?? 0) + value;
  return sums;
}

/** A metric's value on rows without weights. */
export function measured(id: string, rows: TextRows): Computed {
  const metric = textMetrics.find((one) => one.id === id);
  if (!metric) throw new Error(`no metric ${id}`);
  const sums = sumsOf(metric, rows);
  return metric.kind === 'sums' ? metric.fromSums(sums, rows) : (sums[0] ?? Number.NaN) / rows.count;
}
