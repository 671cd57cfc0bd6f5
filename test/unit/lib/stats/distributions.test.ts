import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as distributions from '../../../../actions/lib/stats/distributions.ts';
import { wilson } from '../../../../actions/lib/stats/intervals.ts';
import { benjaminiHochberg, holm } from '../../../../actions/lib/stats/multiple-testing.ts';
import { quantile } from '../../../../actions/lib/stats/quantile.ts';

/** Made by `test/fixtures/stats/distributions.py` with scipy 1.17.1. */
const scipy = JSON.parse(
  readFileSync(new URL('../../../fixtures/stats/distributions.json', import.meta.url), 'utf8'),
);

const relativeError = (value: number | undefined, expected: number): number =>
  Math.abs((value ?? Number.NaN) - expected) / (Math.abs(expected) || 1);

describe('distributions equal scipy 1.17.1', () => {
  const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
    normalCdf: (z = 0) => distributions.normalCdf(z),
    normalQuantile: (p = 0) => distributions.normalQuantile(p),
    studentTCdf: (t = 0, df = 0) => distributions.studentTCdf(t, df),
    studentTQuantile: (p = 0, df = 0) => distributions.studentTQuantile(p, df),
    chiSquareSf: (x = 0, df = 0) => distributions.chiSquareSf(x, df),
    binomialTwoSided: (k = 0, n = 0, p = 0) => distributions.binomialTwoSided(k, n, p),
  };
  for (const [name, compute] of Object.entries(FUNCTIONS))
    test(`${name}, to 12 digits (9 for a million degrees of freedom)`, () => {
      expect(scipy[name].length).toBeGreaterThan(10);
      for (const [args, expected] of scipy[name]) {
        const list: number[] = [args].flat();
        const tolerance = list[1] === 1e6 ? 1e-9 : 1e-12;
        expect(relativeError(compute(...list), expected), `${name}(${list})`).toBeLessThan(tolerance);
      }
    });

  test('outside their domain they are NaN or infinite, never a number', () => {
    expect(distributions.normalQuantile(-0.1)).toBeNaN();
    expect(distributions.normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(distributions.studentTQuantile(0.5, 0)).toBeNaN();
    expect(distributions.studentTCdf(Number.NaN, 3)).toBeNaN();
  });
});

test.each<[[number, number, number], [number, number]]>(scipy.wilson)(
  'Wilson interval of %j is %j',
  (args, bounds) => {
    const found = wilson(...args);
    expect(relativeError(found?.low, bounds[0])).toBeLessThan(1e-12);
    expect(relativeError(found?.high, bounds[1])).toBeLessThan(1e-12);
  },
);

test.each<[number, number]>(scipy.quantile)('quantile %d of the sample is %d', (p, expected) => {
  const sorted = [...scipy.quantileSample].sort((a: number, b: number) => a - b);
  expect(relativeError(quantile(sorted, p), expected)).toBeLessThan(1e-14);
});

describe('multiple testing', () => {
  test('Benjamini and Hochberg equal scipy', () => {
    const [[[p], expected]] = scipy.benjaminiHochberg;
    for (const [index, value] of benjaminiHochberg(p).entries())
      expect(value).toBeCloseTo(expected[index], 14);
  });

  test('Holm steps down and keeps the order of its input', () => {
    // By hand: 4 × .005, 3 × .01, 2 × .03, and .04, which may not fall below the .06 before it.
    const expected = [0.03, 0.06, 0.06, 0.02];
    for (const [index, value] of holm([0.01, 0.04, 0.03, 0.005]).entries())
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 14);
  });
});
