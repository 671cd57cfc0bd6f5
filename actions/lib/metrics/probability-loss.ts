import type { MeanMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';
import { probabilityOf } from './score-columns.ts';

/** Probabilities are clipped this far from 0 and 1, as scikit-learn does for 64-bit numbers. */
export const LOG_CLIP = 2 ** -52;

const clipped = (probability: number): number => Math.min(Math.max(probability, LOG_CLIP), 1 - LOG_CLIP);

/** A value for each row. Unlike `Float64Array.from`, without an iterator per number. */
function forEachRow(rows: ClassRows, value: (row: number) => number): Float64Array {
  const values = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++) values[row] = value(row);
  return values;
}

/** −ln of the clipped probability of each row's true class. */
export const logLosses = (rows: ClassRows): Float64Array =>
  forEachRow(rows, (row) => -Math.log(clipped(probabilityOf(rows, row, rows.actual[row] ?? 0))));

/** Squared distance of each row's probabilities from the truth; of a binary task of the positive class alone. */
export const squaredLosses = (rows: ClassRows): Float64Array =>
  forEachRow(rows, (row) => {
    const actual = rows.actual[row] ?? 0;
    if (rows.task === 'binary') return (probabilityOf(rows, row, 1) - actual) ** 2;
    let sum = 0;
    for (let label = 0; label < rows.labels.length; label++)
      sum += (probabilityOf(rows, row, label) - (label === actual ? 1 : 0)) ** 2;
    return sum;
  });

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
  params: { clip: LOG_CLIP },
  definition:
    'Mean −ln of the probability of the true class, clipped to [2⁻⁵², 1 − 2⁻⁵²] (sklearn.metrics.log_loss for 64-bit probabilities).',
  perRow: logLosses,
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
  perRow: squaredLosses,
};

/** Whether the true class is among the k of highest score; of tied classes the later ones rank higher. */
function amongTop(rows: ClassRows, k: number): Float64Array {
  // With no more classes than k every row counts as right, which says nothing about the model.
  if (rows.labels.length <= k) return new Float64Array(rows.count).fill(Number.NaN);
  return forEachRow(rows, (row) => {
    const actual = rows.actual[row] ?? 0;
    const own = probabilityOf(rows, row, actual);
    let above = 0;
    for (let label = 0; label < rows.labels.length; label++) {
      const other = probabilityOf(rows, row, label);
      if (other > own || (other === own && label > actual)) above++;
    }
    return above < k ? 1 : 0;
  });
}

const topK = (k: number, names: { readonly id: string; readonly aliases: readonly string[] }) =>
  ({
    ...names,
    title: `Top-${k} accuracy`,
    direction: 'higher',
    range: [0, 1],
    tasks: ['multiclass'],
    needs: 'scores',
    kind: 'mean',
    interval: 'wilson',
    params: { k },
    missing: `there are no more than ${k} classes, so every row would count as right`,
    definition: `Share of rows whose true class is among the ${k} of highest probability; of tied classes the later ones rank higher (sklearn.metrics.top_k_accuracy_score, k=${k}).`,
    perRow: (rows) => amongTop(rows, k),
  }) satisfies MeanMetric<ClassRows>;

/** scikit-learn's default is k = 2. */
export const topKAccuracy: MeanMetric<ClassRows> = topK(2, {
  id: 'top_k_accuracy',
  aliases: ['top_2_accuracy'],
});

export const topMoreAccuracies: readonly MeanMetric<ClassRows>[] = [
  topK(3, { id: 'top_3_accuracy', aliases: [] }),
  topK(5, { id: 'top_5_accuracy', aliases: [] }),
];
