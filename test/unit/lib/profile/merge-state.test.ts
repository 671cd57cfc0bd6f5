import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnState } from '../../../../actions/lib/profile/column-state.ts';
import {
  conflictText,
  isTypeConflict,
  mergeColumnStates,
} from '../../../../actions/lib/profile/merge-state.ts';
import { mergeTables } from '../../../../actions/lib/profile/merge-tables.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';

/** States are equal but for the last digits of their moments. */
function expectSame(found: ColumnState, expected: ColumnState): void {
  const exact = (state: ColumnState) => ({
    ...state,
    numbers: state.numbers && { ...state.numbers, mean: 0, squares: 0 },
  });
  expect(exact(found)).toEqual(exact(expected));
  if (!found.numbers || !expected.numbers) return;
  const scale = Math.max(Math.abs(expected.numbers.min), Math.abs(expected.numbers.max));
  expect(Math.abs(found.numbers.mean - expected.numbers.mean)).toBeLessThanOrEqual(1e-13 * scale + 1e-300);
  expect(Math.abs(found.numbers.squares - expected.numbers.squares)).toBeLessThanOrEqual(
    1e-11 * scale ** 2 + 1e-300,
  );
}

/** Cuts cells into parts at random, and joins their states in a random order, as a random tree. */
function mergeParts(
  type: ColumnState['type'],
  cells: readonly PlainCell[],
  capacity: number,
  choices: readonly number[],
): ColumnState {
  const parts: PlainCell[][] = [[], [], [], []];
  for (const [index, cell] of cells.entries()) parts[(choices[index % choices.length] ?? 0) % 4]?.push(cell);
  const states = parts.map((part) =>
    columnState('x', part.every((cell) => cell === null) ? 'empty' : type, part, capacity),
  );
  let step = 0;
  while (states.length > 1) {
    const [a] = states.splice((choices[step++ % choices.length] ?? 0) % states.length, 1);
    const [b] = states.splice((choices[step++ % choices.length] ?? 0) % states.length, 1);
    if (!a || !b) throw new Error('two states are there');
    const merged = mergeColumnStates(a, b);
    if (isTypeConflict(merged)) throw new Error('types agree');
    states.push(merged);
  }
  const [whole] = states;
  if (!whole) throw new Error('one state remains');
  return whole;
}

const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 });
const NUMBERS: readonly (readonly [name: string, fc.Arbitrary<number>])[] = [
  ['any doubles', finite],
  ['few whole numbers', fc.integer({ min: -20, max: 20 })],
  ['close to each other and far from zero', fc.integer({ min: 0, max: 5_000 }).map((x) => 1.7e9 + x / 8)],
  ['around zero, denormals and both zeros', fc.constantFrom(0, -0, 5e-324, -5e-324, 1e-310, -1e-310, 1, -1)],
];

test.each(NUMBERS)('numbers merge to the state of the whole: %s', (_, value) => {
  const cells = fc.array(fc.option(value, { freq: 8 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(cells, fc.constantFrom(2, 7, 30, 4096), choices, (all, capacity, order) => {
      const type = all.every((cell) => cell === null) ? 'empty' : 'number';
      expectSame(mergeParts(type, all, capacity, order), columnState('x', type, all, capacity));
    }),
    { numRuns: 60 },
  );
});

test('texts merge to the state of the whole, by code points and with too many of them', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 3 });
  const cells = fc.array(fc.option(text, { freq: 8 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(cells, fc.constantFrom(1, 5, 4096), choices, (all, capacity, order) => {
      const type = all.every((cell) => cell === null) ? 'empty' : 'string';
      expectSame(mergeParts(type, all, capacity, order), columnState('x', type, all, capacity));
    }),
    { numRuns: 60 },
  );
});

test('texts are kept up to 256 KiB of them, together', () => {
  const long = (mark: string) => mark.repeat(65_536);
  const [a, b] = ['ab', 'cd'].map((marks) => columnState('x', 'string', [...marks].map(long)));
  const [e] = ['e'].map((mark) => columnState('x', 'string', [mark]));
  if (!a || !b || !e) throw new Error('three states are there');
  const exactly = mergeColumnStates(a, b);
  if (isTypeConflict(exactly)) throw new Error('types agree');
  expect(exactly.texts?.values?.texts).toHaveLength(4);
  expect(mergeColumnStates(exactly, e)).toEqual(
    columnState('x', 'string', ['a', 'b', 'c', 'd'].map(long).concat('e')),
  );
});

test('a part without values has no lengths and extremes of its own', () => {
  const texts = { count: 0, minLength: 0, maxLength: 0, totalLength: 0, capacity: 4096 };
  const empty: ColumnState = {
    ...columnState('x', 'string', [null]),
    texts: { ...texts, values: { texts: [], counts: [] } },
  };
  const full = columnState('x', 'string', ['abc', 'de']);
  const whole = columnState('x', 'string', [null, 'abc', 'de']);
  expect(mergeColumnStates(empty, full)).toEqual(whole);
  expect(mergeColumnStates(full, empty)).toEqual(whole);
  const none = { count: 0, min: 0, max: 0, mean: 0, squares: 0, bits: 52, capacity: 4096 };
  const nothing: ColumnState = {
    ...columnState('x', 'number', [null]),
    numbers: { ...none, bins: new Float64Array(), counts: new Float64Array() },
  };
  const numbers = columnState('x', 'number', [5, 7]);
  expect(mergeColumnStates(nothing, numbers)).toEqual(columnState('x', 'number', [null, 5, 7]));
  expect(mergeColumnStates(numbers, nothing)).toEqual(columnState('x', 'number', [null, 5, 7]));
});

test('booleans add up', () => {
  const cells = [true, false, null, true, true];
  expect(mergeParts('boolean', cells, 8, [1, 2, 3, 0, 1])).toEqual(columnState('x', 'boolean', cells));
});

test.each([
  ['integer', 'number', 'number'],
  ['date', 'timestamp', 'timestamp'],
  ['empty', 'string', 'string'],
  ['time', 'empty', 'time'],
] as const)('%s and %s are %s', (first, second, together) => {
  const [a, b] = [columnState('x', first, []), columnState('x', second, [])];
  expect(mergeColumnStates(a, b)).toMatchObject({ type: together });
  expect(mergeColumnStates(b, a)).toMatchObject({ type: together });
});

test('types that exclude each other are a conflict that says what to do', () => {
  const merged = mergeColumnStates(columnState('zip', 'integer', [1]), columnState('zip', 'string', ['a']));
  if (!isTypeConflict(merged)) throw new Error('a conflict was expected');
  expect(conflictText(merged, ['shard 1', 'shard 2'])).toBe(
    'column "zip": shard 1 says integer, shard 2 says string, and their profiles cannot be joined. ' +
      'Declare the type of the column in the contract, so that all parts are read alike.',
  );
});

test('rows of parts that lack a column count as missing in it', () => {
  const table = mergeTables([
    { name: 'a.csv', rows: 2, columns: [columnState('x', 'integer', [1, 2])] },
    { name: 'b.csv', rows: 3, columns: [columnState('y', 'string', ['p', null, 'q'])] },
    {
      name: 'c.csv',
      rows: 1,
      columns: [columnState('y', 'string', ['p']), columnState('x', 'integer', [3])],
    },
  ]);
  expect(table).toMatchObject({ rows: 6, conflicts: [] });
  expect(table.columns.map(({ name, rows, missing }) => [name, rows, missing])).toEqual([
    ['x', 6, 3],
    ['y', 6, 3],
  ]);
});

test('a conflict names the part that gave the type', () => {
  const { conflicts } = mergeTables([
    { name: 'a', rows: 1, columns: [columnState('x', 'empty', [null])] },
    { name: 'b', rows: 1, columns: [columnState('x', 'integer', [1])] },
    { name: 'c', rows: 1, columns: [columnState('x', 'boolean', [true])] },
  ]);
  expect(conflicts).toEqual([
    { conflict: { conflict: 'type', column: 'x', types: ['integer', 'boolean'] }, parts: ['b', 'c'] },
  ]);
});
