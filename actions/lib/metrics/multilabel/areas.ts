import { classMasses, forEachTieGroup, type Ranking, scoreOrder } from '../../stats/tie-groups.ts';
import type { Linearised } from './linearised.ts';

/**
 * The area under the ROC curve, ties counting half, and each row's influence on it: (share of the other class that
 * the row is ranked rightly against − area) / weight of its own class.
 */
export function rocArea(ranking: Ranking): Linearised | string {
  const [negative, positive] = classMasses(ranking);
  if (positive.weight === 0) return 'no positive rows';
  if (negative.weight === 0) return 'no negative rows';
  const order = scoreOrder(ranking.scores);
  const influence = new Float64Array(order.length);
  let value = 0;
  let negativesBelow = 0;
  let positivesBelow = 0;
  forEachTieGroup(ranking, (group) => {
    const ofPositives = (negativesBelow + group.negative / 2) / negative.weight;
    const ofNegatives = 1 - (positivesBelow + group.positive / 2) / positive.weight;
    value += (group.positive / positive.weight) * ofPositives;
    for (let at = group.start; at < group.end; at++) {
      const row = order[at] ?? 0;
      influence[row] = ranking.positives[row] === 1 ? ofPositives : ofNegatives;
    }
    negativesBelow += group.negative;
    positivesBelow += group.positive;
  });
  for (let row = 0; row < influence.length; row++) {
    const own = ranking.positives[row] === 1 ? positive : negative;
    influence[row] = ((influence[row] ?? 0) - value) / own.weight;
  }
  return { value, influence };
}

/**
 * Average precision, Σ over thresholds of recall gained × precision, and each row's influence on it: what a positive
 * row gains itself, and what a row, as one more at or above a threshold, does to the precision there.
 */
export function stepArea(ranking: Ranking): Linearised | string {
  const [negative, positive] = classMasses(ranking);
  if (positive.weight === 0) return 'no positive rows';
  const order = scoreOrder(ranking.scores);
  const influence = new Float64Array(order.length);
  let value = 0;
  let positivesLeft = positive.weight;
  let left = positive.weight + negative.weight;
  // Sums over the thresholds so far of positives / rows at or above, and of that times the precision.
  let gain = 0;
  let loss = 0;
  forEachTieGroup(ranking, (group) => {
    const precision = left > 0 ? positivesLeft / left : 0;
    if (group.positive > 0) {
      value += (group.positive / positive.weight) * precision;
      gain += group.positive / left;
      loss += (group.positive / left) * precision;
    }
    for (let at = group.start; at < group.end; at++) {
      const row = order[at] ?? 0;
      influence[row] = (ranking.positives[row] === 1 ? precision + gain : 0) - loss;
    }
    positivesLeft -= group.positive;
    left -= group.positive + group.negative;
  });
  for (let row = 0; row < influence.length; row++) {
    const own = ranking.positives[row] === 1 ? value : 0;
    influence[row] = ((influence[row] ?? 0) - own) / positive.weight;
  }
  return { value, influence };
}
