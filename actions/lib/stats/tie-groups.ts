import { sortOrder } from './sort-order.ts';

/** Rows of two classes with a score each. */
export interface Ranking {
  /** Higher means more likely positive; without NaN. */
  readonly scores: Float64Array;
  /** 1 for rows of the positive class, anything else for the others. */
  readonly positives: ArrayLike<number>;
  /** All 1 when absent. */
  readonly weights?: Float64Array | undefined;
}

/** Orders are kept for as long as their scores live, because resamples of rows ask for the same one again. */
const ORDERS = new WeakMap<Float64Array, Uint32Array>();

/** The rows in ascending order of score. */
export function scoreOrder(scores: Float64Array): Uint32Array {
  const known = ORDERS.get(scores);
  if (known) return known;
  const order = sortOrder(scores);
  ORDERS.set(scores, order);
  return order;
}

/** The total weight of one class and the number of its rows that carry any. */
export interface ClassMass {
  weight: number;
  rows: number;
}

/** What the negative and the positive class weigh. */
export function classMasses({ scores, positives, weights }: Ranking): readonly [ClassMass, ClassMass] {
  const negative = { weight: 0, rows: 0 };
  const positive = { weight: 0, rows: 0 };
  for (let row = 0; row < scores.length; row++) {
    const mass = positives[row] === 1 ? positive : negative;
    const weight = weights?.[row] ?? 1;
    mass.weight += weight;
    if (weight > 0) mass.rows++;
  }
  return [negative, positive];
}

/** Rows of one score: their places in `scoreOrder`, and what their positives and negatives weigh. */
export interface TieGroup {
  start: number;
  end: number;
  score: number;
  positive: number;
  negative: number;
}

/** Calls `visit` for each distinct score in ascending order. The group is reused: copy what is to be kept. */
export function forEachTieGroup(ranking: Ranking, visit: (group: Readonly<TieGroup>) => void): void {
  const { scores, positives, weights } = ranking;
  const order = scoreOrder(scores);
  const group: TieGroup = { start: 0, end: 0, score: 0, positive: 0, negative: 0 };
  while (group.end < order.length) {
    group.start = group.end;
    group.score = scores[order[group.start] ?? 0] ?? Number.NaN;
    group.positive = 0;
    group.negative = 0;
    for (; group.end < order.length; group.end++) {
      const row = order[group.end] ?? 0;
      if (scores[row] !== group.score) break;
      if (positives[row] === 1) group.positive += weights?.[row] ?? 1;
      else group.negative += weights?.[row] ?? 1;
    }
    visit(group);
  }
}
