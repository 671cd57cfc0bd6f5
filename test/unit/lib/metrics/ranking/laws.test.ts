import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { rankingMetrics } from '../../../../../actions/lib/metrics/ranking/catalog.ts';
import type { RankingRows } from '../../../../../actions/lib/metrics/rows.ts';
import { selectRows } from '../../../../../actions/lib/metrics/select-rows.ts';
import { rankingRows } from './ranking-rows.ts';

type Query = Parameters<typeof rankingRows>[0][number];

const anyQuery: fc.Arbitrary<Query> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -4, max: 4 })), { maxLength: 14 })
  .map((items) => ({
    relevance: items.map(([relevance]) => relevance),
    scores: items.map(([, score]) => score),
  }));

const anyQueries = fc.array(anyQuery, { minLength: 1, maxLength: 6 });

function sameValues(one: RankingRows, other: RankingRows): void {
  for (const metric of rankingMetrics) {
    const [a, b] = [computedValue(metric, one), computedValue(metric, other)];
    if (typeof a === 'string') expect(b, metric.id).toBe(a);
    else expect(Number(b), metric.id).toBeCloseTo(a, 10);
  }
}

const order = (items: number): Uint32Array => Uint32Array.from({ length: items }, (_, at) => items - 1 - at);

describe('metrics of a ranking', () => {
  test('do not depend on the order of queries, or of the items of a query', () => {
    fc.assert(
      fc.property(anyQueries, (queries) => {
        const rows = rankingRows(queries);
        sameValues(rows, selectRows(rows, order(rows.count)) as RankingRows);
        const turned = queries.map(({ relevance, scores }) => ({
          relevance: relevance.toReversed(),
          scores: scores.toReversed(),
        }));
        sameValues(rows, rankingRows(turned));
      }),
    );
  });

  test('do not depend on scores but for their order', () => {
    fc.assert(
      fc.property(anyQueries, (queries) => {
        const bent = queries.map(({ relevance, scores }) => ({
          relevance,
          scores: scores.map((score) => Math.exp(score) - 100),
        }));
        sameValues(rankingRows(queries), rankingRows(bent));
      }),
    );
  });

  test('lie in their range, and are greatest when items are ordered by relevance', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const rows = rankingRows([query]);
        const best = rankingRows([{ ...query, scores: query.relevance }]);
        for (const metric of rankingMetrics) {
          const value = computedValue(metric, rows);
          if (typeof value === 'string') continue;
          expect(value, metric.id).toBeGreaterThanOrEqual(metric.range[0]);
          expect(value, metric.id).toBeLessThanOrEqual(metric.range[1] + 1e-12);
          expect(value, metric.id).toBeLessThanOrEqual(Number(computedValue(metric, best)) + 1e-12);
        }
      }),
    );
  });

  test('do not depend on how gains are scaled, save DCG', () => {
    fc.assert(
      fc.property(anyQueries, (queries) => {
        const scaled = queries.map(({ relevance, scores }) => ({
          relevance: relevance.map((value) => value * 8),
          scores,
        }));
        for (const metric of rankingMetrics) {
          if (metric.id.startsWith('dcg') || metric.id.startsWith('ndcg_exp')) continue;
          const [a, b] = [
            computedValue(metric, rankingRows(queries)),
            computedValue(metric, rankingRows(scaled)),
          ];
          if (typeof a === 'string') expect(b).toBe(a);
          else expect(Number(b), metric.id).toBeCloseTo(a, 10);
        }
      }),
    );
  });
});
