import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Rule } from '../../../../actions/lib/checks/check.ts';
import { splitSchema } from '../../../../actions/lib/checks/row-schema/split-schema.ts';
import { rowSchemaRules } from '../../../../actions/lib/checks/row-schema.ts';
import type { ColumnType } from '../../../../actions/lib/tabular/column-type.ts';
import type { Cell } from '../../../../actions/lib/tabular/table.ts';
import { type PlainTable, runRules } from '../../../support/plain-run.ts';

type Schema = { readonly [key: string]: Json };

const rule = (schema: Schema): Rule => ({ check: 'rowSchema', severity: 'error', arguments: { schema } });

/** The same schema in a form that is not taken apart, so that ajv sees every row. */
const whole = (schema: Schema): Schema => ({ ...schema, $ref: '#/$defs/any', $defs: { any: true } });

/** Runs a schema both ways, which must give the same, and returns what came of it. */
async function bothWays(schema: Schema, table: PlainTable) {
  expect(splitSchema(whole(schema)).rest).toBeDefined();
  const split = await runRules([rule(schema)], table);
  const rows = await runRules([rule(whole(schema))], table);
  expect(split).toEqual(rows);
  return split;
}

const property = fc.record(
  {
    type: fc.constantFrom<Json>(
      'integer',
      'number',
      'string',
      'boolean',
      'null',
      ['integer', 'null'],
      ['number', 'string'],
      ['boolean', 'integer'],
    ),
    minimum: fc.constantFrom(-3, 0, 1, 1.5),
    maximum: fc.constantFrom(1, 1000, 1.5),
    exclusiveMinimum: fc.constantFrom(0, 1),
    exclusiveMaximum: fc.constantFrom(1, 1000),
    multipleOf: fc.constantFrom(0.1, 2, 1),
    minLength: fc.constantFrom(1, 3),
    maxLength: fc.constantFrom(1, 4),
    pattern: fc.constantFrom('^[0-9.]+$', 'a', '^\\p{L}'),
    format: fc.constantFrom('email', 'date', 'date-time'),
    enum: fc.constantFrom<Json>([1, 'abc', true], ['1', '007'], [1.5, null, 1000]),
    const: fc.constantFrom<Json>(1, 'abc', true, null),
    title: fc.constant('a title'),
  },
  { requiredKeys: [] },
);
const complex = fc.constantFrom<Schema>(
  { anyOf: [{ type: 'integer' }, { const: 'abc' }] },
  { not: { const: '1' } },
  { allOf: [{ type: 'string' }], minLength: 2 },
);
const schema = fc.record(
  {
    type: fc.constant('object'),
    properties: fc.record({ x: property, y: fc.oneof(property, complex) }, { requiredKeys: [] }),
    required: fc.subarray(['x', 'y', 'absent']),
    additionalProperties: fc.boolean(),
    allOf: fc.constant([
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      { if: { properties: { x: { const: 1 } }, required: ['x'] }, then: { required: ['z'] } },
    ]),
    minProperties: fc.constantFrom(1, 2),
    patternProperties: fc.constant({ '^z': { minLength: 2 } }),
    unevaluatedProperties: fc.constant(false),
    dependentRequired: fc.constant({ x: ['y'] }),
  },
  { requiredKeys: ['properties'] },
);

const TEXTS = [
  ...[
    '',
    '1',
    '1.0',
    '1.5',
    '-3',
    '1e3',
    '1000',
    '007',
    'true',
    'TRUE',
    'False',
    'abc',
    'a',
    'é€😀',
    '2024-01-01',
  ],
  ...['2024-01-01T00:00:00Z', 'a@b.example', ' ', '9007199254740993', 'NaN', '0'],
];
const VALUES: readonly Cell[] = [
  null,
  1,
  1.5,
  1000,
  -3,
  0,
  true,
  false,
  'abc',
  '1',
  '007',
  'true',
  '2024-01-01',
  'a',
  '',
];
const TYPES: readonly (ColumnType | undefined)[] = [
  undefined,
  undefined,
  'integer',
  'number',
  'string',
  'boolean',
  'date',
];

const tableOf = (cells: fc.Arbitrary<Cell>, format: 'csv' | 'jsonl'): fc.Arbitrary<PlainTable> =>
  fc.record({
    files: fc.array(fc.tuple(cells, cells, cells), { maxLength: 12 }).map((rows) => [
      {
        name: 'f',
        format,
        columns: { x: rows.map(([x]) => x), y: rows.map(([, y]) => y), z: rows.map(([, , z]) => z) },
      },
    ]),
    columns: fc
      .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...TYPES))
      .map(([x, y]) => [
        { name: 'x', ...(x && { type: x }) },
        { name: 'y', ...(y && { type: y }) },
        { name: 'z' },
      ]),
  });

describe('what is decided by columns is what ajv decides row by row', () => {
  test('in CSV', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(schema, tableOf(fc.constantFrom<Cell>(...TEXTS), 'csv'), async (one, table) => {
        await bothWays(JSON.parse(JSON.stringify(one)), table);
      }),
      { numRuns: Number(process.env['ROW_SCHEMA_RUNS'] ?? 25) },
    );
  });

  test('in formats with types', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(schema, tableOf(fc.constantFrom(...VALUES), 'jsonl'), async (one, table) => {
        await bothWays(JSON.parse(JSON.stringify(one)), table);
      }),
      { numRuns: Number(process.env['ROW_SCHEMA_RUNS'] ?? 25) },
    );
  });
});

test('a finding names the first problem of its row, at its cell', async () => {
  const { checks, findings } = await bothWays(
    {
      required: ['id', 'toString'],
      properties: {
        id: { type: 'integer', minimum: 1 },
        toString: { type: 'string' },
        note: { type: ['string', 'null'] },
      },
      if: { properties: { note: { const: 'big' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { id: { minimum: 100 } } },
    },
    {
      files: [
        {
          columns: {
            id: ['1', '0', '5', '1.5', '', '2'],
            toString: ['a', 'a', 'a', 'a', 'a', ''],
            note: ['', 'x', 'big', 'x', 'x', 'x'],
          },
        },
      ],
    },
  );
  expect(checks[0]?.measured).toBe(5);
  expect(findings[0]?.map(({ line, column, field, value }) => [line, column, field, value])).toEqual([
    [3, 1, 'id', '0'],
    [4, 1, 'id', '5'],
    [5, 1, 'id', '1.5'],
    [6, undefined, undefined, undefined],
    [7, undefined, undefined, undefined],
  ]);
  expect(findings[0]?.[0]?.message).toBe('id: expected a number of at least 1, found "0"');
});

test('draft-07 is read as draft-07', async () => {
  const table = { files: [{ columns: { x: ['1', '2'] } }] };
  const draft = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: { x: { exclusiveMaximum: 2, type: 'integer' } },
  };
  expect((await runRules([rule(draft)], table)).checks[0]?.measured).toBe(1);
});

test('columns that only name demands about values need no ajv', () => {
  const { rest, columns } = splitSchema({
    $id: 'x',
    type: 'object',
    required: ['a'],
    additionalProperties: false,
    properties: { a: { type: 'integer' }, b: { pattern: '^x', description: 'why' } },
  });
  expect([rest, [...columns.keys()]]).toEqual([undefined, ['a', 'b']]);
});

test("qsv's uniqueCombinedWith becomes a rule of its own", async () => {
  const rules = rowSchemaRules(
    { properties: { x: { type: 'integer' } }, uniqueCombinedWith: ['x', 'y'] },
    's.json',
    'error',
  );
  expect(rules.map(({ check }) => check)).toEqual(['rowSchema', 'duplicateValues']);
  const { checks } = await runRules(rules, {
    files: [{ columns: { x: ['1', '1', '1'], y: ['a', 'b', 'a'] } }],
  });
  expect(checks.map(({ measured }) => measured)).toEqual([0, 1]);
});

test.each([
  [{ properties: { x: { type: 'intger' } } }, 'not a usable JSON Schema'],
  [{ properties: { x: { pattern: '(?=a)' } } }, 'not a usable JSON Schema'],
  [{ propertis: {} }, 'unknown keyword: "propertis"'],
  [{ uniqueCombinedWith: ['x'] }, 'make it a rule of its own'],
])('the schema %j is refused', async (bad, message) => {
  await expect(runRules([rule(bad)], { files: [] })).rejects.toThrow(message);
});
