import { sortOrder } from '../stats/sort-order.ts';
import type { RankingRows } from './rows.ts';

/** Depths beyond this are rarely looked at. */
const MAX_DEPTH = 50;

/** `curves.json`: what the plots of a ranking are drawn from. */
export interface RankingCurves {
  readonly task: 'ranking';
  /** Mean NDCG over the queries that have relevant items, at the depths 1, 2, 3, …; empty without such queries. */
  readonly ndcg: readonly number[];
  readonly baseline?: { readonly name: string; readonly ndcg: readonly number[] };
}

/** The curves of a ranking. */
export const rankingCurves = (
  rows: RankingRows,
  baseline?: { readonly name: string; readonly rows: RankingRows },
): RankingCurves => ({
  task: 'ranking',
  ndcg: ndcgByDepth(rows),
  ...(baseline && { baseline: { name: baseline.name, ndcg: ndcgByDepth(baseline.rows) } }),
});

/** NDCG with linear gain, tied scores at the mean of their gains, as `sklearn.metrics.ndcg_score` has it. */
function ndcgByDepth(rows: RankingRows): readonly number[] {
  const depths = Math.min(MAX_DEPTH, longestQuery(rows));
  const sums = new Float64Array(depths);
  let weights = 0;
  for (let query = 0; query < rows.count; query++) {
    const from = rows.starts[query] ?? 0;
    const to = rows.starts[query + 1] ?? 0;
    const relevance = rows.relevance.subarray(from, to);
    const ideal = cumulatedGain(relevance, relevance, depths);
    if (!((ideal[depths - 1] ?? 0) > 0)) continue;
    const own = cumulatedGain(relevance, rows.scores.subarray(from, to), depths);
    const weight = rows.weights?.[query] ?? 1;
    weights += weight;
    for (let depth = 0; depth < depths; depth++)
      sums[depth] = (sums[depth] ?? 0) + (weight * (own[depth] ?? 0)) / (ideal[depth] ?? 1);
  }
  return weights > 0 ? Array.from(sums, (sum) => sum / weights) : [];
}

function longestQuery({ starts, count }: RankingRows): number {
  let longest = 0;
  for (let query = 0; query < count; query++)
    longest = Math.max(longest, (starts[query + 1] ?? 0) - (starts[query] ?? 0));
  return longest;
}

/** Discounted gain of the first 1, 2, 3, … items by descending score. */
function cumulatedGain(gains: Float64Array, scores: Float64Array, depths: number): Float64Array {
  const order = sortOrder(Float64Array.from(scores)).reverse();
  const result = new Float64Array(depths);
  let total = 0;
  for (let start = 0, end = 0; start < depths; start = end) {
    const score = scores[order[start] ?? 0];
    let sum = 0;
    for (end = start; end < order.length && scores[order[end] ?? 0] === score; end++)
      sum += gains[order[end] ?? 0] ?? 0;
    const mean = end > start ? sum / (end - start) : 0;
    if (end === start) end = depths;
    for (let place = start; place < Math.min(end, depths); place++) {
      total += mean / Math.log2(place + 2);
      result[place] = total;
    }
  }
  return result;
}
