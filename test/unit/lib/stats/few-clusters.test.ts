import { describe, expect, test } from 'vitest';
import { metricByName } from '../../../../actions/lib/metrics/catalog.ts';
import { measure } from '../../../../actions/lib/metrics/measure.ts';
import { normalQuantile, studentTQuantile } from '../../../../actions/lib/stats/distributions.ts';
import { expandedLevel, levelForFew } from '../../../../actions/lib/stats/intervals.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { binaryRows } from '../../../../actions/tools/bench/coverage-rows.ts';

const width = (level: number): number => normalQuantile((1 + level) / 2);

describe('levels for few units', () => {
  test.each([5, 10, 50, 1000])('of %i units give the width of Student', (units) => {
    const t = studentTQuantile(0.975, units - 1);
    expect(width(levelForFew(0.95, units - 1))).toBeCloseTo(t, 6);
  });

  test.each([5, 10, 50, 1000])('of %i resampled units make up for their missing spread too', (units) => {
    const wanted = Math.sqrt(units / (units - 1)) * studentTQuantile(0.975, units - 1);
    expect(width(expandedLevel(0.95, units))).toBeCloseTo(wanted, 6);
  });

  test('are the level itself where units are many, or there is nothing to go by', () => {
    expect(levelForFew(0.9, 1e7)).toBeCloseTo(0.9, 6);
    expect(expandedLevel(0.9, 1e7)).toBeCloseTo(0.9, 6);
    for (const level of [levelForFew(0.95, 1), expandedLevel(0.95, 2)]) expect(level).toBeLessThan(1);
    expect([levelForFew(0.9, 0), expandedLevel(0.9, 1)]).toEqual([0.9, 0.9]);
  });
});

test('intervals of ten clusters hold the true value in nine test sets of ten and more', () => {
  const RUNS = 400;
  const law = { prevalence: 0.5, distance: 1.2, clusters: { size: 20, correlation: 0.3 } };
  const area = metricByName('roc_auc', 'binary');
  const random = seededRandom(31);
  let covered = 0;
  for (let run = 0; run < RUNS; run++) {
    const settings = { confidence: 0.95, resamples: 200, seed: run };
    const [value] = measure(area ? [area] : [], binaryRows(law, random, 200), settings);
    // Φ(1.2 / √2)
    if (value?.ci && value.ci.low <= 0.8019 && value.ci.high >= 0.8019) covered++;
  }
  // With the normal quantile it was 88 %.
  expect(covered / RUNS).toBeGreaterThan(0.905);
});
