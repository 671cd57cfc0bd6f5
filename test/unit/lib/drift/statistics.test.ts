import { expect, test } from 'vitest';
import { chiSquare } from '../../../../actions/lib/drift/chi-square.ts';
import { jensenShannon } from '../../../../actions/lib/drift/jensen-shannon.ts';
import { kolmogorovSmirnov } from '../../../../actions/lib/drift/kolmogorov-smirnov.ts';
import type { NumericSample } from '../../../../actions/lib/drift/sample.ts';
import { twoProportions } from '../../../../actions/lib/drift/two-proportions.ts';
import { standardDeviation, wasserstein } from '../../../../actions/lib/drift/wasserstein.ts';
import golden from '../../../fixtures/drift/golden.json' with { type: 'json' };

/** Relative to 1e-9, also for p-values far below 1. */
const close = (found: number | undefined, expected: number): void => {
  expect(found).toBeDefined();
  expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(
    1e-9 * Math.max(Math.abs(expected), 1e-30),
  );
};

function sampleOf(numbers: readonly number[]): NumericSample {
  const counts = new Map<number, number>();
  for (const number of [...numbers].sort((a, b) => a - b)) counts.set(number, (counts.get(number) ?? 0) + 1);
  return { values: [...counts.keys()], counts: [...counts.values()], total: numbers.length, exact: true };
}
const tableOf = (counts: readonly number[]) => new Map(counts.map((count, index) => [`c${index}`, count]));

test.each(golden.numeric)(
  'Kolmogorov-Smirnov and Wasserstein equal scipy: $name',
  ({ a, b, ks, p, wasserstein: w, sd }) => {
    const [first, second] = [sampleOf(a), sampleOf(b)];
    const found = kolmogorovSmirnov(first, second);
    close(found.statistic, ks);
    close(found.p, p);
    close(kolmogorovSmirnov(second, first).p, p);
    close(wasserstein(first, second), w);
    if (sd > 0) close(standardDeviation(first), sd);
  },
);

test('the limiting p-value takes over smoothly where the exact one would be too much work', () => {
  const even = sampleOf(Array.from({ length: 60_000 }, (_, index) => index));
  const shifted = sampleOf(Array.from({ length: 60_000 }, (_, index) => index + 600));
  const { statistic, p } = kolmogorovSmirnov(even, shifted);
  expect(statistic).toBeCloseTo(0.01, 12);
  // scipy 1.17.1: scipy.stats.kstwobign.sf(0.01 * sqrt(30000))
  expect(p).toBeCloseTo(0.00495750427783003, 12);
});

test('samples of the same values have distance 0 and p-value 1', () => {
  const sample = sampleOf([1, 2, 2, 3]);
  expect(kolmogorovSmirnov(sample, sample)).toEqual({ statistic: 0, p: 1 });
  expect(wasserstein(sample, sample)).toBe(0);
});

test.each(golden.categorical)('chi-square and Jensen-Shannon equal scipy: $name', (row) => {
  const found = chiSquare(tableOf(row.a), tableOf(row.b));
  expect(found?.categories).toBe(row.categories);
  if (row.statistic > 1e-9) close(found?.statistic, row.statistic);
  close(found?.p, row.p);
  expect(jensenShannon(tableOf(row.a), tableOf(row.b))).toBeCloseTo(row.jensenShannon, 9);
});

test('a new category alone does not make a chi-square test infinite', () => {
  const found = chiSquare(
    new Map([
      ['a', 500],
      ['b', 500],
    ]),
    new Map([
      ['a', 50],
      ['b', 50],
      ['c', 1],
    ]),
  );
  expect(found?.p).toBeGreaterThan(0.001);
});

test('too few counts leave nothing to test', () => {
  expect(chiSquare(new Map([['a', 3]]), new Map([['b', 2]]))).toBeUndefined();
});

test.each(golden.proportions)('the z test of two shares equals scipy: $a and $b', ({ a, b, p }) => {
  close(twoProportions(a[0] ?? 0, a[1] ?? 0, b[0] ?? 0, b[1] ?? 0), p);
});

test('shares of 0 on both sides leave nothing to test', () => {
  expect(twoProportions(0, 10, 0, 20)).toBeUndefined();
});
