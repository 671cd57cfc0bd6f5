import { compensatedSum, weightedMean } from '../stats/mean.ts';
import { scoreOrder } from '../stats/tie-groups.ts';
import { correlationOf, pairSums } from './correlation.ts';
import { explainedShare } from './explained-share.ts';
import type { Computed, CurveMetric } from './metric.ts';
import type { NumberRows } from './rows.ts';

/** Errors, kept because resamples ask for the same ones, and for their order, again. */
const ERRORS = new WeakMap<Float64Array, Float64Array>();

function absoluteErrors({ predicted, actual }: NumberRows): Float64Array {
  const known = ERRORS.get(predicted);
  if (known) return known;
  const errors = new Float64Array(actual.length);
  for (let row = 0; row < actual.length; row++)
    errors[row] = Math.abs((actual[row] ?? 0) - (predicted[row] ?? 0));
  ERRORS.set(predicted, errors);
  return errors;
}

/**
 * The weighted median, half way to the next value where exactly half of the weight lies at or below one.
 *
 * @returns `undefined` when no row carries weight
 */
function medianOf(values: Float64Array, weights: Float64Array | undefined): number | undefined {
  const weightAt = (row: number): number => weights?.[row] ?? 1;
  const half = compensatedSum(values.length, weightAt) / 2;
  if (!(half > 0)) return undefined;
  let mass = 0;
  let below: number | undefined;
  for (const row of scoreOrder(values)) {
    const weight = weightAt(row);
    if (weight === 0) continue;
    const value = values[row] ?? 0;
    if (below !== undefined) return (below + value) / 2;
    mass += weight;
    if (Math.abs(mass - half) <= Number.EPSILON) below = value;
    else if (mass > half) return value;
  }
  return below;
}

function gainOverMedian(rows: NumberRows): Computed {
  if (rows.count < 2) return 'needs at least two rows';
  const { actual, weights } = rows;
  const median = medianOf(actual, weights);
  if (median === undefined) return 'no rows';
  const distances = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++) distances[row] = Math.abs((actual[row] ?? 0) - median);
  return explainedShare(weightedMean(absoluteErrors(rows), weights), weightedMean(distances, weights));
}

/** The weight below each value and half of that of its equals: midranks, but for a constant that no correlation sees. */
function midranks(values: Float64Array, weights: Float64Array | undefined): Float64Array {
  const order = scoreOrder(values);
  const ranks = new Float64Array(values.length);
  let below = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start] ?? 0];
    let own = 0;
    for (; end < order.length && values[order[end] ?? 0] === value; end++)
      own += weights?.[order[end] ?? 0] ?? 1;
    for (let place = start; place < end; place++) ranks[order[place] ?? 0] = below + own / 2;
    below += own;
  }
  return ranks;
}

function rankCorrelation({ count, actual, predicted, weights }: NumberRows): Computed {
  return correlationOf(
    pairSums({ count, actual: midranks(actual, weights), predicted: midranks(predicted, weights), weights }),
  );
}

function largestError(rows: NumberRows): Computed {
  if (rows.count === 0) return 'no rows';
  let largest = 0;
  for (const error of absoluteErrors(rows)) if (error > largest) largest = error;
  return largest;
}

const common = { tasks: ['regression'], needs: 'labels', kind: 'curve', interval: 'bootstrap' } as const;

/** Metrics of a regression that depend on the order of values. */
export const regressionOrder: readonly CurveMetric<NumberRows>[] = [
  {
    ...common,
    id: 'median_absolute_error',
    aliases: ['medae'],
    title: 'Median absolute error',
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    definition:
      'Median of |actual − predicted|, weighted if rows are (sklearn.metrics.median_absolute_error).',
    compute: (rows) => medianOf(absoluteErrors(rows), rows.weights) ?? 'no rows',
  },
  {
    ...common,
    id: 'd2_absolute_error_score',
    aliases: ['d2_absolute_error'],
    title: 'D², absolute error',
    direction: 'higher',
    range: [Number.NEGATIVE_INFINITY, 1],
    definition:
      '1 − mean absolute error / mean absolute error of always predicting the median; for constant labels 1 if all are met, else 0 (sklearn.metrics.d2_absolute_error_score).',
    compute: gainOverMedian,
  },
  {
    ...common,
    id: 'spearman',
    aliases: ['spearmanr', 'spearman_correlation'],
    title: 'Spearman correlation',
    direction: 'higher',
    range: [-1, 1],
    definition:
      'Correlation of the ranks of actual and predicted values, equal values sharing their mean rank (scipy.stats.spearmanr); a row of weight 2 counts as two.',
    compute: rankCorrelation,
  },
  {
    ...common,
    id: 'max_error',
    aliases: [],
    title: 'Largest error',
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    interval: 'none',
    definition: 'Largest |actual − predicted|; weights do not count (sklearn.metrics.max_error).',
    compute: largestError,
  },
];
