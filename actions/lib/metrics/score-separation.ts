import { classMasses, forEachTieGroup, type Ranking } from '../stats/tie-groups.ts';
import type { Computed, CurveMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

const rankingOf = ({ scores, actual, weights }: ClassRows): Ranking | undefined =>
  scores && { scores, positives: actual, weights };

/** Why two classes cannot be told apart; `undefined` when both have rows. */
function missingClass(positive: number, negative: number): string | undefined {
  if (!(positive > 0)) return 'no positive rows';
  return negative > 0 ? undefined : 'no negative rows';
}

/** The largest distance between the distributions of the scores of positives and negatives. */
function largestDistance(rows: ClassRows): Computed {
  const ranking = rankingOf(rows);
  if (!ranking) return 'no probabilities were given';
  const [negative, positive] = classMasses(ranking);
  const missing = missingClass(positive.weight, negative.weight);
  if (missing !== undefined) return missing;
  let positives = 0;
  let negatives = 0;
  let largest = 0;
  forEachTieGroup(ranking, (group) => {
    positives += group.positive;
    negatives += group.negative;
    largest = Math.max(largest, Math.abs(positives / positive.weight - negatives / negative.weight));
  });
  return largest;
}

/** The part of the rows that `lift` looks at. */
const TOP_SHARE = 0.1;

/** The share of positives among the rows of highest score, over their share among all. */
function lift(rows: ClassRows): Computed {
  const ranking = rankingOf(rows);
  if (!ranking) return 'no probabilities were given';
  const [negative, positive] = classMasses(ranking);
  const all = positive.weight + negative.weight;
  if (!(positive.weight > 0)) return all > 0 ? 'no positive rows' : 'no rows';
  const from = all * (1 - TOP_SHARE);
  let below = 0;
  let captured = 0;
  forEachTieGroup(ranking, (group) => {
    const own = group.positive + group.negative;
    const inside = Math.min(own, below + own - from);
    if (inside > 0) captured += group.positive * (inside / own);
    below += own;
  });
  return captured / (all * TOP_SHARE) / (positive.weight / all);
}

const common = {
  direction: 'higher',
  tasks: ['binary'],
  needs: 'scores',
  kind: 'curve',
  interval: 'bootstrap',
} as const;

/** How well scores part positives from negatives, as lenders and marketers ask for it. */
export const scoreSeparation: readonly CurveMetric<ClassRows>[] = [
  {
    ...common,
    id: 'ks_statistic',
    aliases: ['ks', 'kolmogorov_smirnov'],
    title: 'KS statistic',
    range: [0, 1],
    definition:
      'Largest distance between the distributions of the scores of positive and of negative rows, which is the largest |true positive rate − false positive rate| (scipy.stats.ks_2samp).',
    compute: largestDistance,
  },
  {
    ...common,
    id: 'lift_at_10_percent',
    aliases: ['lift', 'top_decile_lift'],
    title: 'Lift at 10 %',
    range: [0, Number.POSITIVE_INFINITY],
    params: { share: TOP_SHARE },
    definition:
      'Share of positives among the tenth of the rows that scores highest, over their share among all rows; rows of equal score at the border count in part.',
    compute: lift,
  },
];
