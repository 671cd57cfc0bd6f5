import { centreOf, correlationOf, pairTerms, squaresAround } from './correlation.ts';
import { explainedShare } from './explained-share.ts';
import type { Computed, SumsMetric, Terms } from './metric.ts';
import type { NumberRows } from './rows.ts';

/** `width` numbers of each row, from its actual and its predicted value. */
function rowTerms(
  { count, actual, predicted }: NumberRows,
  width: number,
  numbers: (actual: number, predicted: number) => readonly number[],
): Terms {
  const values = new Float64Array(count * width);
  for (let row = 0; row < count; row++)
    values.set(numbers(actual[row] ?? 0, predicted[row] ?? 0), row * width);
  return { cells: 1, width, values };
}

function determinationTerms(rows: NumberRows): Terms {
  const centre = centreOf(rows.actual, rows.weights);
  return rowTerms(rows, 4, (y, p) => [1, y - centre, (y - centre) ** 2, (y - p) ** 2]);
}

function determination(
  [mass = 0, sum = 0, squares = 0, missed = 0]: Float64Array,
  rows: NumberRows,
): Computed {
  if (rows.count < 2 || !(mass > 0)) return 'needs at least two rows';
  return explainedShare(missed, squaresAround(mass, sum, squares));
}

function explainedVarianceTerms(rows: NumberRows): Terms {
  const centre = centreOf(rows.actual, rows.weights);
  const errors = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++)
    errors[row] = (rows.actual[row] ?? 0) - (rows.predicted[row] ?? 0);
  const bias = centreOf(errors, rows.weights);
  return rowTerms(rows, 5, (y, p) => [1, y - centre, (y - centre) ** 2, y - p - bias, (y - p - bias) ** 2]);
}

function explainedVariance([mass = 0, y = 0, yy = 0, error = 0, errors = 0]: Float64Array): Computed {
  if (!(mass > 0)) return 'no rows';
  return explainedShare(squaresAround(mass, error, errors), squaresAround(mass, y, yy));
}

const common = { tasks: ['regression'], needs: 'labels', kind: 'sums' } as const;
const UNIT_DOWN = [Number.NEGATIVE_INFINITY, 1] as const;
const UP = [0, Number.POSITIVE_INFINITY] as const;

/** Metrics of a regression that are functions of sums over the rows. */
export const regressionFit: readonly SumsMetric<NumberRows>[] = [
  {
    ...common,
    id: 'root_mean_squared_error',
    aliases: ['rmse'],
    title: 'Root mean squared error',
    direction: 'lower',
    range: UP,
    definition: 'Square root of the mean squared error (sklearn.metrics.root_mean_squared_error).',
    terms: (rows) => rowTerms(rows, 2, (y, p) => [1, (y - p) ** 2]),
    // Normal draws of a sum of squares may fall below 0 where a few rows make nearly all of it.
    fromSums: ([mass = 0, squares = 0]) => (mass > 0 ? Math.sqrt(Math.max(0, squares) / mass) : 'no rows'),
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
    terms: determinationTerms,
    fromSums: determination,
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
    terms: explainedVarianceTerms,
    fromSums: explainedVariance,
  },
  {
    ...common,
    id: 'pearson',
    aliases: ['pearsonr', 'pearson_correlation'],
    title: 'Pearson correlation',
    direction: 'higher',
    range: [-1, 1],
    definition: 'Linear correlation of actual and predicted values (scipy.stats.pearsonr).',
    terms: pairTerms,
    fromSums: correlationOf,
  },
  {
    ...common,
    id: 'wape',
    aliases: ['weighted_absolute_percentage_error', 'wmape'],
    title: 'Weighted absolute percentage error',
    direction: 'lower',
    range: UP,
    definition:
      'Σ |actual − predicted| / Σ |actual|, a fraction: unlike the mean absolute percentage error at ease with zeros.',
    terms: (rows) => rowTerms(rows, 3, (y, p) => [1, Math.abs(y - p), Math.abs(y)]),
    fromSums: ([mass = 0, errors = 0, size = 0]) => {
      if (!(mass > 0)) return 'no rows';
      return size > 0 ? errors / size : 'the actual values are all 0';
    },
  },
  {
    ...common,
    id: 'absolute_mean_error',
    aliases: ['bias', 'mean_error', 'mean_bias_error'],
    title: 'Bias',
    direction: 'lower',
    range: UP,
    definition:
      '|Mean (predicted − actual)|: how far predictions are off on the whole, without the sign, since neither side is the better one.',
    terms: (rows) => rowTerms(rows, 2, (y, p) => [1, p - y]),
    fromSums: ([mass = 0, sum = 0]) => (mass > 0 ? Math.abs(sum / mass) : 'no rows'),
  },
];
