import { describe, expect, test } from 'vitest';
import { metricByName } from '../../../../actions/lib/metrics/catalog.ts';
import { confusionOf } from '../../../../actions/lib/metrics/confusion.ts';
import { measure } from '../../../../actions/lib/metrics/measure.ts';
import type { ClassRows, NumberRows } from '../../../../actions/lib/metrics/rows.ts';
import { delongComponents } from '../../../../actions/lib/stats/delong.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { sortOrder } from '../../../../actions/lib/stats/sort-order.ts';

describe('the seeded generator', () => {
  test('gives the same numbers for a seed and others for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed).next);
    expect(draw(12345)).toEqual(draw(12345));
    expect(draw(12345)).not.toEqual(draw(12346));
  });

  test.each([
    { n: 20, p: 0.3 },
    { n: 100, p: 0.5 },
    { n: 1000, p: 0.03 },
    { n: 1_000_000, p: 0.2 },
    { n: 50, p: 0.9 },
  ])('binomial($n, $p) has the mean and variance of its distribution', ({ n, p }) => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 20_000 }, () => random.binomial(n, p));
    const mean = draws.reduce((sum, k) => sum + k, 0) / draws.length;
    const variance = draws.reduce((sum, k) => sum + (k - mean) ** 2, 0) / draws.length;
    const expected = n * p * (1 - p);
    // Five standard errors of a mean and of a variance of 20,000 draws.
    expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt(expected / draws.length));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2.2 / draws.length));
  });

  test('multinomial counts add up and leave empty cells empty', () => {
    const random = seededRandom(2);
    const counts = new Float64Array(4);
    for (let round = 0; round < 200; round++) {
      random.multinomial(1000, [5, 0, 3, 2], counts);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
      expect(counts[1]).toBe(0);
    }
  });
});

test('the radix sort orders like a stable comparison sort, negative numbers and ties included', () => {
  const random = seededRandom(3);
  const values = Float64Array.from({ length: 5000 }, () => Math.round(random.normal() * 50) / 7);
  const expected = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  // −0 and 0 compare as equal but sort apart; the order of values is what counts.
  const sorted = Array.from(sortOrder(values), (row) => values[row]);
  expect(sorted).toEqual(
    expected.map((row) => values[row]).map((value, at) => (value === 0 ? sorted[at] : value)),
  );
});

test('DeLong gives areas, variances and the covariance of the published algorithm', () => {
  // Reference values: Sun & Xu's fast algorithm, 10 rows; variances .0128 and .0172, covariance .0126.
  const y = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
  const a = delongComponents(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.6, 0.35, 0.5, 0.7, 0.8, 0.9), y);
  const b = delongComponents(Float64Array.of(0.2, 0.1, 0.45, 0.4, 0.5, 0.3, 0.5, 0.6, 0.9, 0.7), y);
  if (typeof a === 'string' || typeof b === 'string') throw new Error('no estimate');
  const product = (u: Float64Array, v: Float64Array): number =>
    u.reduce((sum, x, row) => sum + x * (v[row] ?? 0), 0);
  expect([a.value, b.value]).toEqual([expect.closeTo(0.88, 12), expect.closeTo(0.86, 12)]);
  expect(product(a.effects, a.effects)).toBeCloseTo(0.0128, 12);
  expect(product(b.effects, b.effects)).toBeCloseTo(0.0172, 12);
  expect(product(a.effects, b.effects)).toBeCloseTo(0.0126, 12);
});

/** Shares of intervals that hold the true value; the bands are 4 standard errors of the simulation wide. */
describe('95 % intervals cover the truth in about 95 % of simulated test sets', () => {
  const RUNS = 300;
  const settings = { confidence: 0.95, resamples: 300, seed: 5 };

  function binaryRows(seed: number, count: number): ClassRows {
    const random = seededRandom(seed);
    const actual = Int32Array.from({ length: count }, () => (random.next() < 0.4 ? 1 : 0));
    const raw = Float64Array.from(actual, (label) => random.normal() + 1.2 * label);
    return {
      task: 'binary',
      count,
      labels: ['0', '1'],
      actual,
      predicted: Int32Array.from(raw, (value) => (value > 0.6 ? 1 : 0)),
      scores: raw.map((value) => 1 / (1 + Math.exp(-value))),
    };
  }

  const truth = binaryRows(99, 400_000);
  test.each([
    'accuracy',
    'f1',
    'matthews_corrcoef',
    'balanced_accuracy',
    'recall',
    'roc_auc',
    'average_precision',
    'log_loss',
  ])('%s', (id) => {
    const metric = metricByName(id);
    const metrics = metric ? [metric] : [];
    const quick = { ...settings, resamples: id === 'average_precision' ? 1 : 300 };
    const [exact] = measure(metrics, id === 'average_precision' ? binaryRows(99, 60_000) : truth, quick);
    let covered = 0;
    for (let run = 0; run < RUNS; run++) {
      const [value] = measure(metrics, binaryRows(1000 + run, 250), settings);
      const target = exact?.value ?? Number.NaN;
      if (value?.ci && value.ci.low <= target && target <= value.ci.high) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.9);
    expect(covered / RUNS).toBeLessThanOrEqual(1);
  });

  test('r2 and median absolute error, true values 0.8 and 0.337245', () => {
    // y = 2x + e with standard normal x, e: R² = 4 / 5; median |e| / 2 of standard deviation ½ is 0.5 · 0.67449.
    const metrics = ['r2', 'median_absolute_error']
      .map((id) => metricByName(id))
      .filter((metric) => metric !== undefined);
    const covered = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const random = seededRandom(run);
      const predicted = Float64Array.from({ length: 200 }, () => random.normal());
      const rows: NumberRows = {
        task: 'regression',
        count: 200,
        predicted,
        actual: predicted.map((value) => value + 0.5 * random.normal()),
      };
      for (const [index, { ci }] of measure(metrics, rows, settings).entries()) {
        const target = [0.8, 0.337245][index] ?? Number.NaN;
        if (ci && ci.low <= target && target <= ci.high) covered[index] = (covered[index] ?? 0) + 1;
      }
    }
    for (const count of covered) expect(count / RUNS).toBeGreaterThan(0.9);
  });

  test('resampled cells are as good as resampled rows', () => {
    const rows = binaryRows(7, 500);
    const f1 = metricByName('f1');
    const cells = f1 ? measure([f1], rows, { ...settings, resamples: 4000 })[0]?.ci : undefined;
    const ones = { ...rows, weights: new Float64Array(500).fill(1) };
    const byRow = f1 ? measure([f1], ones, { ...settings, resamples: 4000 })[0]?.ci : undefined;
    expect(confusionOf(rows).cells.reduce((sum, cell) => sum + cell, 0)).toBe(500);
    expect(byRow?.method).toBe('bootstrap');
    expect(cells?.low).toBeCloseTo(byRow?.low ?? Number.NaN, 1.7);
    expect(cells?.high).toBeCloseTo(byRow?.high ?? Number.NaN, 1.7);
  });
});
