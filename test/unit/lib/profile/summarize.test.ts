import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnProfile, ProfileDocument } from '../../../../actions/lib/documents/profile.ts';
import { binEdges, binKey, binNumber } from '../../../../actions/lib/profile/bin-keys.ts';
import { profileCapacity } from '../../../../actions/lib/profile/capacity.ts';
import { profiledNumbers } from '../../../../actions/lib/profile/counted-numbers.ts';
import { hashNumber, hashText } from '../../../../actions/lib/profile/hash.ts';
import { mergeColumnProfiles } from '../../../../actions/lib/profile/merge-profiles.ts';
import { quantileOf } from '../../../../actions/lib/profile/quantiles.ts';
import { addHash, estimateDistinct, REGISTERS } from '../../../../actions/lib/profile/registers.ts';
import { stateOf } from '../../../../actions/lib/profile/state-of.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { compareUtf8, utf8Length } from '../../../../actions/lib/profile/text-order.ts';
import { writeDocument } from '../../../../actions/lib/schema/documents.ts';
import { quantile } from '../../../../actions/lib/stats/quantile.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';

const random = seededRandom(11);
const draw = (count: number, one: () => number): number[] => Array.from({ length: count }, one);
const throughJson = (profile: ColumnProfile): ColumnProfile => JSON.parse(JSON.stringify(profile));

const COLUMNS: readonly (readonly [
  name: string,
  type: ColumnProfile['type'],
  cells: readonly PlainCell[],
  capacity: number,
])[] = [
  ['few numbers', 'integer', [3, 1, null, 2, 2, -7, 0], 4096],
  ['binned numbers', 'number', draw(3_000, () => random.normal()), 256],
  ['binned, one sign', 'integer', draw(3_000, () => Math.floor(1e9 * random.next())), 256],
  ['times', 'timestamp', draw(900, () => 1.7e12 + Math.floor(1e9 * random.next())), 256],
  ['cut to exponents', 'number', draw(500, () => random.normal() * 10 ** (300 * random.next() - 150)), 20],
  ['categories', 'string', ['b', 'a', null, 'ü', '😀', '\uffff', 'a'], 4096],
  ['too many texts', 'string', draw(600, () => random.next()).map(String), 256],
  ['booleans', 'boolean', [true, null, true, false], 4096],
  ['one boolean', 'boolean', [true, true], 4096],
  ['nothing', 'empty', [null, null], 4096],
];

test.each(COLUMNS)('a profile holds its state, through JSON too: %s', (_, type, cells, capacity) => {
  const state = columnState('x', type, cells, capacity);
  const back = stateOf(throughJson(summarizeColumn(state)));
  expect(back).toEqual(
    state.numbers
      ? {
          ...state,
          numbers: {
            ...state.numbers,
            mean: expect.closeTo(state.numbers.mean, 9),
            squares: back?.numbers?.squares,
          },
        }
      : state,
  );
  const squares = state.numbers?.squares ?? 0;
  expect(Math.abs((back?.numbers?.squares ?? 0) - squares)).toBeLessThanOrEqual(1e-11 * squares);
});

test.each(COLUMNS)('a profile satisfies the schema of its document: %s', (_, type, cells, capacity) => {
  const column = summarizeColumn(columnState('x', type, cells, capacity));
  const document: ProfileDocument = {
    schema: 'mlops-actions/profile/v1',
    created: '2026-01-01T00:00:00Z',
    source: { repository: '', commit: '', ref: '', workflow: '', run: 0, attempt: 0, action: 'x@1' },
    subjects: [],
    verdict: 'pass',
    rows: cells.length,
    columns: [column],
  };
  expect(JSON.parse(writeDocument(document))).toEqual(document);
});

test.each(COLUMNS)('profiles of halves merge to the profile of the whole: %s', (_, type, cells, capacity) => {
  const half = cells.length >> 1;
  const of = (part: readonly PlainCell[]) =>
    throughJson(
      summarizeColumn(columnState('x', part.every((c) => c === null) ? 'empty' : type, part, capacity)),
    );
  const merged = mergeColumnProfiles(of(cells.slice(half)), of(cells.slice(0, half)));
  const whole = summarizeColumn(columnState('x', type, cells, capacity));
  const rough = (profile: ColumnProfile) => ({
    ...profile,
    numeric: profile.numeric && { ...profile.numeric, mean: 0, squares: 0, standardDeviation: 0 },
  });
  if ('conflict' in merged) throw new Error('types agree');
  expect(rough(merged)).toEqual(rough(whole));
  const sd = whole.numeric?.standardDeviation ?? 0;
  expect(Math.abs((merged.numeric?.standardDeviation ?? 0) - sd)).toBeLessThanOrEqual(1e-11 * sd);
});

test('exact numbers: type 7 quantiles, moments, most frequent values', () => {
  const cells = draw(999, () => Math.round(random.normal() * 300));
  const profile = summarizeColumn(columnState('x', 'integer', cells));
  const sorted = [...cells].sort((a, b) => a - b);
  for (const { p, value } of profile.numeric?.quantiles ?? [])
    expect(value).toBeCloseTo(quantile(sorted, p) ?? Number.NaN, 9);
  const mean = cells.reduce((sum, x) => sum + x, 0) / cells.length;
  expect(profile.numeric?.mean).toBeCloseTo(mean, 10);
  const variance = cells.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (cells.length - 1);
  expect(profile.numeric?.standardDeviation).toBeCloseTo(Math.sqrt(variance), 9);
  expect(profile.numeric).toMatchObject({ exact: true });
  expect(profile.numeric).not.toHaveProperty('relativeError');
  const bars = profile.numeric?.histogram ?? [];
  expect(bars).toHaveLength(20);
  expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(999);
});

test.each([
  ['normal', () => random.normal()],
  ['lognormal', () => Math.exp(2 * random.normal())],
  ['epoch seconds', () => 1.7e9 + Math.floor(3e7 * random.next())],
  ['far from zero', () => 1e6 + random.normal()],
])('quantiles from bins are within the stated error: %s', (_, one) => {
  const cells = draw(50_000, one);
  const profile = summarizeColumn(columnState('x', 'number', cells));
  const sorted = Float64Array.from(cells).sort();
  const bound = profile.numeric?.relativeError ?? Number.NaN;
  expect(profile.numeric?.exact).toBe(false);
  for (const { p, value } of profile.numeric?.quantiles ?? []) {
    const exact = quantile(sorted, p) ?? Number.NaN;
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(bound * Math.abs(exact) * 1.0001);
  }
  const { count = 0, relativeError = 0 } = profile.distinct;
  expect(Math.abs(count / new Set(cells).size - 1)).toBeLessThan(4 * relativeError);
});

test('any quantile is asked of a profile', () => {
  const profile = summarizeColumn(columnState('x', 'number', [1, 2, 3, 4]));
  const numbers = profiledNumbers(profile);
  if (!numbers) throw new Error('numbers are there');
  expect([0, 1 / 3, 0.5, 1].map((p) => quantileOf(numbers, p))).toEqual([1, 2, 2.5, 4]);
});

test('numbers near the largest double have a profile without infinities', () => {
  const profile = summarizeColumn(columnState('x', 'number', [1.7e308, -1.7e308, 1.5e308]));
  expect(profile.numeric).toMatchObject({ min: -1.7e308, max: 1.7e308, standardDeviation: null });
  expect(JSON.stringify(profile)).not.toContain('Infinity');
});

test('dates and times are shown as such', () => {
  expect(summarizeColumn(columnState('x', 'date', [0])).top).toEqual([{ value: '1970-01-01', count: 1 }]);
});

test('classified columns keep counts alone, and merge by them', () => {
  const classified = (cells: readonly PlainCell[]) =>
    throughJson(summarizeColumn(columnState('mail', 'string', cells), true));
  const [a, b] = [classified(['p@x', 'q@x', null]), classified(['p@x', 'r@x', 's@x'])];
  expect(a).toEqual({
    name: 'mail',
    type: 'string',
    rows: 3,
    missing: 1,
    invalid: 0,
    distinct: { count: 2, exact: true },
    top: [],
    redacted: true,
  });
  expect(stateOf(a)).toBeUndefined();
  const merged = mergeColumnProfiles(a, b);
  expect(merged).toMatchObject({
    rows: 6,
    missing: 1,
    redacted: true,
    distinct: { count: 3, exact: false, atMost: 5 },
  });
  expect(JSON.stringify(merged)).not.toContain('@');
});

test('bins: keys are in the order of the numbers and give them back', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(number, number, fc.integer({ min: -11, max: 40 }), (a, b, bits) => {
      const [key, other] = [binKey(a, bits), binKey(b, bits)];
      if (a < b) expect(key).toBeLessThanOrEqual(other);
      expect(binKey(binNumber(key, bits), bits)).toBe(key);
      const [low, high] = binEdges(key, bits);
      expect(low <= a && a <= high).toBe(true);
      if (bits >= 0 && Math.abs(a) > 1e-300 && Math.abs(a) < 1e300)
        expect(high - low).toBeLessThanOrEqual(Math.abs(a) * 2 ** -bits);
    }),
  );
});

test('hashes are those of the reading engine', () => {
  // Computed from the definitions in hash.ts with the integers of Python 3.11.
  expect(hashNumber(-0)).toBe(hashNumber(0));
  expect(hashNumber(0)).toBe(0n);
  expect(hashNumber(1.5)).toBe(0x17af14cfd2582833n);
  expect(hashText('')).toBe(0n);
  expect(hashText('abc')).toBe(0x8570e109b88e764dn);
  expect(hashText('grüße, Welt')).toBe(0x73afc52578de8138n);
});

test.each([1, 10, 1_000, 20_000, 300_000])('%d distinct values are estimated to within 3 in 100', (count) => {
  const registers = new Uint8Array(REGISTERS);
  for (let value = 0; value < count; value += 1) addHash(registers, hashNumber(value + 0.5));
  expect(Math.abs(estimateDistinct(registers) / count - 1)).toBeLessThan(0.03);
});

test('texts are ordered and measured by their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 4 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(utf8Length(a)).toBe(Buffer.byteLength(a));
    }),
  );
  expect(compareUtf8('\uffff', '😀')).toBeLessThan(0);
});

test('wider tables keep fewer values of each column', () => {
  expect([1, 100, 101, 800, 5_000].map(profileCapacity)).toEqual([4096, 4096, 4055, 512, 256]);
});

test('a profile of 20 columns stays small', () => {
  const columns = Array.from({ length: 20 }, (_, index) =>
    summarizeColumn(
      columnState(
        `c${index}`,
        'number',
        draw(20_000, () => random.normal() * 1e3),
      ),
    ),
  );
  expect(JSON.stringify(columns).length).toBeLessThan(1.5e6);
});
