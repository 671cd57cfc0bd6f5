import { classTotals, rightRows } from './confusion.ts';
import type { ConfusionMetric, MeanMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

export const accuracy: MeanMetric<ClassRows> = {
  id: 'accuracy',
  aliases: ['acc', 'accuracy_score'],
  title: 'Accuracy',
  direction: 'higher',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'labels',
  kind: 'mean',
  interval: 'wilson',
  definition: 'Share of rows whose predicted label is the true one (sklearn.metrics.accuracy_score).',
  perRow: (rows) => matches(rows, 1, 0),
  hits: rightRows,
};

/** The accuracy from its other side, for those who watch errors. */
export const zeroOneLoss: MeanMetric<ClassRows> = {
  id: 'zero_one_loss',
  aliases: ['error_rate', 'hamming_loss'],
  title: 'Error rate',
  direction: 'lower',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'labels',
  kind: 'mean',
  interval: 'wilson',
  definition:
    'Share of rows whose predicted label is not the true one (sklearn.metrics.zero_one_loss; with one label a row also hamming_loss).',
  perRow: (rows) => matches(rows, 0, 1),
  hits: (rows) => rows.count - rightRows(rows),
};

/** One value for rows that are right, another for those that are not; without an iterator per number. */
function matches({ count, actual, predicted }: ClassRows, right: number, wrong: number): Float64Array {
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) values[row] = actual[row] === predicted[row] ? right : wrong;
  return values;
}

export const balancedAccuracy: ConfusionMetric = {
  id: 'balanced_accuracy',
  aliases: ['balanced_acc'],
  title: 'Balanced accuracy',
  direction: 'higher',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'labels',
  kind: 'confusion',
  definition: 'Mean recall of the classes that have rows (sklearn.metrics.balanced_accuracy_score).',
  fromCells: (confusion) => {
    const recalls = classTotals(confusion)
      .filter(({ actual }) => actual > 0)
      .map(({ hits, actual }) => hits / actual);
    return recalls.length === 0
      ? 'no rows'
      : recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
  },
};
