import { classTotals } from './confusion.ts';
import type { MeanMetric, ConfusionMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

export const accuracy: MeanMetric<ClassRows> = {
  id: 'accuracy',
  aliases: ['acc'],
  title: 'Accuracy',
  direction: 'higher',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'labels',
  kind: 'mean',
  interval: 'wilson',
  definition: 'Share of rows whose predicted label is the true one (sklearn.metrics.accuracy_score).',
  perRow: (rows) => Float64Array.from(rows.actual, (label, row) => (label === rows.predicted[row] ? 1 : 0)),
};

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
