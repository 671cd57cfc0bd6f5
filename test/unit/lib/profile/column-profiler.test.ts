import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numericBin, numericBinEdges, RELATIVE_ERROR } from '../../../../actions/lib/profile/bins.ts';
import { ColumnProfiler } from '../../../../actions/lib/profile/column-profiler.ts';
import { inferred } from '../../../../actions/lib/profile/value-kind.ts';
import type { Cell } from '../../../../actions/lib/tabular/table.ts';

const profiler = (cells: readonly Cell[], capacity = 10_000, textual = false): ColumnProfiler => {
  const made = new ColumnProfiler('x', { classify: inferred(textual), capacity });
  made.add(cells);
  return made;
};
const merged = (parts: readonly (readonly Cell[])[], capacity: number): ColumnProfiler => {
  const whole = profiler([], capacity);
  for (const part of parts) whole.merge(profiler(part, capacity));
  return whole;
};

test('moments and quantiles of few values are exact', () => {
  // pandas 3.0.6: s = pd.Series([1, 2, 3, 4, 10]); s.describe(percentiles=[.05, .95]); s.std()
  const profile = profiler([1, 2, 3, 4, 10, null]).finish();
  expect(profile).toMatchObject({
    type: 'integer',
    rows: 6,
    missing: 1,
    distinct: { count: 5, exact: true },
  });
  expect(profile.numeric).toMatchObject({ min: 1, max: 10, mean: 4, exact: true });
  expect(profile.numeric?.standardDeviation).toBeCloseTo(3.5355339059327378, 14);
  const at = (p: number) => profile.numeric?.quantiles.find((quantile) => quantile.p === p)?.value;
  expect([at(0.05), at(0.25), at(0.5), at(0.95)]).toEqual([
    expect.closeTo(1.2, 12),
    2,
    3,
    expect.closeTo(8.8, 12),
  ]);
  expect(profile.numeric?.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(5);
});

test.each<[string, Cell[], string]>([
  ['whole numbers', ['1', '-2', '3.0'], 'integer'],
  ['numbers', ['1', '2.5'], 'number'],
  ['booleans', ['true', 'False'], 'boolean'],
  ['dates', ['2024-02-29', '2024-03-01'], 'date'],
  ['times among dates', ['2024-02-29', '2024-03-01T12:00:00Z'], 'timestamp'],
  ['post codes', ['01067', '80331'], 'string'],
  ['numbers and texts', ['1', 'x'], 'string'],
  ['nothing', [null, null], 'empty'],
])('the type of %s is found', (_name, cells, type) => {
  expect(profiler(cells, 100, true).finish().type).toBe(type);
});

test('one value has no standard deviation', () => {
  expect(profiler([5]).finish().numeric?.standardDeviation).toBeNull();
});

test('integers beyond 2^53 are told apart', () => {
  expect(profiler([9007199254740992n, 9007199254740993n]).finish().distinct.count).toBe(2);
});

test('every finite number lies in its bin, which is narrow', () => {
  void fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [low, high] = numericBinEdges(numericBin(value));
      expect(low <= value && value <= high).toBe(true);
      if (Math.abs(value) > 1e-300)
        expect((high - low) / 2).toBeLessThanOrEqual(Math.abs(value) * RELATIVE_ERROR * 1.01);
    }),
  );
});

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.constant(null),
);

describe('merging the profiles of parts gives the profile of the whole', () => {
  test('exactly, while all values are kept', () => {
    void fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 40 }), { maxLength: 5 }), (parts) => {
        expect(merged(parts, 10_000).finish()).toEqual(profiler(parts.flat()).finish());
      }),
    );
  });

  test('beyond that too, but for the last digits of the moments', () => {
    void fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 60 }), { minLength: 2, maxLength: 5 }), (parts) => {
        const [one, other] = [merged(parts, 8).finish(), profiler(parts.flat(), 8).finish()];
        const { mean, standardDeviation, ...rest } = one.numeric ?? {};
        const { mean: m, standardDeviation: sd, ...others } = other.numeric ?? {};
        expect(rest).toEqual(others);
        expect({ ...one, numeric: undefined }).toEqual({ ...other, numeric: undefined });
        if (mean !== undefined) expect(mean).toBeCloseTo(m ?? Number.NaN, 6);
        if (standardDeviation) expect(Math.abs(standardDeviation / (sd ?? 0) - 1)).toBeLessThan(1e-9);
      }),
    );
  });
});

test('the number of distinct values is estimated within four standard errors', () => {
  const texts = Array.from({ length: 200_000 }, (_, index) => `user-${index}`);
  const { distinct, distribution } = profiler(texts, 10_000).finish();
  expect(distinct).toMatchObject({ exact: false, relativeError: 0.01 });
  expect(Math.abs(distinct.count / 200_000 - 1)).toBeLessThan(0.04);
  expect(distribution).toBeUndefined();
});

test('the order of the rows changes nothing', () => {
  const numbers = Array.from({ length: 3_000 }, (_, index) => Math.sin(index) * 1_000);
  const [forward, backward] = [profiler(numbers, 100).finish(), profiler(numbers.toReversed(), 100).finish()];
  expect(forward.distribution).toEqual(backward.distribution);
  expect(forward.top).toEqual(backward.top);
});

test('numbers near the largest double are profiled without infinities', () => {
  for (const capacity of [100, 2]) {
    const profile = profiler([1.7e308, -1.7e308, 1e300, 0, 5], capacity).finish();
    expect(profile.numeric).toMatchObject({ min: -1.7e308, max: 1.7e308, standardDeviation: null });
    expect(JSON.stringify(profile.numeric?.quantiles)).not.toContain('null');
    expect(profile.numeric?.histogram).toEqual([{ from: -1.7e308, to: 1.7e308, count: 5 }]);
  }
});
