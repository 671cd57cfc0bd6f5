import { sortDoubles } from './sort-doubles.ts';
import { forEachTieGroup, type Ranking } from './tie-groups.ts';

/** The weight of both classes at each different score, in ascending order of the scores. */
export interface ScoreGroups {
  readonly positive: Weights;
  readonly negative: Weights;
}

/** Numbers of rows, or what they weigh. */
type Weights = Uint32Array | Float64Array;

/** What all groups of a class weigh together. */
export function totalOf(weights: Weights): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) total += weights[at] ?? 0;
  return total;
}

/** Kept for as long as the scores live: area, precision, curves and bins are made of the same groups. */
const GROUPS = new WeakMap<Float64Array, { readonly of: ArrayLike<number>; readonly groups: ScoreGroups }>();

/** The groups of a ranking. Without weights both classes are sorted apart, which is half the work of ordering the rows. */
export function scoreGroups(ranking: Ranking): ScoreGroups {
  if (ranking.weights) return weightedGroups(ranking);
  const { scores, positives } = ranking;
  const known = GROUPS.get(scores);
  if (known?.of === positives) return known.groups;
  const groups = merged(...sortedClasses(ranking));
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

/** The scores of either class, in ascending order. */
function sortedClasses({ scores, positives }: Ranking): readonly [Float64Array, Float64Array] {
  const rows = scores.length;
  let wanted = 0;
  for (let row = 0; row < rows; row++) wanted += positives[row] === 1 ? 1 : 0;
  // One more place each: a score is written to both, and only counts where it belongs, which needs no branch.
  const positive = new Float64Array(wanted + 1);
  const negative = new Float64Array(rows - wanted + 1);
  let p = 0;
  let n = 0;
  for (let row = 0; row < rows; row++) {
    const score = scores[row] ?? 0;
    const own = positives[row] === 1 ? 1 : 0;
    positive[p] = score;
    negative[n] = score;
    p += own;
    n += 1 - own;
  }
  return [sortDoubles(negative.subarray(0, n)), sortDoubles(positive.subarray(0, p))];
}

/** Rows of both classes at each different score: both lists are walked from the lowest score up. */
function merged(negatives: Float64Array, positives: Float64Array): ScoreGroups {
  const size = negatives.length + positives.length;
  const positive = new Uint32Array(size);
  const negative = new Uint32Array(size);
  let group = -1;
  let last = Number.NaN;
  for (let n = 0, p = 0; n + p < size; ) {
    const below = negatives[n] ?? 0;
    const above = positives[p] ?? 0;
    const own = n === negatives.length || (p < positives.length && above < below) ? 1 : 0;
    const score = own === 1 ? above : below;
    group += score === last ? 0 : 1;
    last = score;
    positive[group] = (positive[group] ?? 0) + own;
    negative[group] = (negative[group] ?? 0) + 1 - own;
    p += own;
    n += 1 - own;
  }
  return { positive: used(positive, group + 1), negative: used(negative, group + 1) };
}

/** The beginning of an array; copied where it is a small part, as what is kept keeps the whole array. */
const used = (counts: Uint32Array, length: number): Uint32Array =>
  length * 2 > counts.length ? counts.subarray(0, length) : counts.slice(0, length);
