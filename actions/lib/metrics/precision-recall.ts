import { type ClassTotals, type Confusion, cellOf, classTotals } from './confusion.ts';
import type { Computed, ConfusionMetric } from './metric.ts';

/** A share of one class's rows: numerator, denominator, and what is missing when the denominator is 0. */
interface ClassShare {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly parts: (totals: ClassTotals) => readonly [number, number];
  readonly missing: string;
}

const SHARES = {
  precision: {
    id: 'precision',
    title: 'Precision',
    formula: 'true positives / predicted positives',
    parts: ({ hits, predicted }) => [hits, predicted],
    missing: 'no row was predicted positive',
  },
  recall: {
    id: 'recall',
    title: 'Recall',
    formula: 'true positives / positives',
    parts: ({ hits, actual }) => [hits, actual],
    missing: 'no positive rows',
  },
  f1: {
    id: 'f1',
    title: 'F1',
    formula: '2 true positives / (positives + predicted positives)',
    parts: ({ hits, actual, predicted }) => [2 * hits, actual + predicted],
    missing: 'no row is positive or was predicted positive',
  },
} as const satisfies Record<string, ClassShare>;

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  precision: ['ppv'],
  recall: ['sensitivity', 'tpr'],
  f1: ['f1_score'],
};

const common = { direction: 'higher', range: [0, 1], needs: 'labels', kind: 'confusion' } as const;

const positiveTotals = (confusion: Confusion): ClassTotals =>
  classTotals(confusion)[1] ?? { hits: 0, actual: 0, predicted: 0 };

/** A share of the positive class of a binary task. */
function ofPositives(share: ClassShare): ConfusionMetric {
  return {
    ...common,
    id: share.id,
    aliases: ALIASES[share.id] ?? [],
    title: share.title,
    tasks: ['binary'],
    params: { average: 'binary' },
    definition: `${share.formula} (sklearn.metrics.${share.id}_score, zero_division=nan).`,
    fromCells: (confusion) => {
      const [part, whole] = share.parts(positiveTotals(confusion));
      return whole > 0 ? part / whole : share.missing;
    },
    // F1 is no share of rows: its numerator counts them twice.
    ...(share.id !== 'f1' && { share: (confusion: Confusion) => share.parts(positiveTotals(confusion)) }),
  };
}

const AVERAGES = {
  macro: {
    title: 'macro',
    text: 'unweighted mean over the classes that occur in labels or predictions',
    weight: () => 1,
  },
  weighted: {
    title: 'weighted',
    text: 'mean over the classes, weighted by their rows',
    weight: ({ actual }: ClassTotals) => actual,
  },
} as const;

/** The mean of a share over classes; a class where it is undefined counts 0, as scikit-learn's default does. */
function averaged(share: ClassShare, average: keyof typeof AVERAGES): ConfusionMetric {
  const { title, text, weight } = AVERAGES[average];
  return {
    ...common,
    id: `${share.id}_${average}`,
    aliases: [],
    title: `${share.title}, ${title}`,
    tasks: ['binary', 'multiclass'],
    params: { average, zero_division: 0 },
    definition: `${share.formula} of each class, ${text} (sklearn.metrics.${share.id}_score, average='${average}').`,
    fromCells: (confusion) => {
      let sum = 0;
      let mass = 0;
      for (const totals of classTotals(confusion)) {
        if (totals.actual + totals.predicted === 0) continue;
        const [part, whole] = share.parts(totals);
        sum += whole > 0 ? (weight(totals) * part) / whole : 0;
        mass += weight(totals);
      }
      return mass > 0 ? sum / mass : 'no rows';
    },
  };
}

/** A share of the rows of all classes pooled. For labels of which each row has one, all of them are the accuracy. */
function pooled(share: ClassShare): ConfusionMetric {
  const pool = (confusion: Confusion): readonly [number, number] =>
    classTotals(confusion).reduce<readonly [number, number]>(
      ([hits, rows], totals) => [hits + totals.hits, rows + totals.actual],
      [0, 0],
    );
  return {
    ...common,
    id: `${share.id}_micro`,
    aliases: [],
    title: `${share.title}, micro`,
    tasks: ['binary', 'multiclass'],
    params: { average: 'micro' },
    definition: `${share.formula}, summed over the classes first (sklearn.metrics.${share.id}_score, average='micro').`,
    fromCells: (confusion) => {
      const [hits, rows] = pool(confusion);
      return rows > 0 ? hits / rows : 'no rows';
    },
    share: pool,
  };
}

const negativesKept = (confusion: Confusion): readonly [number, number] => {
  const kept = cellOf(confusion, 0, 0);
  return [kept, kept + cellOf(confusion, 0, 1)];
};

const specificity: ConfusionMetric = {
  ...common,
  id: 'specificity',
  aliases: ['tnr', 'true_negative_rate'],
  title: 'Specificity',
  tasks: ['binary'],
  params: { average: 'binary' },
  definition:
    'true negatives / negatives (sklearn.metrics.recall_score of the negative class, zero_division=nan).',
  fromCells: (confusion): Computed => {
    const [kept, negatives] = negativesKept(confusion);
    return negatives > 0 ? kept / negatives : 'no negative rows';
  },
  share: negativesKept,
};

/** Precision, recall, F1 and specificity of the positive class. */
export const positiveClassMetrics: readonly ConfusionMetric[] = [
  ofPositives(SHARES.precision),
  ofPositives(SHARES.recall),
  specificity,
  ofPositives(SHARES.f1),
];

/** Precision, recall and F1 averaged over classes in the three usual ways. */
export const averagedMetrics: readonly ConfusionMetric[] = Object.values(SHARES).flatMap((share) => [
  averaged(share, 'macro'),
  averaged(share, 'weighted'),
  pooled(share),
]);
