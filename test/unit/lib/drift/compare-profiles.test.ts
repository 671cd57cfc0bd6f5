import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../actions/lib/documents/profile.ts';
import { compareProfiles } from '../../../../actions/lib/drift/compare-profiles.ts';
import { datasetDrift } from '../../../../actions/lib/drift/dataset-drift.ts';
import { measureDrift } from '../../../../actions/lib/drift/measure-drift.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';

const LIMITS = { threshold: 0.1, alpha: 0.01, minSample: 30 };

function profile(cells: readonly PlainCell[], name = 'x', type?: ColumnProfile['type']): ColumnProfile {
  const first = cells.find((cell) => cell !== null);
  const kind = { number: 'number', string: 'string', boolean: 'boolean' } as const;
  const inferred =
    typeof first === 'number' || typeof first === 'string' || typeof first === 'boolean'
      ? kind[typeof first as keyof typeof kind]
      : 'empty';
  return summarizeColumn(columnState(name, type ?? inferred, cells));
}

const random = seededRandom(7);
const normal = (count: number, mean = 0): number[] =>
  Array.from({ length: count }, () => mean + random.normal());
const status = (reference: ColumnProfile, current: ColumnProfile) =>
  compareProfiles([reference], [current], LIMITS).map(
    ({ test: kind, status: verdict }) => `${kind} ${verdict}`,
  );
const repeat = (value: PlainCell, count: number): PlainCell[] => new Array<PlainCell>(count).fill(value);

test('a shift of one standard deviation is drift', () => {
  const [result] = compareProfiles([profile(normal(2_000))], [profile(normal(500, 1))], LIMITS);
  expect(result).toMatchObject({
    status: 'drifted',
    measure: 'wasserstein',
    significance: 'ks',
    exact: true,
    change: expect.stringMatching(/^median -?0\.0\d+ → (0\.9|1\.)/),
  });
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
  const [result] = compareProfiles([reference], [profile([...repeat('a', 90), ...repeat('b', 10)])], LIMITS);
  expect(result).toMatchObject({
    status: 'drifted',
    measure: 'jensenShannon',
    significance: 'chiSquare',
    change: '"a" 50.0 % → 90.0 %',
  });
});

test('numbers with few values are categories', () => {
  const reference = profile([...repeat(0, 500), ...repeat(1, 500)]);
  expect(measureDrift(reference, profile([...repeat(0, 20), ...repeat(1, 80)]))).toMatchObject({
    status: 'drifted',
    measure: 'jensenShannon',
  });
});

test('values that go missing are drift of their own, although the rest looks the same', () => {
  const reference = profile([...repeat('a', 500), ...repeat('b', 500)]);
  const current = profile([...repeat('a', 50), ...repeat('b', 50), ...repeat(null, 40)]);
  expect(status(reference, current)).toEqual(['distribution stable', 'completeness drifted']);
});

test('identifiers, objects and empty columns are not compared', () => {
  const ids = (from: number) => profile(Array.from({ length: 200 }, (_, index) => `id-${from + index}`));
  expect(status(ids(0), ids(1_000))).toEqual(['distribution not-tested']);
  const objects = profile(repeat('{}', 50), 'x', 'object');
  expect(status(objects, objects)).toEqual(['distribution not-tested']);
  expect(status(profile([]), profile([]))).toEqual(['distribution not-tested']);
});

test('a column that changed its type or is gone is inconclusive, a new one is not tested', () => {
  expect(status(profile(normal(100)), profile(repeat('a', 100)))).toEqual(['distribution inconclusive']);
  expect(compareProfiles([profile(normal(50), 'old')], [profile(normal(50), 'new')], LIMITS)).toMatchObject([
    { field: 'new', status: 'not-tested' },
    { field: 'old', status: 'inconclusive' },
  ]);
});

test('a few categories that became thousands of texts are not passed over', () => {
  const many = Array.from({ length: 12_000 }, (_, index) => `t${index % 5_000}`);
  expect(measureDrift(profile(repeat('a', 500)), profile(many))).toMatchObject({
    status: 'inconclusive',
    reason: expect.stringMatching(/^1 different texts became \d+/),
  });
});

test('classified columns are inconclusive, and say why', () => {
  const classified = summarizeColumn(columnState('x', 'string', repeat('a', 100)), true);
  expect(measureDrift(classified, classified)).toMatchObject({
    status: 'inconclusive',
    reason: 'the profile holds no values of this classified column',
  });
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
  const [reference, current] = [profile(normal(6_000)), profile(normal(400, 0.3))];
  const stored: ColumnProfile = JSON.parse(JSON.stringify(reference));
  expect(compareProfiles([stored], [current], LIMITS)).toEqual(
    compareProfiles([reference], [current], LIMITS),
  );
});

test('sketches find the drift that all values show, and say that they are sketches', () => {
  const [sketched] = compareProfiles([profile(normal(30_000))], [profile(normal(30_000, 0.5))], LIMITS);
  expect(sketched).toMatchObject({ status: 'drifted', exact: false });
  expect(sketched?.effect).toBeCloseTo(0.5, 1);
  expect(sketched?.effectError).toBeLessThan(0.02);
});

test('a column of its own: method, threshold, warning, severity', () => {
  const reference = profile(normal(2_000));
  const current = profile(normal(2_000, 0.3));
  const plan = (request: object) =>
    compareProfiles([reference], [current], { ...LIMITS, columns: new Map([['x', request]]) })[0];
  expect(plan({ method: 'ks', threshold: 0.2 })).toMatchObject({ status: 'stable', measure: 'ks' });
  expect(plan({ method: 'ks', threshold: 0.2, warnAt: 0.05 })).toMatchObject({
    status: 'drifted',
    severity: 'warning',
    warnAt: 0.05,
  });
  // Limits of the table belong to its own measures, not to the one the column chose.
  expect(plan({ method: 'psi' })).toMatchObject({ threshold: 0.2, warnAt: 0.1, alpha: 0.01 });
  expect(plan({ method: 'ks' })).toMatchObject({ threshold: 0.1, alpha: 0.01 });
  expect(plan({ method: 'ks', alpha: 0.05 })).toMatchObject({ threshold: 0, alpha: 0.05 });
  expect(plan({ threshold: 0.2, severity: 'info' })).toMatchObject({ status: 'drifted', severity: 'info' });
});

test('PSI warns from 0.1 and fails from 0.2 by default', () => {
  const reference = profile(normal(3_000));
  const at = (mean: number) => measureDrift(reference, profile(normal(3_000, mean)), { method: 'psi' });
  expect(at(0.05)).toMatchObject({ status: 'stable', threshold: 0.2, warnAt: 0.1 });
  expect(at(0.4)).toMatchObject({ status: 'drifted', severity: 'warning' });
  expect(at(1)).toMatchObject({ status: 'drifted' });
  expect(at(1)).not.toHaveProperty('severity');
});

test('a test that is given its level alone decides by the p-value alone', () => {
  const [reference, current] = [profile(normal(9_000)), profile(normal(9_000, 0.06))];
  expect(measureDrift(reference, current, { method: 'ks' })).toMatchObject({ status: 'stable' });
  expect(measureDrift(reference, current, { method: 'ks', alpha: 0.01 })).toMatchObject({
    status: 'drifted',
    threshold: 0,
  });
  const same = profile(normal(9_000));
  expect(measureDrift(reference, same, { method: 'ks', alpha: 0.01 })).toMatchObject({ status: 'stable' });
});

test('methods for numbers say what to use for categories', () => {
  const texts = profile([...repeat('a', 50), ...repeat('b', 50)]);
  expect(measureDrift(texts, texts, { method: 'ks' })).toMatchObject({
    status: 'inconclusive',
    reason: expect.stringContaining('use jensenShannon or chiSquare'),
  });
});

test('a change the noise floor explains is inconclusive', () => {
  const reference = profile([...repeat('a', 30), ...repeat('b', 30)]);
  const current = profile([...repeat('a', 20), ...repeat('b', 12)]);
  expect(measureDrift(reference, current)).toMatchObject({
    status: 'inconclusive',
    reason: expect.stringContaining('noise floor'),
  });
});

test('a request for a column that nobody has is refused with the nearest name', () => {
  const columns = [profile([1, 2], 'income')];
  expect(() => compareProfiles(columns, columns, { columns: new Map([['incom', {}]]) })).toThrow(
    'a column "incom" that neither side has; did you mean "income"?',
  );
});

test('numbers too large for a deviation, and constants, are not called stable', () => {
  const huge = profile(
    Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 1 : -1) * (1.7e308 - index * 1e306)),
  );
  expect(measureDrift(huge, huge)).toMatchObject({ status: 'inconclusive' });
  expect(measureDrift(huge, huge, { compat: 'evidently', method: 'wasserstein' })).toMatchObject({
    status: 'inconclusive',
  });
  const constant = (value: number) => profile(repeat(value, 50));
  expect(measureDrift(constant(1), constant(2), { method: 'wasserstein' })).toMatchObject({
    status: 'inconclusive',
  });
  expect(measureDrift(constant(1), constant(2))).toMatchObject({
    status: 'drifted',
    effect: 1,
    change: '1 100.0 % → 0.0 %',
  });
});

test('one side without values is never stable, whatever sample is asked for', () => {
  expect(measureDrift(profile([]), profile(normal(50)), { minSample: 0 })).toMatchObject({
    status: 'inconclusive',
    reason: 'no values on one side',
  });
});

test('few dates are named as such', () => {
  const days = (first: number, second: number) =>
    profile([...repeat(0, first), ...repeat(86_400_000, second)], 'x', 'date');
  expect(measureDrift(days(50, 50), days(95, 5)).change).toBe('1970-01-01 50.0 % → 95.0 %');
});

test('whether the data as a whole drifted', () => {
  const result = (status: 'drifted' | 'stable' | 'inconclusive' | 'not-tested') => ({
    field: 'x',
    test: 'distribution' as const,
    status,
    referenceCount: 1,
    currentCount: 1,
    exact: true,
  });
  const of = (drifted: number, stable: number, doubtful: number, limit?: number) =>
    datasetDrift(
      [
        ...Array.from({ length: drifted }, () => result('drifted')),
        ...Array.from({ length: stable }, () => result('stable')),
        ...Array.from({ length: doubtful }, () => result('inconclusive')),
        result('not-tested'),
        { ...result('drifted'), test: 'completeness' as const },
      ],
      limit,
    );
  expect(of(1, 1, 0)).toEqual({
    status: 'drifted',
    drifted: 1,
    inconclusive: 0,
    compared: 2,
    share: 0.5,
    limit: 0.5,
  });
  expect(of(1, 2, 0).status).toBe('stable');
  expect(of(1, 2, 0, 0.3).status).toBe('drifted');
  expect(of(1, 1, 1).status).toBe('inconclusive');
  expect(of(0, 3, 1).status).toBe('stable');
  expect(of(0, 0, 0).status).toBe('inconclusive');
  expect(of(0, 3, 0, 0).status).toBe('stable');
});
