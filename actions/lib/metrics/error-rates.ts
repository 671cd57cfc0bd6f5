import { type Confusion, cellOf } from './confusion.ts';
import type { Computed, ConfusionMetric } from './metric.ts';

/** The four cells of a binary task. */
interface Outcomes {
  readonly trueNegatives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly truePositives: number;
}

const outcomesOf = (confusion: Confusion): Outcomes => ({
  trueNegatives: cellOf(confusion, 0, 0),
  falsePositives: cellOf(confusion, 0, 1),
  falseNegatives: cellOf(confusion, 1, 0),
  truePositives: cellOf(confusion, 1, 1),
});

const common = { tasks: ['binary'], needs: 'labels', kind: 'confusion', range: [0, 1] } as const;

/** A rate within the rows of one label or of one prediction. */
interface Rate {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly direction: 'higher' | 'lower';
  readonly definition: string;
  /** Rows that count, and rows that do not. */
  readonly parts: (outcomes: Outcomes) => readonly [number, number];
  readonly missing: string;
}

const RATES: readonly Rate[] = [
  {
    id: 'specificity',
    aliases: ['tnr', 'true_negative_rate'],
    title: 'Specificity',
    direction: 'higher',
    definition:
      'true negatives / negatives (sklearn.metrics.recall_score of the negative class, zero_division=nan).',
    parts: ({ trueNegatives, falsePositives }) => [trueNegatives, falsePositives],
    missing: 'no negative rows',
  },
  {
    id: 'negative_predictive_value',
    aliases: ['npv'],
    title: 'Negative predictive value',
    direction: 'higher',
    definition:
      'true negatives / predicted negatives (sklearn.metrics.precision_score of the negative class, zero_division=nan).',
    parts: ({ trueNegatives, falseNegatives }) => [trueNegatives, falseNegatives],
    missing: 'no row was predicted negative',
  },
  {
    id: 'false_positive_rate',
    aliases: ['fpr', 'fall_out'],
    title: 'False positive rate',
    direction: 'lower',
    definition: 'false positives / negatives (fairlearn.metrics.false_positive_rate; 1 − specificity).',
    parts: ({ falsePositives, trueNegatives }) => [falsePositives, trueNegatives],
    missing: 'no negative rows',
  },
  {
    id: 'false_negative_rate',
    aliases: ['fnr', 'miss_rate'],
    title: 'False negative rate',
    direction: 'lower',
    definition: 'false negatives / positives (fairlearn.metrics.false_negative_rate; 1 − recall).',
    parts: ({ falseNegatives, truePositives }) => [falseNegatives, truePositives],
    missing: 'no positive rows',
  },
];

function toMetric({ parts, missing, ...described }: Rate): ConfusionMetric {
  const share = (confusion: Confusion): readonly [number, number] => {
    const [counted, others] = parts(outcomesOf(confusion));
    return [counted, counted + others];
  };
  return {
    ...common,
    ...described,
    params: { average: 'binary' },
    share,
    fromCells: (confusion) => {
      const [part, whole] = share(confusion);
      return whole > 0 ? part / whole : missing;
    },
  };
}

function youden(confusion: Confusion): Computed {
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = outcomesOf(confusion);
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  if (!(positives > 0)) return 'no positive rows';
  if (!(negatives > 0)) return 'no negative rows';
  return truePositives / positives + trueNegatives / negatives - 1;
}

/** Rates within one label or one prediction of a binary task that precision and recall do not tell. */
export const errorRates: readonly ConfusionMetric[] = [
  ...RATES.map(toMetric),
  {
    ...common,
    id: 'youden_j',
    aliases: ['informedness', 'balanced_accuracy_adjusted'],
    title: "Youden's J",
    direction: 'higher',
    range: [-1, 1],
    definition:
      'Recall + specificity − 1 (Youden 1950; sklearn.metrics.balanced_accuracy_score, adjusted=True).',
    fromCells: youden,
  },
];
