import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ScoredRow } from '../../../../actions/lib/documents/metrics.ts';
import { delongComponents } from '../../../../actions/lib/stats/delong.ts';
import { pairedBootstrap, pairedCellBootstrap } from '../../../../actions/lib/stats/paired-bootstrap.ts';
import { normalDifference } from '../../../../actions/lib/stats/paired-difference.ts';
import { pairedEffects } from '../../../../actions/lib/stats/paired-effects.ts';
import { pairedProportions, signTest } from '../../../../actions/lib/stats/paired-proportions.ts';
import { pairRows } from '../../../../actions/lib/stats/paired-rows.ts';
import { pairedMeans } from '../../../../actions/lib/stats/paired-t.ts';

interface Oracle {
  readonly t: readonly {
    candidate: number[];
    baseline: number[];
    change: number;
    p: number;
    low: number;
    high: number;
    pBelow002: number;
  }[];
  readonly proportions: readonly {
    gained: number;
    lost: number;
    n: number;
    p: number;
    low: number;
    high: number;
    pBelowMinus005: number;
  }[];
  readonly delong: readonly {
    labels: number[];
    candidate: number[];
    baseline: number[];
    change: number;
    standardError: number;
    p: number;
  }[];
  readonly f1: { cells: number[]; change: number; standardError: number; low: number; high: number };
}

const oracle: Oracle = JSON.parse(
  readFileSync(new URL('../../../fixtures/gate-metrics/paired-oracle.json', import.meta.url), 'utf8'),
);
const floats = (values: readonly number[]): Float64Array => Float64Array.from(values);

test.each(oracle.t)('the paired t of $change is scipy.stats.ttest_rel', (expected) => {
  const found = pairedMeans(floats(expected.candidate), floats(expected.baseline));
  const { low, high } = found?.interval(0.95) ?? {};
  expect(found?.change).toBeCloseTo(expected.change, 12);
  expect(found?.p).toBeCloseTo(expected.p, 10);
  expect(low).toBeCloseTo(expected.low, 10);
  expect(high).toBeCloseTo(expected.high, 10);
  expect(found?.pBelow(0.02)).toBeCloseTo(expected.pBelow002, 10);
});

test('equal weights change nothing about a paired t', () => {
  const [, { candidate, baseline } = { candidate: [], baseline: [] }] = oracle.t;
  const plain = pairedMeans(floats(candidate), floats(baseline));
  const weighted = pairedMeans(
    floats(candidate),
    floats(baseline),
    new Float64Array(candidate.length).fill(3),
  );
  expect(weighted?.standardError).toBeCloseTo(plain?.standardError ?? 0, 12);
  expect(weighted?.p).toBeCloseTo(plain?.p ?? 0, 10);
});

test('a row of weight 0 counts for nothing, and one row shows no spread', () => {
  const found = pairedMeans(floats([1, 2, 99]), floats([0, 0, 0]), floats([1, 1, 0]));
  expect(found).toMatchObject({ change: 1.5, n: 2 });
  expect(pairedMeans(floats([1]), floats([2]))).toBeUndefined();
});

test.each(oracle.proportions)(
  "$gained gained and $lost lost of $n have Tango's interval and McNemar's exact p",
  ({ gained, lost, n, ...expected }) => {
    const found = pairedProportions(gained, lost, n);
    const { low, high } = found?.interval(0.95) ?? {};
    expect(low).toBeCloseTo(expected.low, 6);
    expect(high).toBeCloseTo(expected.high, 6);
    expect(found?.p).toBeCloseTo(expected.p, 10);
    expect(found?.pBelow(-0.05)).toBeCloseTo(expected.pBelowMinus005, 6);
  },
);

test('all rows lost and all gained reach the ends of the scale', () => {
  expect(pairedProportions(0, 20, 20)?.interval(0.95).low).toBeCloseTo(-1, 6);
  expect(pairedProportions(20, 0, 20)?.interval(0.95).high).toBeCloseTo(1, 6);
  expect(pairedProportions(0, 0, 0)).toBeUndefined();
  expect(signTest(0, 0)).toBe(1);
});

test.each(oracle.delong)(
  'the areas of $labels.length rows differ as DeLong over all pairs says',
  (expected) => {
    const effects = (scores: number[]) => delongComponents(floats(scores), expected.labels);
    const a = effects(expected.candidate);
    const b = effects(expected.baseline);
    if (typeof a === 'string' || typeof b === 'string') throw new Error('both classes have rows');
    const found = pairedEffects(a, b);
    expect(found?.change).toBeCloseTo(expected.change, 12);
    expect(found?.standardError).toBeCloseTo(expected.standardError, 12);
    expect(found?.p).toBeCloseTo(expected.p, 10);
  },
);

const f1 = (tp: number, fp: number, fn: number): number => (2 * tp) / (2 * tp + fp + fn);

/** Cells are indexed by label * 4 + candidate * 2 + baseline. */
function f1Difference(cells: Float64Array): number {
  const [, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0] = cells;
  return f1(c6 + c7, c2 + c3, c4 + c5) - f1(c5 + c7, c1 + c3, c4 + c6);
}

test('resampling joint cells agrees with scipy.stats.bootstrap of the rows', () => {
  const { cells, change, standardError, low, high } = oracle.f1;
  const found = pairedCellBootstrap(floats(cells), f1Difference, { resamples: 4000, seed: 7 });
  const interval = found?.interval(0.95);
  // Both draw 4000 resamples, so they agree to a few percent of the standard error.
  expect(found?.change).toBeCloseTo(change, 12);
  expect(Math.abs((found?.standardError ?? 0) / standardError - 1)).toBeLessThan(0.05);
  expect(Math.abs((interval?.low ?? 0) - low)).toBeLessThan(0.15 * standardError);
  expect(Math.abs((interval?.high ?? 0) - high)).toBeLessThan(0.15 * standardError);
});

test('resampling rows of a mean gives the paired t but for chance, and the same seed the same draws', () => {
  const [, { candidate, baseline } = { candidate: [], baseline: [] }] = oracle.t;
  const mean = (weights: Float64Array): number => {
    const mass = weights.reduce((sum, weight) => sum + weight, 0);
    return (
      weights.reduce((sum, weight, row) => sum + weight * ((candidate[row] ?? 0) - (baseline[row] ?? 0)), 0) /
      mass
    );
  };
  const draw = () => pairedBootstrap({ count: candidate.length }, mean, { resamples: 4000, seed: 5 });
  const t = pairedMeans(floats(candidate), floats(baseline));
  expect(Math.abs((draw()?.standardError ?? 0) / (t?.standardError ?? 1) - 1)).toBeLessThan(0.05);
  expect(draw()?.interval(0.9)).toEqual(draw()?.interval(0.9));
});

test('a bootstrap whose metric mostly has no value gives no interval', () => {
  expect(pairedBootstrap({ count: 10 }, () => Number.NaN, { resamples: 50, seed: 1 })).toBeUndefined();
});

test('a difference without spread is certain, on either side of a threshold and at it', () => {
  const equal = normalDifference({ change: 0, standardError: 0, n: 10, method: 'delong-paired' });
  expect([equal.pBelow(-0.01), equal.pAbove(-0.01), equal.p]).toEqual([1, 0, 1]);
  expect(equal.interval(0.95)).toEqual({ low: 0, high: 0 });
});

const row = (id: string, y: string, p: string, w?: number): ScoredRow => ({
  id,
  y,
  p,
  ...(w !== undefined && { w }),
});

test('rows are matched by id whatever their order', () => {
  const paired = pairRows([row('a', '1', '1'), row('b', '0', '1')], [row('b', '0', '0'), row('a', '1', '1')]);
  expect(paired).toMatchObject({ overlap: 1, conflicts: { count: 0 } });
  expect('baseline' in paired && paired.baseline.map(({ id }) => id)).toEqual(['a', 'b']);
});

test.each([
  ['another label', row('a', '1', '1')],
  ['another weight', row('a', '0', '1', 2)],
])('%s for one id is a conflict', (_, other) => {
  expect(pairRows([row('a', '0', '1')], [other])).toMatchObject({ conflicts: { count: 1, examples: ['a'] } });
});

test('the overlap is a share of the larger set, and an id that occurs twice cannot be paired', () => {
  expect(pairRows([row('a', '0', '0')], [row('a', '0', '0'), row('b', '0', '0')])).toMatchObject({
    overlap: 0.5,
  });
  expect(pairRows([row('a', '0', '0'), row('a', '0', '0')], [row('a', '0', '0')])).toEqual({
    duplicate: 'a',
    in: 'candidate',
  });
  expect(pairRows([], [row('a', '0', '0'), row('a', '0', '0')])).toEqual({ duplicate: 'a', in: 'baseline' });
});
