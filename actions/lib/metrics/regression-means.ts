import type { MeanMetric } from './metric.ts';
import type { NumberRows } from './rows.ts';

/** Denominators of a relative error are at least this, as in scikit-learn. */
const EPSILON = 2 ** -52;

function perRow(loss: (actual: number, predicted: number) => number): (rows: NumberRows) => Float64Array {
  return ({ count, actual, predicted }) => {
    const losses = new Float64Array(count);
    for (let row = 0; row < count; row++) losses[row] = loss(actual[row] ?? 0, predicted[row] ?? 0);
    return losses;
  };
}

const common = {
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['regression'],
  needs: 'labels',
  kind: 'mean',
  interval: 'student-t',
} as const;

/** Metrics of a regression that are the average of a loss per row. */
export const regressionMeans: readonly MeanMetric<NumberRows>[] = [
  {
    ...common,
    id: 'mean_absolute_error',
    aliases: ['mae'],
    title: 'Mean absolute error',
    definition: 'Mean |actual − predicted| (sklearn.metrics.mean_absolute_error).',
    perRow: perRow((actual, predicted) => Math.abs(actual - predicted)),
  },
  {
    ...common,
    id: 'mean_squared_error',
    aliases: ['mse'],
    title: 'Mean squared error',
    definition: 'Mean (actual − predicted)² (sklearn.metrics.mean_squared_error).',
    perRow: perRow((actual, predicted) => (actual - predicted) ** 2),
  },
  {
    ...common,
    id: 'mean_absolute_percentage_error',
    aliases: ['mape'],
    title: 'Mean absolute percentage error',
    definition:
      'Mean |actual − predicted| / |actual|, a fraction and not per cent; huge where an actual value is near 0 (sklearn.metrics.mean_absolute_percentage_error).',
    perRow: perRow((actual, predicted) => Math.abs(actual - predicted) / Math.max(Math.abs(actual), EPSILON)),
  },
  {
    ...common,
    id: 'smape',
    aliases: ['symmetric_mean_absolute_percentage_error'],
    title: 'Symmetric mean absolute percentage error',
    range: [0, 1],
    params: { factor: 1 },
    definition:
      'Mean |actual − predicted| / (|actual| + |predicted|), a fraction from 0 to 1; 0 where both are 0 (utilsforecast.losses.smape; others double it).',
    perRow: perRow((actual, predicted) => {
      const size = Math.abs(actual) + Math.abs(predicted);
      return size > 0 ? Math.abs(actual - predicted) / size : 0;
    }),
  },
  {
    ...common,
    id: 'mean_pinball_loss',
    aliases: ['pinball_loss', 'quantile_loss'],
    title: 'Pinball loss of the median',
    params: { alpha: 0.5 },
    definition:
      'Mean of half of |actual − predicted|: the loss of a forecast of the median (sklearn.metrics.mean_pinball_loss, alpha=0.5).',
    perRow: perRow((actual, predicted) => Math.abs(actual - predicted) / 2),
  },
];
