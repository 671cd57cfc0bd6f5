import type { LabelSetMetric } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';

/** Probabilities are clipped this far from 0 and 1, as scikit-learn does for 64-bit numbers. */
const EPSILON = 2 ** -52;

const areProbabilities = (scores: Float64Array): boolean => scores.every((score) => score >= 0 && score <= 1);

/** The mean over its labels of a loss, for each row; NaN for all where scores are no probabilities. */
function perRow(loss: (probability: number, actual: number) => number): (rows: LabelSetRows) => Float64Array {
  return ({ scores, actual, labels, count }) => {
    const losses = new Float64Array(count);
    if (!scores || !areProbabilities(scores)) return losses.fill(Number.NaN);
    const width = labels.length;
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let at = row * width; at < (row + 1) * width; at++) sum += loss(scores[at] ?? 0, actual[at] ?? 0);
      losses[row] = sum / width;
    }
    return losses;
  };
}

const common = {
  direction: 'lower',
  tasks: ['multilabel'],
  needs: 'scores',
  kind: 'mean',
  interval: 'student-t',
  missing: 'scores are no probabilities: some lie outside [0, 1]',
} as const;

/** Metrics of the probabilities themselves. */
export const labelProbabilityMetrics: readonly LabelSetMetric[] = [
  {
    ...common,
    id: 'log_loss_macro',
    aliases: ['log_loss', 'binary_cross_entropy', 'bce'],
    title: 'Log loss, macro',
    range: [0, Number.POSITIVE_INFINITY],
    params: { average: 'macro', clip: EPSILON },
    definition:
      'Mean over the labels of the log loss of each as a binary task, probabilities clipped to [2⁻⁵², 1 − 2⁻⁵²] (sklearn.metrics.log_loss of each label).',
    perRow: perRow((probability, actual) => {
      const clipped = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
      return -Math.log(actual === 1 ? clipped : 1 - clipped);
    }),
  },
  {
    ...common,
    id: 'brier_score_macro',
    aliases: ['brier_score', 'brier'],
    title: 'Brier score, macro',
    range: [0, 1],
    params: { average: 'macro' },
    definition:
      'Mean over the labels of the mean squared error of their probabilities (sklearn.metrics.brier_score_loss of each label).',
    perRow: perRow((probability, actual) => (probability - actual) ** 2),
  },
];
