import type { Metric } from '../../lib/metrics/metric.ts';
import type { EvaluationRows } from '../../lib/metrics/rows.ts';
import type { Inputs } from '../inputs.ts';
import type { InvalidRow, KeptRows } from './kept-rows.ts';

/** The rows metrics are computed on, and where in the table they are. */
export interface Assembled {
  readonly rows: EvaluationRows;
  /** For each row the index in the table of its (first) line. */
  readonly source: Uint32Array;
  readonly invalid: readonly InvalidRow[];
  /** Rows of the table that are not used, those that are not in `invalid` included. */
  readonly invalidCount: number;
  /** Metrics that the data itself brings along. */
  readonly ownMetrics?: readonly Metric[];
  /** What people should know of the rows, though it fails nothing. */
  readonly notes?: readonly string[];
}

/** What rows are made with, besides the predictions themselves. */
export interface AssembleOptions
  extends Pick<Inputs, 'columns' | 'positiveLabel' | 'threshold' | 'labelSeparator'> {
  /** Weights and clusters for each row of the table. */
  readonly weights: Float64Array | undefined;
  readonly clusters: Int32Array | undefined;
}

/** What all rows have: their number, weights and clusters. */
export function drawnRows(
  kept: KeptRows,
  { weights, clusters }: Pick<AssembleOptions, 'weights' | 'clusters'>,
): { readonly count: number; readonly weights?: Float64Array; readonly clusters?: Int32Array } {
  return {
    count: kept.source.length,
    ...(weights && { weights: kept.numbers(weights) }),
    ...(clusters && { clusters: withoutGaps(kept.codes(clusters)) }),
  };
}

/** Clusters numbered from 0 in the order they come: some may have lost all their rows. */
export function withoutGaps(clusters: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return clusters.map((cluster) => {
    const number = numbers.get(cluster) ?? numbers.size;
    if (number === numbers.size) numbers.set(cluster, number);
    return number;
  });
}

/** Rows with what was left out on the way. */
export const assembled = (
  rows: EvaluationRows,
  kept: KeptRows,
  more: Pick<Assembled, 'ownMetrics' | 'notes'> = {},
): Assembled => ({
  rows,
  source: kept.source,
  invalid: kept.invalid,
  invalidCount: kept.refused,
  ...more,
});
