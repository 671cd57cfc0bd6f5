import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../actions/lib/documents/profile.ts';
import { compareProfiles } from '../../../../actions/lib/drift/compare-profiles.ts';
import { ColumnProfiler } from '../../../../actions/lib/profile/column-profiler.ts';
import { inferred } from '../../../../actions/lib/profile/value-kind.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import type { Cell } from '../../../../actions/lib/tabular/table.ts';

const LIMITS = { threshold: 0.1, alpha: 0.01, minSample: 30 };

function profile(cells: readonly Cell[], name = 'x'): ColumnProfile {
  const profiler = new ColumnProfiler(name, { classify: inferred(false), capacity: 10_000 });
  profiler.add(cells);
  return profiler.finish();
}

const random = seededRandom(7);
const normal = (count: number, mean = 0): number[] =>
  Array.from({ length: count }, () => mean + random.normal());
const status = (reference: ColumnProfile, current: ColumnProfile) =>
  compareProfiles([reference], [current], LIMITS).map(
    ({ test: kind, status: verdict }) => `${kind} ${verdict}`,
  );
const repeat = (value: Cell, count: number): Cell[] => new Array<Cell>(count).fill(value);

test('a shift of one standard deviation is drift', () => {
  expect(status(profile(normal(2_000)), profile(normal(500, 1)))).toEqual(['distribution drifted']);
});

test('an irrelevant shift is stable however significant it is', () => {
  const [result] = compareProfiles([profile(normal(9_000))], [profile(normal(9_000, 0.06))], LIMITS);
  expect(result?.status).toBe('stable');
  expect(result?.pValue).toBeLessThan(0.01);
  expect(result?.effect).toBeLessThan(0.1);
});

test('chance differences of small samples are never called drift: at most 4 of 200', () => {
  const reference = profile(normal(3_000));
  const drifted = Array.from({ length: 200 }, () => status(reference, profile(normal(50)))).filter(
    ([verdict]) => verdict === 'distribution drifted',
  );
  expect(drifted.length).toBeLessThanOrEqual(4);
});

test('fewer values than the minimum are inconclusive, not stable', () => {
  expect(status(profile(normal(2_000)), profile(normal(29)))).toEqual(['distribution inconclusive']);
  expect(status(profile(normal(29)), profile(normal(2_000)))).toEqual(['distribution inconclusive']);
});

test('categories are compared by their shares', () => {
  const reference = profile([...repeat('a', 500), ...repeat('b', 500)]);
  expect(status(reference, profile([...repeat('a', 50), ...repeat('b', 50)]))).toEqual([
    'distribution stable',
  ]);
  expect(status(reference, profile([...repeat('a', 90), ...repeat('b', 10)]))).toEqual([
    'distribution drifted',
  ]);
});

test('values that go missing are drift of their own, although the rest looks the same', () => {
  const reference = profile([...repeat('a', 500), ...repeat('b', 500)]);
  const current = profile([...repeat('a', 50), ...repeat('b', 50), ...repeat(null, 40)]);
  expect(status(reference, current)).toEqual(['distribution stable', 'completeness drifted']);
});

test('identifiers are not compared', () => {
  const ids = (from: number) => profile(Array.from({ length: 200 }, (_, index) => `id-${from + index}`));
  expect(status(ids(0), ids(1_000))).toEqual(['distribution not-tested']);
});

test('a column that changed its type or is gone is inconclusive, a new one is not tested', () => {
  expect(status(profile(normal(100)), profile(repeat('a', 100)))).toEqual(['distribution inconclusive']);
  expect(compareProfiles([profile(normal(50), 'old')], [profile(normal(50), 'new')], LIMITS)).toMatchObject([
    { field: 'new', status: 'not-tested' },
    { field: 'old', status: 'inconclusive' },
  ]);
});

test('p-values are corrected over all columns', () => {
  const columns = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const reference = columns.map((name) => profile(normal(200), name));
  const results = compareProfiles(
    reference,
    columns.map((name) => profile(normal(200), name)),
    LIMITS,
  );
  expect(results.every(({ pValue = 0, adjustedP = 0 }) => adjustedP >= pValue)).toBe(true);
  expect(results.some(({ pValue = 0, adjustedP = 0 }) => adjustedP > pValue)).toBe(true);
  expect(results.filter((result) => result.status === 'drifted')).toEqual([]);
});

test('a reference that went through JSON gives the same numbers', () => {
  const [reference, current] = [profile(normal(500)), profile(normal(400, 0.3))];
  const stored: ColumnProfile = JSON.parse(JSON.stringify(reference));
  expect(compareProfiles([stored], [current], LIMITS)).toEqual(
    compareProfiles([reference], [current], LIMITS),
  );
});

test('sketches find the drift that all values show, and say that they are sketches', () => {
  const many = (mean: number) => normal(30_000, mean);
  const [a, b] = [many(0), many(0.5)];
  const [sketched] = compareProfiles([profile(a)], [profile(b)], LIMITS);
  expect(sketched).toMatchObject({ status: 'drifted', exact: false });
  expect(sketched?.effect).toBeCloseTo(0.5, 1);
});
