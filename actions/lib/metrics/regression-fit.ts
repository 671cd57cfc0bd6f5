import { compensatedSum, weightedMean } from '../stats/mean.ts';
import { sortOrder } from '../stats/sort-order.ts';
import type { Computed, CurveMetric } from './metric.ts';
import type { NumberRows } from './rows.ts';

const common = { tasks: ['regression'], needs: 'labels', kind: 'curve', interval: 'bootstrap' } as const;
const UNIT_DOWN = [Number.NEGATIVE_INFINITY, 1] as const;

const residuals = ({ actual, predicted }: NumberRows): Float64Array =>
  actual.map((value, row) => value - (predicted[row] ?? 0));

/** Mean squared deviation of values from a centre. */
const spread = (values: Float64Array, centre: number, weights?: Float64Array): number =>
  weightedMean(
    values.map((value) => (value - centre) ** 2),
    weights,
  );

/** 1 − unexplained / total; for labels without spread 1 if nothing is unexplained, else 0, as in scikit-learn. */
function explained(unexplained: number, total: number): number {
  if (total > 0) return 1 - unexplained / total;
  return unexplained > 0 ? 0 : 1;
}

const rowsWithWeight = ({ count, weights }: NumberRows): number =>
  weights ? weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0) : count;

function determination(rows: NumberRows): Computed {
  if (rows.count < 2 || rowsWithWeight(rows) === 0) return 'needs at least two rows';
  const centre = weightedMean(rows.actual, rows.weights);
  return explained(spread(residuals(rows), 0, rows.weights), spread(rows.actual, centre, rows.weights));
}

function explainedVariance(rows: NumberRows): Computed {
  if (rowsWithWeight(rows) === 0) return 'no rows';
  const errors = residuals(rows);
  const unexplained = spread(errors, weightedMean(errors, rows.weights), rows.weights);
  return explained(unexplained, spread(rows.actual, weightedMean(rows.actual, rows.weights), rows.weights));
}

/** Errors and their order, kept because resamples ask for the same ones again. */
const ERRORS = new WeakMap<Float64Array, { readonly errors: Float64Array; readonly order: Uint32Array }>();

function sortedErrors({ predicted, actual }: NumberRows): { errors: Float64Array; order: Uint32Array } {
  const known = ERRORS.get(predicted);
  if (known) return known;
  const errors = actual.map((value, row) => Math.abs(value - (predicted[row] ?? 0)));
  const made = { errors, order: sortOrder(errors) };
  ERRORS.set(predicted, made);
  return made;
}

function medianError(rows: NumberRows): Computed {
  const { errors, order } = sortedErrors(rows);
  const weightAt = (row: number): number => rows.weights?.[row] ?? 1;
  const half = compensatedSum(rows.count, weightAt) / 2;
  if (!(half > 0)) return 'no rows';
  let mass = 0;
  let below: number | undefined;
  for (const row of order) {
    const weight = weightAt(row);
    if (weight === 0) continue;
    if (below !== undefined) return (below + (errors[row] ?? 0)) / 2;
    mass += weight;
    // Exactly half of the weight lies at or below this error: the median is half way to the next one.
    if (Math.abs(mass - half) <= Number.EPSILON) below = errors[row];
    else if (mass > half) return errors[row] ?? Number.NaN;
  }
  return below ?? 'no rows';
}

/** Metrics of a regression that are no average over rows. */
export const regressionFit: readonly CurveMetric<NumberRows>[] = [
  {
    ...common,
    id: 'root_mean_squared_error',
    aliases: ['rmse'],
    title: 'Root mean squared error',
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    definition: 'Square root of the mean squared error (sklearn.metrics.root_mean_squared_error).',
    compute: (rows) =>
      rowsWithWeight(rows) === 0 ? 'no rows' : Math.sqrt(spread(residuals(rows), 0, rows.weights)),
  },
  {
    ...common,
    id: 'median_absolute_error',
    aliases: ['medae'],
    title: 'Median absolute error',
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    definition:
      'Median of |actual − predicted|, weighted if rows are (sklearn.metrics.median_absolute_error).',
    compute: medianError,
  },
  {
    ...common,
    id: 'r2',
    aliases: ['r2_score'],
    title: 'R²',
    direction: 'higher',
    range: UNIT_DOWN,
    definition:
      '1 − Σ (actual − predicted)² / Σ (actual − mean)²; for constant labels 1 if all are met, else 0 (sklearn.metrics.r2_score).',
    compute: determination,
  },
  {
    ...common,
    id: 'explained_variance',
    aliases: ['explained_variance_score'],
    title: 'Explained variance',
    direction: 'higher',
    range: UNIT_DOWN,
    definition:
      '1 − variance of the errors / variance of the labels (sklearn.metrics.explained_variance_score).',
    compute: explainedVariance,
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
    compute: (rows) => {
      if (rows.count === 0) return 'no rows';
      let largest = 0;
      for (let row = 0; row < rows.count; row++)
        largest = Math.max(largest, Math.abs((rows.actual[row] ?? 0) - (rows.predicted[row] ?? 0)));
      return largest;
    },
  },
];
