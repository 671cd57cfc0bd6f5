import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { measure } from '../../../../../actions/lib/metrics/measure.ts';
import type { ScoreRows } from '../../../../../actions/lib/metrics/rows.ts';
import { scoreMetrics } from '../../../../../actions/lib/metrics/scores/score-metrics.ts';

const rows: ScoreRows = {
  task: 'scores',
  count: 4,
  names: ['helpful', 'passed', 'seconds'],
  values: [
    Float64Array.of(3, 4, Number.NaN, 5),
    Float64Array.of(1, 0, 1, 1),
    new Float64Array(4).fill(Number.NaN),
  ],
  weights: Float64Array.of(1, 2, 1, 1),
};

const [helpful, passed, seconds, absent] = scoreMetrics([
  { name: 'helpful', direction: 'higher', binary: false },
  { name: 'passed', direction: 'higher', binary: true },
  { name: 'seconds', direction: 'lower', unit: 's', binary: false },
  { name: 'absent', direction: 'higher', binary: false },
]);

describe('ready-made scores', () => {
  test.each([
    ['a column with a gap, weighted', helpful, (3 + 8 + 5) / 4],
    ['a column of zeros and ones', passed, 3 / 5],
    ['a column without numbers', seconds, 'column seconds has no numbers'],
    ['a column that is not there', absent, 'column absent has no numbers'],
  ])('%s', (_, metric, expected) => {
    if (!metric) throw new Error('no metric');
    expect(computedValue(metric, rows)).toEqual(expected);
  });

  test('shares get an interval of shares, and only rows with a number count', () => {
    if (!helpful || !passed || !seconds) throw new Error('no metric');
    const values = measure([helpful, passed, seconds], rows, { confidence: 0.95, resamples: 50, seed: 1 });
    expect(values.map(({ name, n, unit, ci }) => [name, n, unit, ci?.method])).toEqual([
      ['helpful', 3, undefined, 'student-t'],
      ['passed', 4, undefined, 'wilson'],
      ['seconds', 0, 's', undefined],
    ]);
    expect(values[1]?.ci?.high).toBeLessThanOrEqual(1);
  });
});
