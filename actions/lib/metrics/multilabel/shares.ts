import type { Computed } from '../metric.ts';

/** Labels, or rows of a label: how many are true and predicted, are predicted, and are true. */
export interface Counts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

/** A ratio of counts: its numerator and denominator are linear in them. */
export interface Share {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly parts: (counts: Counts) => readonly [number, number];
  /** Why there is none when nothing is pooled in its denominator. */
  readonly missing: string;
}

const NOTHING = 'no row carries a label, and none was predicted';

/** Ratios that are averaged over labels or rows. */
export const SHARES = {
  precision: {
    id: 'precision',
    title: 'Precision',
    formula: 'true positives / predicted positives',
    parts: ({ hits, predicted }) => [hits, predicted],
    missing: 'no label was predicted',
  },
  recall: {
    id: 'recall',
    title: 'Recall',
    formula: 'true positives / positives',
    parts: ({ hits, actual }) => [hits, actual],
    missing: 'no row carries a label',
  },
  f1: {
    id: 'f1',
    title: 'F1',
    formula: '2 true positives / (positives + predicted positives)',
    parts: ({ hits, predicted, actual }) => [2 * hits, actual + predicted],
    missing: NOTHING,
  },
  jaccard: {
    id: 'jaccard',
    title: 'Jaccard index',
    formula: 'true positives / (positives + predicted positives − true positives)',
    parts: ({ hits, predicted, actual }) => [hits, actual + predicted - hits],
    missing: NOTHING,
  },
} as const satisfies Record<string, Share>;

/** What each label counts for in an average over labels. */
export interface LabelWeight {
  readonly weight: (counts: Counts) => number;
  /** Whether it is itself a count, so that it grows with the rows. */
  readonly ofCounts: boolean;
}

/**
 * The mean of a ratio over labels; a label where it is undefined counts 0, as in scikit-learn with zero_division=0.
 * There is none when no label is true or predicted anywhere, and when no label has a weight.
 */
export function meanShare(share: Share, weight: LabelWeight['weight'], labels: readonly Counts[]): Computed {
  let sum = 0;
  let mass = 0;
  let seen = 0;
  for (const counts of labels) {
    const [part, whole] = share.parts(counts);
    sum += whole > 0 ? (weight(counts) * part) / whole : 0;
    mass += weight(counts);
    seen += counts.actual + counts.predicted;
  }
  if (!(seen > 0)) return NOTHING;
  return mass > 0 ? sum / mass : 'no row carries a label';
}
