import { type ClassTotals, type Confusion, classTotals } from './confusion.ts';
import type { ConfusionMetric } from './metric.ts';

/** A share of one class's rows: numerator, denominator, and what is missing when the denominator is 0. */
interface ClassShare {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly formula: string;
  /** The function of sklearn.metrics, with what it takes beside labels, average and weights. */
  readonly reference: string;
  readonly beta?: number;
  readonly parts: (totals: ClassTotals) => readonly [number, number];
  readonly missing: string;
  /** Whether both parts count rows once, so that the share is one of rows. */
  readonly ofRows: boolean;
}

const NOTHING_POSITIVE = 'no row is positive or was predicted positive';

/** Weighted harmonic mean of precision and recall, recall counting β² times as much. */
function fBeta(beta: number, id: string, title: string, aliases: readonly string[]): ClassShare {
  const square = beta * beta;
  return {
    id,
    aliases,
    title,
    formula: `${1 + square} true positives / (${square} positives + predicted positives)`,
    reference: `fbeta_score, beta=${beta}`,
    beta,
    parts: ({ hits, actual, predicted }) => [(1 + square) * hits, square * actual + predicted],
    missing: NOTHING_POSITIVE,
    ofRows: false,
  };
}

const SHARES: readonly ClassShare[] = [
  {
    id: 'precision',
    aliases: ['ppv', 'precision_score'],
    title: 'Precision',
    formula: 'true positives / predicted positives',
    reference: 'precision_score',
    parts: ({ hits, predicted }) => [hits, predicted],
    missing: 'no row was predicted positive',
    ofRows: true,
  },
  {
    id: 'recall',
    aliases: ['sensitivity', 'tpr', 'recall_score'],
    title: 'Recall',
    formula: 'true positives / positives',
    reference: 'recall_score',
    parts: ({ hits, actual }) => [hits, actual],
    missing: 'no positive rows',
    ofRows: true,
  },
  {
    id: 'f1',
    aliases: ['f1_score'],
    title: 'F1',
    formula: '2 true positives / (positives + predicted positives)',
    reference: 'f1_score',
    parts: ({ hits, actual, predicted }) => [2 * hits, actual + predicted],
    missing: NOTHING_POSITIVE,
    ofRows: false,
  },
  fBeta(2, 'f2', 'F2', ['f2_score', 'fbeta_2']),
  fBeta(0.5, 'f05', 'F0.5', ['f0.5', 'f05_score', 'f0.5_score', 'fbeta_0.5']),
  {
    id: 'jaccard',
    aliases: ['jaccard_score', 'iou'],
    title: 'Jaccard',
    formula: 'true positives / (positives + predicted positives − true positives)',
    reference: 'jaccard_score',
    parts: ({ hits, actual, predicted }) => [hits, actual + predicted - hits],
    missing: NOTHING_POSITIVE,
    ofRows: true,
  },
];

const common = { direction: 'higher', range: [0, 1], needs: 'labels', kind: 'confusion' } as const;

const paramsOf = ({ beta }: ClassShare) => (beta === undefined ? {} : { beta });

const positiveTotals = (confusion: Confusion): ClassTotals =>
  classTotals(confusion)[1] ?? { hits: 0, actual: 0, predicted: 0 };

/** A share of the positive class of a binary task. */
function ofPositives(share: ClassShare): ConfusionMetric {
  return {
    ...common,
    id: share.id,
    aliases: share.aliases,
    title: share.title,
    tasks: ['binary'],
    params: { average: 'binary', ...paramsOf(share) },
    definition: `${share.formula} (sklearn.metrics.${share.reference}, zero_division=nan).`,
    fromCells: (confusion) => {
      const [part, whole] = share.parts(positiveTotals(confusion));
      return whole > 0 ? part / whole : share.missing;
    },
    ...(share.ofRows && { share: (confusion: Confusion) => share.parts(positiveTotals(confusion)) }),
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
    params: { average, zero_division: 0, ...paramsOf(share) },
    definition: `${share.formula} of each class, ${text} (sklearn.metrics.${share.reference}, average='${average}').`,
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

function pool(confusion: Confusion): ClassTotals {
  let hits = 0;
  let rows = 0;
  for (const totals of classTotals(confusion)) {
    hits += totals.hits;
    rows += totals.actual;
  }
  // Each row has one label and one prediction, so the classes' totals of both are the rows.
  return { hits, actual: rows, predicted: rows };
}

/** A share of the rows of all classes pooled: all but Jaccard are then the accuracy. */
function pooled(share: ClassShare): ConfusionMetric {
  return {
    ...common,
    id: `${share.id}_micro`,
    aliases: [],
    title: `${share.title}, micro`,
    tasks: ['binary', 'multiclass'],
    params: { average: 'micro', ...paramsOf(share) },
    definition: `${share.formula}, summed over the classes first (sklearn.metrics.${share.reference}, average='micro').`,
    fromCells: (confusion) => {
      const [part, whole] = share.parts(pool(confusion));
      return whole > 0 ? part / whole : 'no rows';
    },
    // A row that is wrong is missing in one class and too many in another: pooled, Jaccard counts it twice.
    ...(share.id !== 'jaccard' && {
      share: (confusion: Confusion) => {
        const { hits, actual } = pool(confusion);
        return [hits, actual] as const;
      },
    }),
  };
}

/** Precision, recall, F-beta and Jaccard of the positive class. */
export const positiveClassMetrics: readonly ConfusionMetric[] = SHARES.map(ofPositives);

/** Precision, recall, F-beta and Jaccard averaged over classes in the three usual ways. */
export const averagedMetrics: readonly ConfusionMetric[] = SHARES.flatMap((share) => [
  averaged(share, 'macro'),
  averaged(share, 'weighted'),
  pooled(share),
]);
