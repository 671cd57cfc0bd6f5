import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { rankingMetrics } from '../../../../../actions/lib/metrics/ranking/catalog.ts';
import { queriesWithoutRelevant } from '../../../../../actions/lib/metrics/ranking/ties.ts';
import { golden, rankingRows } from './ranking-rows.ts';

const near = (value: unknown, expected: number): void =>
  expect(Math.abs(Number(value) - expected)).toBeLessThan(1e-9 * Math.max(1e-3, Math.abs(expected)));

const judged = golden.flatMap((query) => (query.expected ? [{ ...query, expected: query.expected }] : []));

describe('metrics of a ranking equal scikit-learn 1.9.1, or the mean over all orders of tied scores', () => {
  test.each(judged.map((query, number) => [number, query.relevance.join(' '), query] as const))(
    'query %i: %s',
    (_, __, query) => {
      const rows = rankingRows([query]);
      for (const metric of rankingMetrics)
        near(computedValue(metric, rows), query.expected[metric.id] ?? Number.NaN);
    },
  );

  test.each(rankingMetrics.map((metric) => [metric.id, metric] as const))(
    '%s of all queries is the mean over those with relevant items',
    (id, metric) => {
      const mean =
        judged.reduce((sum, { expected }) => sum + (expected[id] ?? Number.NaN), 0) / judged.length;
      near(computedValue(metric, rankingRows(golden)), mean);
    },
  );

  test('at least 700 values are compared', () => {
    expect(judged.flatMap(({ expected }) => Object.keys(expected)).length).toBeGreaterThan(700);
    for (const { expected } of judged)
      expect(new Set(Object.keys(expected))).toEqual(new Set(rankingMetrics.map(({ id }) => id)));
  });
});

describe('queries without relevant items', () => {
  test('are counted', () => {
    expect(queriesWithoutRelevant(rankingRows(golden))).toBe(golden.length - judged.length);
    expect(queriesWithoutRelevant(rankingRows([{ relevance: [], scores: [] }]))).toBe(1);
  });

  test.each([
    ['no query', [], 'no rows'],
    ['a query without items', [{ relevance: [], scores: [] }], 'no query has a relevant item'],
    [
      'a query without relevant items',
      [{ relevance: [0, 0], scores: [1, 2] }],
      'no query has a relevant item',
    ],
  ])('%s: no metric has a value, and says why', (_, queries, reason) => {
    for (const metric of rankingMetrics) {
      const value = computedValue(metric, rankingRows(queries));
      expect(value, metric.id).toMatch(/\w/);
      if (queries.length > 0) expect(value).toBe(reason);
    }
  });
});

test('a relevance beyond what 2 can be raised to is no harm', () => {
  const rows = rankingRows([{ relevance: [5000, 4999, 0], scores: [2, 3, 1] }]);
  const metric = rankingMetrics.find(({ id }) => id === 'ndcg_exp');
  const second = 1 / Math.log2(3);
  near(metric && computedValue(metric, rows), (0.5 + second) / (1 + 0.5 * second));
});
