import { expect, test } from 'vitest';
import { andersonDarling } from '../../../../actions/lib/drift/anderson-darling.ts';
import { type Cells, cellsOf } from '../../../../actions/lib/drift/cells.ts';
import { chiSquare } from '../../../../actions/lib/drift/chi-square.ts';
import { cramersV } from '../../../../actions/lib/drift/cramers-v.ts';
import { hellinger } from '../../../../actions/lib/drift/hellinger.ts';
import { jensenShannon } from '../../../../actions/lib/drift/jensen-shannon.ts';
import { ksStatistic, ksTail } from '../../../../actions/lib/drift/kolmogorov-smirnov.ts';
import { kolmogorovTail } from '../../../../actions/lib/drift/kolmogorov-tail.ts';
import { kullbackLeibler } from '../../../../actions/lib/drift/kullback-leibler.ts';
import { lInfinity } from '../../../../actions/lib/drift/l-infinity.ts';
import { type NumberPair, pairOfSorted } from '../../../../actions/lib/drift/number-pair.ts';
import { populationStability } from '../../../../actions/lib/drift/population-stability.ts';
import { quantileCells } from '../../../../actions/lib/drift/quantile-cells.ts';
import { twoProportions } from '../../../../actions/lib/drift/two-proportions.ts';
import { wasserstein } from '../../../../actions/lib/drift/wasserstein.ts';
import golden from '../../../fixtures/drift/golden.json' with { type: 'json' };

/** Relative to 1e-9, also for p-values far below 1. */
const close = (found: number | undefined, expected: number, relative = 1e-9): void => {
  expect(found).toBeDefined();
  expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(expected), 1e-30),
  );
};

const pairOf = (a: readonly number[], b: readonly number[]): NumberPair =>
  pairOfSorted(Float64Array.from(a).sort(), Float64Array.from(b).sort());
const ks = (pair: NumberPair) => {
  const found = ksStatistic(pair);
  return { ...found, p: ksTail(found, pair.n, pair.m) };
};

test.each(golden.numeric)('Kolmogorov-Smirnov and Wasserstein equal scipy: $name', (row) => {
  const pair = pairOf(row.a, row.b);
  close(ks(pair).statistic, row.ks);
  close(ks(pair).p, row.p);
  close(ks(pairOf(row.b, row.a)).p, row.p);
  close(wasserstein(pair).distance, row.wasserstein);
  expect(wasserstein(pair).error).toBe(0);
  expect(ks(pair).error).toBe(0);
  if (row.sd > 0) close(pair.spread[0], row.sd);
});

test.each(golden.numeric.filter(({ anderson }) => anderson))(
  'Anderson-Darling equals scipy: $name',
  (row) => {
    const found = andersonDarling(pairOf(row.a, row.b));
    close(found?.statistic, row.anderson?.statistic ?? Number.NaN);
    close(found?.p, row.anderson?.p ?? Number.NaN);
  },
);

test.each(golden.numeric)('cells between deciles and PSI equal numpy: $name', (row) => {
  const cells = quantileCells(pairOf(row.a, row.b));
  expect([[...cells.first], [...cells.second]]).toEqual(row.deciles);
  close(populationStability(cells), row.psi);
});

test.each(golden.kolmogorov)('the one-sample distribution equals scipy: n = $n, d = $d', ({ n, d, p }) => {
  const found = kolmogorovTail(d, n);
  // Exact for small samples and in the tail; a series in the middle, an expansion in the tail of large ones.
  if (n <= 140) close(found, p, 1e-9);
  else if (p > 0.01) expect(Math.abs(found - p)).toBeLessThan(n > 500 ? 1e-7 : 2e-6);
  else close(found, p, n <= 20_000 ? 1e-9 : 1e-3);
});

test('large samples take the one-sample distribution, as scipy does', () => {
  const even = Array.from({ length: 60_000 }, (_, index) => index);
  const found = ks(
    pairOf(
      even,
      even.map((value) => value + 600),
    ),
  );
  expect(found.statistic).toBeCloseTo(0.01, 12);
  // scipy 1.17.1: scipy.stats.kstwo.sf(0.01, 30000)
  close(found.p, 0.004924125582072432, 1e-4);
});

test('samples of the same values have distance 0 and p-value 1', () => {
  const pair = pairOf([1, 2, 2, 3], [1, 2, 2, 3]);
  expect(ks(pair)).toMatchObject({ statistic: 0, p: 1 });
  expect(wasserstein(pair).distance).toBe(0);
  expect(andersonDarling(pairOf([1, 1], [1, 1]))).toBeUndefined();
});

const MEASURES: readonly (readonly [keyof (typeof golden.categorical)[number], (cells: Cells) => number])[] =
  [
    ['jensenShannon', jensenShannon],
    ['hellinger', hellinger],
    ['lInfinity', (cells) => lInfinity(cells).distance],
    ['cramersV', cramersV],
    ['psi', populationStability],
    ['kullbackLeibler', kullbackLeibler],
  ];

test.each(golden.categorical)('measures of shares equal scipy and numpy: $name', (row) => {
  const cells = cellsOf(row.a, row.b);
  for (const [name, measure] of MEASURES)
    expect(measure(cells), name).toBeCloseTo(Number(row[name]), name === 'jensenShannon' ? 7 : 9);
});

test.each(golden.categorical)('chi-square equals scipy after joining rare categories: $name', (row) => {
  const found = chiSquare(cellsOf(row.a, row.b));
  expect(found?.cells).toBe(row.categories);
  if (row.statistic > 1e-9) close(found?.statistic, row.statistic);
  close(found?.p, row.p);
});

test('a new category alone does not make a chi-square test infinite', () => {
  expect(chiSquare(cellsOf([500, 500, 0], [50, 50, 1]))?.p).toBeGreaterThan(0.001);
});

test('too few counts leave nothing to test', () => {
  expect(chiSquare(cellsOf([3, 0], [0, 2]))).toBeUndefined();
});

test('thousands of categories are joined in an instant', () => {
  const counts = Array.from({ length: 4_000 }, (_, index) => 1 + (index % 40));
  const started = performance.now();
  expect(chiSquare(cellsOf(counts, [...counts].reverse()))?.cells).toBeGreaterThan(2_000);
  expect(performance.now() - started).toBeLessThan(500);
});

test.each(golden.proportions)('the z test of two shares equals scipy: $a and $b', ({ a, b, p }) => {
  close(twoProportions(a[0] ?? 0, a[1] ?? 0, b[0] ?? 0, b[1] ?? 0), p);
});

test('shares of 0 on both sides leave nothing to test', () => {
  expect(twoProportions(0, 10, 0, 20)).toBeUndefined();
});

test('a value that fills several deciles has a cell of its own', () => {
  const zeros = new Array<number>(60).fill(0);
  const reference = [...zeros, ...Array.from({ length: 40 }, (_, index) => 1 + index)];
  const cells = quantileCells(pairOf(reference, [...zeros, -5, 0.25]));
  expect(cells.names.slice(0, 3)).toEqual(['below 0', '0', 'above 0 up to 0.4']);
  expect([...cells.second.slice(0, 3)]).toEqual([1, 60, 1]);
});
