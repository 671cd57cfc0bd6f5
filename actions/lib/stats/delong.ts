import { scoreGroups, totalOf } from './thresholds.ts';
import { type ClassMass, classMasses, forEachTieGroup, type Ranking, scoreOrder } from './tie-groups.ts';

/**
 * A value of the order of scores, with the effect of each row on it: Σ effects² is its variance, and
 * Σ effectsA · effectsB the covariance of the values of two models on the same rows.
 */
export interface RankEstimate {
  readonly value: number;
  readonly effects: Float64Array;
}

/**
 * The area under the ROC curve and the effect of each row on it (DeLong's structural components).
 *
 * The area is the chance that a positive row scores above a negative one, ties counting half. A positive
 * row's component is the share of negatives below it, a negative row's the share of positives above it; its
 * effect is (component − area) / √(m (m − 1)) with m rows of its class. So Σ effects² is DeLong's variance,
 * and Σ (effectsA − effectsB)² that of the difference of two models on the same rows. With weights, shares
 * and effects are weighted. Source: E. DeLong, D. DeLong, D. Clarke-Pearson, 1988; X. Sun, W. Xu, 2014.
 *
 * @param scores - higher means more likely positive; without NaN
 * @param positives - 1 for rows of the positive class, else 0
 * @returns the reason when a class has no rows; effects are NaN for a class with a single row
 */
export function delongComponents(
  scores: Float64Array,
  positives: ArrayLike<number>,
  weights?: Float64Array,
): RankEstimate | string {
  const ranking = { scores, positives, weights };
  const [negative, positive] = classMasses(ranking);
  if (positive.weight === 0) return 'no positive rows';
  if (negative.weight === 0) return 'no negative rows';
  const components = placements(ranking, negative, positive);
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  let area = 0;
  for (let row = 0; row < scores.length; row++)
    if (positives[row] === 1) area += (weightOf(row) * (components[row] ?? 0)) / positive.weight;
  const effects = components.map((component, row) => {
    const own = positives[row] === 1 ? positive : negative;
    return (weightOf(row) / own.weight) * (component - area) * Math.sqrt(own.rows / (own.rows - 1));
  });
  return { value: area, effects };
}

/** For each row the share of the other class that it is ranked rightly against, ties counting half. */
function placements(ranking: Ranking, negative: ClassMass, positive: ClassMass): Float64Array {
  const order = scoreOrder(ranking.scores);
  const result = new Float64Array(order.length);
  let negativesBelow = 0;
  let positivesBelow = 0;
  forEachTieGroup(ranking, (group) => {
    const ofPositives = (negativesBelow + group.negative / 2) / negative.weight;
    const ofNegatives = (positive.weight - positivesBelow - group.positive / 2) / positive.weight;
    for (let at = group.start; at < group.end; at++) {
      const row = order[at] ?? 0;
      result[row] = ranking.positives[row] === 1 ? ofPositives : ofNegatives;
    }
    negativesBelow += group.negative;
    positivesBelow += group.positive;
  });
  return result;
}

/** An area and its standard error, where what each row adds is not asked for. */
export interface AreaEstimate {
  readonly value: number;
  readonly standardError: number;
}

/**
 * As `delongComponents` without weights, from one pass over both classes sorted by score: several times faster, and
 * nothing is kept for each row.
 *
 * @returns the reason when a class has no rows; the standard error is NaN for a class with a single row
 */
export function delongArea(scores: Float64Array, positives: ArrayLike<number>): AreaEstimate | string {
  const { positive, negative } = scoreGroups({ scores, positives });
  const p = totalOf(positive);
  const n = totalOf(negative);
  if (p === 0) return 'no positive rows';
  if (n === 0) return 'no negative rows';
  let negativesBelow = 0;
  let positivesBelow = 0;
  let wins = 0;
  let positiveSquares = 0;
  let negativeSquares = 0;
  for (let at = 0; at < positive.length; at++) {
    const own = positive[at] ?? 0;
    const others = negative[at] ?? 0;
    const ofPositives = (negativesBelow + others / 2) / n;
    const ofNegatives = (p - positivesBelow - own / 2) / p;
    wins += own * ofPositives;
    positiveSquares += own * ofPositives * ofPositives;
    negativeSquares += others * ofNegatives * ofNegatives;
    negativesBelow += others;
    positivesBelow += own;
  }
  const value = wins / p;
  const part = (squares: number, rows: number): number =>
    Math.max(0, squares - rows * value * value) / ((rows - 1) * rows);
  return { value, standardError: Math.sqrt(part(positiveSquares, p) + part(negativeSquares, n)) };
}
