import { readFileSync } from 'node:fs';
import type { RankingRows } from '../../../../../actions/lib/metrics/rows.ts';

/** A query and its metrics, made by `test/fixtures/metrics/ranking/golden.py` with scikit-learn 1.9.1. */
export interface GoldenQuery {
  readonly relevance: readonly number[];
  readonly scores: readonly number[];
  readonly expected: Readonly<Record<string, number>> | null;
}

export const golden: readonly GoldenQuery[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/metrics/ranking/golden.json', import.meta.url), 'utf8'),
);

export function rankingRows(queries: readonly Omit<GoldenQuery, 'expected'>[]): RankingRows {
  const starts = new Uint32Array(queries.length + 1);
  for (const [query, { scores }] of queries.entries())
    starts[query + 1] = (starts[query] ?? 0) + scores.length;
  return {
    task: 'ranking',
    count: queries.length,
    starts,
    relevance: Float64Array.from(queries.flatMap(({ relevance }) => relevance)),
    scores: Float64Array.from(queries.flatMap(({ scores }) => scores)),
  };
}
