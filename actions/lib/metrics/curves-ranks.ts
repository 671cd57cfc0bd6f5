import { scoreGroups } from '../stats/thresholds.ts';
import { classMasses, type Ranking } from '../stats/tie-groups.ts';

/** `[x, y]` of a curve. */
export type Points = readonly (readonly [number, number])[];

/** A curve is cut to this many points, evenly along its length; its two ends are always among them. */
export const MAX_POINTS = 200;

/** What the order of scores says about every threshold; empty where there are no positives, or no negatives. */
export interface RankCurves {
  /** `[false positive rate, true positive rate]`, from the highest threshold down. */
  readonly roc: Points;
  /** `[recall, precision]`, from the highest threshold down. */
  readonly precisionRecall: Points;
}

/** ROC and precision-recall curve in one pass over the order of the scores, which is kept. */
export function rankCurves(ranking: Ranking): RankCurves {
  const [{ weight: negatives }, { weight: positives }] = classMasses(ranking);
  if (!(positives > 0)) return { roc: [], precisionRecall: [] };
  const { positive, negative } = massAbove(ranking, positives, negatives);
  const recall = (at: number): number => (positive[at] ?? 0) / positives;
  const falsePositive = (at: number): number => (negative[at] ?? 0) / negatives;
  // Nothing is predicted at the first threshold: the curve begins at the precision of the highest scores.
  const precision = (at: number): number => {
    const own = positive[Math.max(at, 1)] ?? 0;
    return own / (own + (negative[Math.max(at, 1)] ?? 0));
  };
  const spread = (length: number, wayTo: (at: number) => number) => pick(positive.length, length, wayTo);
  return {
    roc:
      negatives > 0
        ? spread(2, (at) => recall(at) + falsePositive(at)).map((at) => [falsePositive(at), recall(at)])
        : [],
    precisionRecall: spread(1, recall).map((at) => [recall(at), precision(at)]),
  };
}

/** Weight of positives and of negatives above each threshold, from none of the rows to all of them. */
function massAbove(ranking: Ranking, positives: number, negatives: number) {
  const groups = scoreGroups(ranking);
  const size = groups.positive.length;
  const positive = new Float64Array(size + 1);
  const negative = new Float64Array(size + 1);
  let at = size;
  let positivesLeft = positives;
  let negativesLeft = negatives;
  for (let group = 0; group < size; group++) {
    positive[at] = positivesLeft;
    negative[at--] = negativesLeft;
    // Rounding of weights must not lead below nothing.
    positivesLeft = Math.max(0, positivesLeft - (groups.positive[group] ?? 0));
    negativesLeft = Math.max(0, negativesLeft - (groups.negative[group] ?? 0));
  }
  // Rows without weight at the top make thresholds at which nothing counts.
  while (at + 1 < size && (positive[at + 1] ?? 0) + (negative[at + 1] ?? 0) === 0) at++;
  return { positive: positive.subarray(at), negative: negative.subarray(at) };
}

/**
 * Points of a curve about equally far from each other.
 *
 * @param length - of the whole curve
 * @param wayTo - the way from the beginning of the curve to a point, never less than to the point before it
 */
function pick(count: number, length: number, wayTo: (at: number) => number): readonly number[] {
  if (count <= MAX_POINTS) return Array.from({ length: count }, (_, at) => at);
  const step = length / (MAX_POINTS - 2);
  const picked = [0];
  let next = step;
  for (let at = 1; at < count - 1; at++) {
    if (wayTo(at) < next) continue;
    picked.push(at);
    next = wayTo(at) + step;
  }
  return [...picked, count - 1];
}
