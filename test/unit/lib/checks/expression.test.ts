import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TableSpec } from '../../../../actions/lib/checks/check.ts';
import { compileCondition } from '../../../../actions/lib/checks/expression/compile.ts';
import { parseExpression } from '../../../../actions/lib/checks/expression/parse.ts';
import { ActionError } from '../../../../actions/lib/errors.ts';
import type { ColumnType } from '../../../../actions/lib/tabular/column-type.ts';
import { type PlainFile, PlainSetup, plainBatches } from '../../../support/plain-batch.ts';
import golden from './golden/expressions.json' with { type: 'json' };

const TYPES: Readonly<Record<string, ColumnType>> = {
  a: 'integer',
  b: 'number',
  s: 'string',
  t: 'string',
  d: 'date',
  m: 'timestamp',
  f: 'boolean',
};

const spec = (types: Readonly<Record<string, ColumnType | undefined>>): TableSpec => ({
  name: 'rows',
  splits: [],
  columns: Object.entries(types).map(([name, type]) => ({ name, classified: false, ...(type && { type }) })),
});

/** 1, 0 and 2 as DuckDB says true, false and null. */
const TRUTHS: readonly (boolean | null)[] = [false, true, null];

function truthsOf(
  source: string,
  file: PlainFile,
  table: TableSpec,
  types: Readonly<Record<string, ColumnType>>,
) {
  const [batch] = plainBatches(file, new PlainSetup(), { types });
  if (batch === undefined) throw new Error('no rows');
  const result = compileCondition(source, table).evaluate({ batch, vectors: new Map() });
  return [...result].map((truth) => TRUTHS[truth]);
}

const table: PlainFile = {
  columns: Object.fromEntries(
    golden.columns.map((name, at) => [
      name,
      golden.rows.map((row) => (row[at] === null ? null : String(row[at]))),
    ]),
  ),
};

describe('conditions are true, false and unknown where DuckDB says so', () => {
  test.each(Object.entries(golden.results))('%s', (condition, expected) => {
    expect(truthsOf(condition, table, spec(TYPES), TYPES)).toEqual(expected);
  });

  // Types that a contract does not tell are taken from what a column is compared with.
  const untyped = Object.entries(golden.results).filter(
    ([condition]) => !/\bf\b|coalesce|m >= d/.test(condition),
  );
  test.each(untyped)('%s, without declared types', (condition, expected) => {
    expect(truthsOf(condition, table, spec({}), TYPES)).toEqual(expected);
  });
});

describe('dates', () => {
  const dates = {
    columns: { m: ['2024-01-01T12:00:00Z', '2024-01-02T00:00:00Z'], d: ['2024-01-01', '2024-01-01'] },
  };
  const types = { m: 'timestamp', d: 'date' } as const;
  test.each([
    ['m - d = 0.5', [true, false]],
    ['d + 1 <= m', [false, true]],
    ['1 + d <= m', [false, true]],
    ['m - 1 = d', [false, true]],
    ['date(m) = d', [true, false]],
    ["m < timestamp '2024-01-01T14:00:00+01:00'", [true, false]],
    ["d = '2024-01-01'", [true, true]],
  ])('%s', (condition, expected) => {
    expect(truthsOf(condition, dates, spec(types), types)).toEqual(expected);
  });
});

test('names with other characters stand in backticks or double quotes', () => {
  const file = { columns: { 'net price': ['1', '2'], in: ['1', '1'] } };
  expect(truthsOf('`net price` = "in"', file, spec({}), {})).toEqual([true, false]);
});

test('values that are not of their type are as good as none, but are not null', () => {
  const file = { columns: { a: ['1', 'zz', ''] } };
  const types = { a: 'integer' } as const;
  expect(truthsOf('a > 0', file, spec(types), types)).toEqual([true, null, null]);
  expect(truthsOf('a is null', file, spec(types), types)).toEqual([false, false, true]);
});

test.each([
  ['', 'expression, character 1 (its end): the expression ends too early'],
  ['a >', 'expression, character 4 (its end): the expression ends too early'],
  ['a > 1 b', 'expression, character 7 (at "b"): "b" is one too many'],
  ['age > 1', 'expression, character 1 (at "age > 1"): unknown column "age"'],
  ['bb > 1', 'unknown column "bb"; did you mean "b"?'],
  ['a > ;', 'the character ";" has no meaning here'],
  ["s = 'free", `the quote ' is not closed`],
  ['a + s > 1', 'character 5 (at "s > 1"): expected a number, found a text'],
  ['s > 1', 'expected a number, found a text'],
  ['a', 'expected a condition, found a number'],
  ['a and b', 'expected a condition, found a number'],
  ['d > 5', 'character 5 (at "5"): expected a date or timestamp, found a number'],
  ["d > 'yesterday'", "'yesterday' is not a date or timestamp in ISO 8601"],
  ["d > date '2024-02-30'", "'2024-02-30' is not a date in ISO 8601"],
  ['d * 2 > d', '"*" does not work on a date or timestamp'],
  ['a is 5', 'expected "null" after "is"'],
  ['a not 5', 'expected "in" or "between" after "not"'],
  ['a in (b)', 'the list of "in" holds numbers, texts and dates only'],
  ['a between 1 or 2', 'expected "and" between the two ends'],
  ['(a > 1', 'expected ")"'],
  ['lenght(s) > 1', 'unknown function "lenght"; did you mean "length"?'],
  ['length(s, t) > 1', 'length takes 1, found 2'],
  ['coalesce() = 1', 'coalesce takes at least 1, found 0'],
  ['length(a) > 1', 'expected a text, found a number'],
  ['1 = 1', 'it looks at no column'],
  [`${'('.repeat(200)}a > 1${')'.repeat(200)}`, 'more than 100 levels of nesting'],
  [`${'not '.repeat(200)}f`, 'more than 100 levels of nesting'],
  [`${'-'.repeat(200)}a > 1`, 'more than 100 levels of nesting'],
  [`a > ${'1'.repeat(20_000)}`, 'at most 10000 are read'],
])('%s is refused with the place', (source, message) => {
  expect(() => compileCondition(source, spec(TYPES))).toThrow(message);
});

test('no text makes the parser fall over', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'b',
      '1',
      "'x'",
      '(',
      ')',
      'and',
      'or',
      'not',
      'in',
      ',',
      '=',
      '<',
      '-',
      '+',
      'is',
      'null',
      'between',
      'if',
      "date '2024-01-01'",
      '`',
      '"',
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        parseExpression(parts.join(' '));
      } catch (error) {
        if (!(error instanceof ActionError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
