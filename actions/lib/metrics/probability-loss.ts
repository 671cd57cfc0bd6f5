import type { MeanMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

/** Probabilities are clipped this far from 0 and 1, as scikit-learn does for 64-bit numbers. */
const EPSILON = 2 ** -52;

const clipped = (probability: number): number => Math.min(Math.max(probability, EPSILON), 1 - EPSILON);

/** The probability that the model gave to a class of a row. */
function probabilityOf({ scores, labels, task }: ClassRows, row: number, label: number): number {
  if (task === 'multiclass') return scores?.[row * labels.length + label] ?? Number.NaN;
  const positive = scores?.[row] ?? Number.NaN;
  return label === 1 ? positive : 1 - positive;
}

/** A value for each row. Unlike `Float64Array.from`, without an iterator per number. */
function forEachRow(rows: ClassRows, value: (row: number) => number): Float64Array {
  const values = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++) values[row] = value(row);
  return values;
}

const common = {
  direction: 'lower',
  tasks: ['binary', 'multiclass'],
  needs: 'scores',
  kind: 'mean',
  interval: 'student-t',
} as const;

/** Mean negative logarithm of the probability that the model gave to the true class. */
export const logLoss: MeanMetric<ClassRows> = {
  ...common,
  id: 'log_loss',
  aliases: ['cross_entropy', 'logloss'],
  title: 'Log loss',
  range: [0, Number.POSITIVE_INFINITY],
  params: { clip: EPSILON },
  definition:
    'Mean −ln of the probability of the true class, clipped to [2⁻⁵², 1 − 2⁻⁵²] (sklearn.metrics.log_loss for 64-bit probabilities).',
  perRow: (rows) =>
    forEachRow(rows, (row) => -Math.log(clipped(probabilityOf(rows, row, rows.actual[row] ?? 0)))),
};

/** Mean squared distance of the probabilities from the truth. */
export const brierScore: MeanMetric<ClassRows> = {
  ...common,
  id: 'brier_score',
  aliases: ['brier_score_loss', 'brier'],
  title: 'Brier score',
  range: [0, 2],
  definition:
    'Mean squared error of the probability of the positive class; with three and more classes the sum over the classes, not halved (sklearn.metrics.brier_score_loss).',
  perRow: (rows) =>
    forEachRow(rows, (row) => {
      const actual = rows.actual[row] ?? 0;
      if (rows.task === 'binary') return (probabilityOf(rows, row, 1) - actual) ** 2;
      let sum = 0;
      for (let label = 0; label < rows.labels.length; label++)
        sum += (probabilityOf(rows, row, label) - (label === actual ? 1 : 0)) ** 2;
      return sum;
    }),
};

/** Classes looked at by top-k accuracy. */
const TOP = 2;

/** Whether the true class is among the k of highest score; of tied classes the later ones rank higher. */
export const topKAccuracy: MeanMetric<ClassRows> = {
  id: 'top_k_accuracy',
  aliases: ['top_2_accuracy'],
  title: 'Top-2 accuracy',
  direction: 'higher',
  range: [0, 1],
  tasks: ['multiclass'],
  needs: 'scores',
  kind: 'mean',
  interval: 'wilson',
  params: { k: TOP },
  definition:
    'Share of rows whose true class is among the two of highest probability (sklearn.metrics.top_k_accuracy_score, k=2).',
  perRow: (rows) =>
    forEachRow(rows, (row) => {
      const actual = rows.actual[row] ?? 0;
      const own = probabilityOf(rows, row, actual);
      let above = 0;
      for (let label = 0; label < rows.labels.length; label++) {
        const other = probabilityOf(rows, row, label);
        if (other > own || (other === own && label > actual)) above++;
      }
      return above < TOP ? 1 : 0;
    }),
};
