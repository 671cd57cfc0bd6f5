import { sortDoubles } from './sort-doubles.ts';
import { forEachTieGroup, type Ranking } from './tie-groups.ts';

/** The weight of both classes at each different score, in ascending order of the scores. */
export interface ScoreGroups {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** Kept for as long as the scores live: area, precision, curves and bins are made of the same groups. */
const GROUPS = new WeakMap<Float64Array, { readonly of: ArrayLike<number>; readonly groups: ScoreGroups }>();

/** The groups of a ranking. Without weights both classes are sorted apart, which is half the work of ordering the rows. */
export function scoreGroups(ranking: Ranking): ScoreGroups {
  if (ranking.weights) return weightedGroups(ranking);
  const { scores, positives } = ranking;
  const known = GROUPS.get(scores);
  if (known?.of === positives) return known.groups;
  const groups = merged(scoresOf(ranking, false), scoresOf(ranking, true));
  GROUPS.set(scores, { of: positives, groups });
  return groups;
}

function weightedGroups(ranking: Ranking): ScoreGroups {
  const positive = new Float64Array(ranking.scores.length);
  const negative = new Float64Array(ranking.scores.length);
  let count = 0;
  forEachTieGroup(ranking, (group) => {
    positive[count] = group.positive;
    negative[count++] = group.negative;
  });
  return { positive: positive.subarray(0, count), negative: negative.subarray(0, count) };
}

/** The scores of one class, in ascending order. */
function scoresOf({ scores, positives }: Ranking, wanted: boolean): Float64Array {
  const own = new Float64Array(scores.length);
  let count = 0;
  for (let row = 0; row < scores.length; row++)
    if ((positives[row] === 1) === wanted) own[count++] = scores[row] ?? 0;
  return sortDoubles(own.subarray(0, count));
}

function merged(negatives: Float64Array, positives: Float64Array): ScoreGroups {
  const size = negatives.length + positives.length;
  const positive = new Float64Array(size);
  const negative = new Float64Array(size);
  let count = 0;
  for (let n = 0, p = 0; n + p < size; count++) {
    const score = Math.min(
      n < negatives.length ? (negatives[n] ?? 0) : Number.POSITIVE_INFINITY,
      p < positives.length ? (positives[p] ?? 0) : Number.POSITIVE_INFINITY,
    );
    const endN = endOf(negatives, n, score);
    const endP = endOf(positives, p, score);
    negative[count] = endN - n;
    positive[count] = endP - p;
    n = endN;
    p = endP;
  }
  return { positive: positive.subarray(0, count), negative: negative.subarray(0, count) };
}

/** Where the values that equal a score end. */
function endOf(values: Float64Array, from: number, score: number): number {
  let at = from;
  while (at < values.length && values[at] === score) at++;
  return at;
}
