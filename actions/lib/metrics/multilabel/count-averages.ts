import type { LabelSetMetric, SumsMetric } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';
import { countsOf, labelTerms, pooledTerms } from './label-counts.ts';
import { linearisedSums } from './linearised.ts';
import { linearisedShare } from './share-influence.ts';
import { type LabelWeight, meanShare, SHARES, type Share } from './shares.ts';

const common = {
  direction: 'higher',
  range: [0, 1],
  tasks: ['multilabel'],
  needs: 'labels',
  kind: 'sums',
} as const;

/** Beyond these, sums of each label would be too many to keep and to draw; rows then contribute to first order. */
const MAX_LABELS = 100;
const MAX_COUNTED = 200_000;

const isSmall = ({ count, labels }: LabelSetRows): boolean =>
  labels.length <= MAX_LABELS && count * labels.length <= MAX_COUNTED;

const AVERAGES = {
  macro: { weight: () => 1, ofCounts: false, text: 'unweighted mean over the labels' },
  weighted: {
    weight: ({ actual }) => actual,
    ofCounts: true,
    text: 'mean over the labels, weighted by their rows',
  },
} as const satisfies Record<string, LabelWeight & { readonly text: string }>;

function averaged(share: Share, average: keyof typeof AVERAGES): SumsMetric<LabelSetRows> {
  const { text, ...labelWeight } = AVERAGES[average];
  const large = linearisedSums(linearisedShare(share, labelWeight));
  return {
    ...common,
    id: `${share.id}_${average}`,
    aliases: [],
    title: `${share.title}, ${average}`,
    params: { average, zero_division: 0 },
    definition: `${share.formula} of each label, ${text}; a label where it is undefined counts 0 (sklearn.metrics.${share.id}_score, average='${average}', zero_division=0).`,
    terms: (rows) => (isSmall(rows) ? labelTerms(rows) : large.terms(rows)),
    fromSums: (sums, rows) =>
      isSmall(rows) ? meanShare(share, labelWeight.weight, countsOf(sums)) : large.fromSums(sums, rows),
  };
}

const pooled = (share: Share): SumsMetric<LabelSetRows> => ({
  ...common,
  id: `${share.id}_micro`,
  aliases: [],
  title: `${share.title}, micro`,
  params: { average: 'micro' },
  definition: `${share.formula}, summed over the labels first (sklearn.metrics.${share.id}_score, average='micro').`,
  terms: pooledTerms,
  fromSums: (sums) => {
    const [counts] = countsOf(sums);
    const [part, whole] = counts ? share.parts(counts) : [0, 0];
    return whole > 0 ? part / whole : share.missing;
  },
});

/** Precision, recall, F1 and Jaccard index over labels, each averaged in the usual ways. */
export const countAverages: readonly LabelSetMetric[] = Object.values(SHARES).flatMap((share) => [
  averaged(share, 'macro'),
  averaged(share, 'weighted'),
  pooled(share),
]);
