import { classMasses, forEachTieGroup, type Ranking } from '../stats/tie-groups.ts';

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

/** ROC and precision-recall curve in one pass over the order of the scores, which is kept (see `scoreOrder`). */
export function rankCurves(ranking: Ranking): RankCurves {
  const [{ weight: negatives }, { weight: positives }] = classMasses(ranking);
  if (!(positives > 0)) return { roc: [], precisionRecall: [] };
  const { positive, negative } = massAbove(ranking, positives, negatives);
  const precision = positive.map((own, at) => own / (own + (negative[at] ?? 0)));
  // Nothing is predicted at the first threshold: the curve begins at the precision of the highest scores.
  precision[0] = precision[1] ?? 1;
  const recall = positive.map((own) => own / positives);
  const falsePositive = negative.map((own) => own / negatives);
  return {
    roc: negatives > 0 ? pick(falsePositive, recall, alongBoth(falsePositive, recall)) : [],
    precisionRecall: pick(recall, precision, (at) => (recall[at] ?? 0) - (recall[at - 1] ?? 0)),
  };
}

/** Weight of positives and of negatives above each threshold, from none of the rows to all of them. */
function massAbove(ranking: Ranking, positives: number, negatives: number) {
  const size = ranking.scores.length;
  const positive = new Float64Array(size + 1);
  const negative = new Float64Array(size + 1);
  let at = size;
  let left = { positive: positives, negative: negatives };
  forEachTieGroup(ranking, (group) => {
    positive[at] = left.positive;
    negative[at--] = left.negative;
    // Rounding of weights must not lead below nothing.
    left = {
      positive: Math.max(0, left.positive - group.positive),
      negative: Math.max(0, left.negative - group.negative),
    };
  });
  positive[at] = 0;
  negative[at] = 0;
  // Rows without weight at the top make thresholds at which nothing counts.
  while (at + 1 < size && (positive[at + 1] ?? 0) + (negative[at + 1] ?? 0) === 0) at++;
  return { positive: positive.subarray(at), negative: negative.subarray(at) };
}

const alongBoth =
  (x: Float64Array, y: Float64Array) =>
  (at: number): number =>
    Math.abs((x[at] ?? 0) - (x[at - 1] ?? 0)) + Math.abs((y[at] ?? 0) - (y[at - 1] ?? 0));

/** Points about equally far from each other, by the length of the way to each from the one before. */
function pick(x: Float64Array, y: Float64Array, length: (at: number) => number): Points {
  const point = (at: number): readonly [number, number] => [x[at] ?? 0, y[at] ?? 0];
  if (x.length <= MAX_POINTS) return Array.from(x, (_, at) => point(at));
  let total = 0;
  for (let at = 1; at < x.length; at++) total += length(at);
  const step = total / (MAX_POINTS - 2);
  const points = [point(0)];
  let gone = 0;
  for (let at = 1; at < x.length - 1; at++) {
    gone += length(at);
    if (gone < step) continue;
    points.push(point(at));
    gone = 0;
  }
  points.push(point(x.length - 1));
  return points;
}
