import type { Computed, ForecastMetric, MeanMetric, SumsMetric } from '../metric.ts';
import type { ForecastRows } from '../rows.ts';

/** A value for each point from its actual and its predicted value. */
function perPoint(
  value: (actual: number, predicted: number) => number,
): (rows: ForecastRows) => Float64Array {
  return ({ count, actual, predicted }) => {
    const values = new Float64Array(count);
    for (let row = 0; row < count; row++) values[row] = value(actual[row] ?? 0, predicted[row] ?? 0);
    return values;
  };
}

/** Two numbers for each point, to be summed. */
function pairOf(
  pair: (actual: number, predicted: number) => readonly [number, number],
): SumsMetric<ForecastRows>['terms'] {
  return ({ count, actual, predicted }) => {
    const values = new Float64Array(2 * count);
    for (let row = 0; row < count; row++) values.set(pair(actual[row] ?? 0, predicted[row] ?? 0), 2 * row);
    return { cells: 1, width: 2, values };
  };
}

/** A function of the ratio of two sums. */
const ofRatio =
  (missing: string, value: (ratio: number) => number = (ratio) => ratio) =>
  (sums: Float64Array): Computed => {
    const [part = 0, whole = 0] = sums;
    return whole > 0 ? value(part / whole) : missing;
  };

const common = {
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['forecast'],
  needs: 'labels',
} as const;
const mean = { ...common, kind: 'mean', interval: 'student-t' } as const;
const sums = { ...common, kind: 'sums' } as const;

/** Averaged over all points of all series, so that long series count more. */
const POINTS = { average: 'points' } as const;

/** Errors of a point forecast that are means of a value per point. */
const means: readonly MeanMetric<ForecastRows>[] = [
  {
    ...mean,
    id: 'mae',
    aliases: ['mean_absolute_error'],
    title: 'Mean absolute error',
    params: POINTS,
    definition: 'Mean over all points of |actual − predicted| (utilsforecast.losses.mae for one series).',
    perRow: perPoint((actual, predicted) => Math.abs(actual - predicted)),
  },
  {
    ...mean,
    id: 'mse',
    aliases: ['mean_squared_error'],
    title: 'Mean squared error',
    params: POINTS,
    definition: 'Mean over all points of (actual − predicted)² (utilsforecast.losses.mse for one series).',
    perRow: perPoint((actual, predicted) => (actual - predicted) ** 2),
  },
  {
    ...mean,
    id: 'over_forecast',
    aliases: [],
    title: 'Over-forecast',
    params: POINTS,
    definition:
      'Mean over all points of max(predicted − actual, 0); with under_forecast it adds up to mae, and less it to the bias.',
    perRow: perPoint((actual, predicted) => Math.max(predicted - actual, 0)),
  },
  {
    ...mean,
    id: 'under_forecast',
    aliases: [],
    title: 'Under-forecast',
    params: POINTS,
    definition: 'Mean over all points of max(actual − predicted, 0); with over_forecast it adds up to mae.',
    perRow: perPoint((actual, predicted) => Math.max(actual - predicted, 0)),
  },
  {
    ...mean,
    id: 'mape',
    aliases: ['mean_absolute_percentage_error'],
    title: 'Mean absolute percentage error',
    params: { ...POINTS, actual_zero: 'skip' },
    missing: 'all actual values are 0',
    definition:
      'Mean over the points whose actual value is not 0 of |actual − predicted| / |actual|, a fraction and not per cent (utilsforecast.losses.mape for one series).',
    perRow: perPoint((actual, predicted) =>
      actual === 0 ? Number.NaN : Math.abs(actual - predicted) / Math.abs(actual),
    ),
  },
  {
    ...mean,
    id: 'smape',
    aliases: ['symmetric_mean_absolute_percentage_error'],
    title: 'Symmetric mean absolute percentage error',
    range: [0, 1],
    params: { ...POINTS, factor: 1 },
    definition:
      'Mean over all points of |actual − predicted| / (|actual| + |predicted|), 0 where both are 0, without the factor 2 of other definitions (utilsforecast.losses.smape for one series).',
    perRow: perPoint((actual, predicted) => {
      const scale = Math.abs(actual) + Math.abs(predicted);
      return scale === 0 ? 0 : Math.abs(actual - predicted) / scale;
    }),
  },
];

/** Errors of a point forecast. */
export const pointErrors: readonly ForecastMetric[] = [
  ...means,
  {
    ...sums,
    id: 'rmse',
    aliases: ['root_mean_squared_error'],
    title: 'Root mean squared error',
    params: POINTS,
    definition: 'Square root of mse (utilsforecast.losses.rmse for one series).',
    terms: pairOf((actual, predicted) => [(actual - predicted) ** 2, 1]),
    fromSums: ofRatio('no rows', (square) => Math.sqrt(Math.max(0, square))),
  },
  {
    ...sums,
    id: 'absolute_bias',
    aliases: ['bias', 'mean_error', 'absolute_mean_error'],
    title: 'Absolute bias',
    params: POINTS,
    definition:
      'Size of the mean over all points of predicted − actual (of utilsforecast.losses.bias, whose sign has no better side).',
    terms: pairOf((actual, predicted) => [predicted - actual, 1]),
    fromSums: ofRatio('no rows', Math.abs),
  },
  {
    ...sums,
    id: 'wape',
    aliases: ['nd', 'normalized_deviation', 'weighted_absolute_percentage_error'],
    title: 'Weighted absolute percentage error',
    params: POINTS,
    definition:
      'Σ |actual − predicted| / Σ |actual| over all points, a fraction and not per cent (utilsforecast.losses.nd for one series).',
    terms: pairOf((actual, predicted) => [Math.abs(actual - predicted), Math.abs(actual)]),
    fromSums: ofRatio('all actual values are 0'),
  },
];
