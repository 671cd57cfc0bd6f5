import { scoreOrder } from '../../stats/tie-groups.ts';
import type { RankingRows } from '../rows.ts';

/** Items of one query that share a score, so that any order among them is as good as another. */
export interface Tie {
  /** Their places in `rankedItems`, the end not included. */
  readonly start: number;
  readonly end: number;
  /** Items of the query that score higher, and how many of them are relevant. */
  readonly before: number;
  readonly hitsBefore: number;
  readonly size: number;
  /** Relevant items among them. */
  readonly hits: number;
}

/** Orders are kept for as long as their scores live: every metric of a ranking asks for the same one. */
const RANKED = new WeakMap<Float64Array, Uint32Array>();

/** Items by falling value within each query; those of query q from `starts[q]` to before `starts[q + 1]`. */
export function rankedItems({ starts, count }: RankingRows, values: Float64Array): Uint32Array {
  const known = RANKED.get(values);
  if (known) return known;
  const queryOf = new Uint32Array(values.length);
  for (let query = 0; query < count; query++) queryOf.fill(query, starts[query] ?? 0, starts[query + 1] ?? 0);
  const ascending = scoreOrder(values);
  const next = starts.slice();
  const ranked = new Uint32Array(values.length);
  for (let at = ascending.length - 1; at >= 0; at--) {
    const item = ascending[at] ?? 0;
    const query = queryOf[item] ?? 0;
    const place = next[query] ?? 0;
    ranked[place] = item;
    next[query] = place + 1;
  }
  RANKED.set(values, ranked);
  return ranked;
}

function tiesOf({ starts, scores, relevance }: RankingRows, ranked: Uint32Array, query: number): Tie[] {
  const from = starts[query] ?? 0;
  const to = starts[query + 1] ?? 0;
  const ties: Tie[] = [];
  let hitsBefore = 0;
  for (let start = from; start < to; ) {
    const score = scores[ranked[start] ?? 0];
    let hits = 0;
    let end = start;
    for (; end < to && scores[ranked[end] ?? 0] === score; end++)
      if ((relevance[ranked[end] ?? 0] ?? 0) > 0) hits++;
    ties.push({ start, end, before: start - from, hitsBefore, size: end - start, hits });
    hitsBefore += hits;
    start = end;
  }
  return ties;
}

/** What a metric of a ranking is worked out from for one query. */
export interface Query {
  readonly ties: readonly Tie[];
  /** Items that are relevant at all, at least 1. */
  readonly relevant: number;
  /** Its items lie from here to before there. */
  readonly start: number;
  readonly end: number;
}

/** A value for each query; NaN for a query without relevant items, about which a ranking says nothing. */
export function perQuery(rows: RankingRows, value: (query: Query) => number): Float64Array {
  const ranked = rankedItems(rows, rows.scores);
  const values = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const ties = tiesOf(rows, ranked, row);
    const last = ties.at(-1);
    const relevant = last ? last.hitsBefore + last.hits : 0;
    const start = rows.starts[row] ?? 0;
    const end = rows.starts[row + 1] ?? 0;
    values[row] = relevant === 0 ? Number.NaN : value({ ties, relevant, start, end });
  }
  return values;
}

/** Queries without relevant items: no metric of a ranking counts them. */
export function queriesWithoutRelevant({ count, starts, relevance }: RankingRows): number {
  let empty = 0;
  for (let query = 0; query < count; query++) {
    const items = relevance.subarray(starts[query] ?? 0, starts[query + 1] ?? 0);
    if (!items.some((item) => item > 0)) empty++;
  }
  return empty;
}
