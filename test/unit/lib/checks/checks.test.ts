import { describe, expect, test } from 'vitest';
import { batchView } from '../../../../actions/lib/checks/batch-view.ts';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import type { PlannedCheck } from '../../../../actions/lib/checks/check.ts';
import { constraintsOf, oneOf } from '../../../../actions/lib/checks/constraints.ts';
import { KeyIndex } from '../../../../actions/lib/checks/key-index.ts';
import { ChecksRun } from '../../../../actions/lib/checks/run-checks.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';
import { NONE, satisfies, type Threshold, thresholdText } from '../../../../actions/lib/stats/threshold.ts';
import { bytesSource } from '../../../../actions/lib/tabular/bytes-source.ts';
import { type ColumnType, type Convert, conversion } from '../../../../actions/lib/tabular/column-type.ts';
import { openTable } from '../../../../actions/lib/tabular/open-table.ts';

interface Setting {
  readonly types?: Readonly<Record<string, ColumnType>>;
  readonly maxFindings?: number;
  readonly classified?: readonly string[];
}

/** Runs checks over CSV files given as texts. */
async function run(plans: readonly PlannedCheck[], texts: readonly string[], setting: Setting = {}) {
  const checks = new ChecksRun(plans, {
    maxFindings: setting.maxFindings ?? 100,
    classified: new Set(setting.classified),
  });
  const convert = new Map<string, Convert>();
  for (const [name, type] of Object.entries(setting.types ?? {})) convert.set(name, conversion(type, true));
  for (const [index, text] of texts.entries()) {
    const reader = await openTable(bytesSource(`f${index + 1}.csv`, new TextEncoder().encode(text)), {
      delimiter: ',',
    });
    const file = {
      name: `f${index + 1}.csv`,
      format: reader.format,
      columns: reader.columns,
      notes: reader.notes,
    };
    checks.openFile(file);
    for await (const batch of reader.batches()) checks.batch(batchView(file, batch, convert));
    checks.closeFile(file);
  }
  return checks.finish();
}

const exact = { severity: 'error', threshold: NONE, unit: 'rows' } as const;
const single = (operator: Extract<Threshold, { kind: 'single' }>['operator'], value: number): Threshold => ({
  kind: 'single',
  operator,
  value,
});
const range = (
  operator: Extract<Threshold, { kind: 'range' }>['operator'],
  low: number,
  high: number,
): Threshold => ({ kind: 'range', operator, value: [low, high] });

test.each<[Threshold, number[], number[], string]>([
  [single('mustBe', 2), [2], [1, 3], '2'],
  [single('mustNotBe', 2), [1, 3], [2], 'not 2'],
  [single('mustBeGreaterThan', 2), [2.001, 3], [2, 1], 'more than 2'],
  [single('mustBeGreaterOrEqualTo', 2), [2, 3], [1.999], 'at least 2'],
  [single('mustBeLessThan', 2), [1.999], [2, 3], 'less than 2'],
  [single('mustBeLessOrEqualTo', 2), [2, 1], [2.001], 'at most 2'],
  [range('mustBeBetween', 2, 4), [2, 3, 4], [1.999, 4.001], '2 to 4'],
  [range('mustNotBeBetween', 2, 4), [1.999, 4.001], [2, 3, 4], 'less than 2 or more than 4'],
])('the limit %j holds within and at its bounds only', (threshold, holds, breaks, words) => {
  for (const value of holds) expect(satisfies(threshold, value)).toBe(true);
  for (const value of breaks) expect(satisfies(threshold, value)).toBe(false);
  expect(thresholdText(threshold)).toBe(words);
});

describe('counts of rows', () => {
  const text = 'x,y\n1,a\n,b\n3,a\nzz,b\n';
  const cases: [string, PlannedCheck, number | null, string][] = [
    ['nullValues', CHECKS.nullValues.plan({ ...exact, column: 'x' }), 1, 'fail'],
    ['nullValues of a full column', CHECKS.nullValues.plan({ ...exact, column: 'y' }), 0, 'pass'],
    [
      'nullValues at the limit',
      CHECKS.nullValues.plan({
        ...exact,
        column: 'x',
        threshold: single('mustBeLessOrEqualTo', 25),
        unit: 'percent',
      }),
      25,
      'pass',
    ],
    [
      'nullValues below the limit',
      CHECKS.nullValues.plan({
        ...exact,
        column: 'x',
        threshold: single('mustBeLessThan', 25),
        unit: 'percent',
      }),
      25,
      'fail',
    ],
    ['missingValues', CHECKS.missingValues.plan({ ...exact, column: 'x', missing: ['zz'] }), 1, 'fail'],
    [
      'missingValues with null',
      CHECKS.missingValues.plan({ ...exact, column: 'x', missing: [null, 'zz', 3] }),
      3,
      'fail',
    ],
    ['dataType', CHECKS.dataType.plan({ severity: 'error', column: 'x', type: 'integer' }), 1, 'fail'],
    [
      'invalidValues of a set',
      CHECKS.invalidValues.plan({
        ...exact,
        column: 'y',
        options: {},
        validValues: ['a'],
        countMisfits: true,
      }),
      2,
      'fail',
    ],
    [
      'invalidValues with values of another type',
      CHECKS.invalidValues.plan({
        ...exact,
        column: 'x',
        type: 'integer',
        options: { maximum: 2 },
        countMisfits: true,
      }),
      2,
      'fail',
    ],
    [
      'invalidValues without them',
      CHECKS.invalidValues.plan({
        ...exact,
        column: 'x',
        type: 'integer',
        options: { maximum: 2 },
        countMisfits: false,
      }),
      1,
      'fail',
    ],
    ['duplicateValues', CHECKS.duplicateValues.plan({ ...exact, columns: ['y'] }), 2, 'fail'],
    [
      'duplicateValues of two columns',
      CHECKS.duplicateValues.plan({ ...exact, columns: ['x', 'y'] }),
      0,
      'pass',
    ],
    ['rowCount', CHECKS.rowCount.plan({ severity: 'error', threshold: single('mustBe', 4) }), 4, 'pass'],
    ['a column that is not there', CHECKS.nullValues.plan({ ...exact, column: 'zzz' }), null, 'undefined'],
    [
      'duplicates of a column that is not there',
      CHECKS.duplicateValues.plan({ ...exact, columns: ['zzz', 'x'] }),
      null,
      'undefined',
    ],
  ];
  test.each(cases)('%s', async (_name, plan, measured, status) => {
    const { checks } = await run([plan], [text], { types: { x: 'integer' } });
    expect(checks[0]).toMatchObject({ measured, status });
  });

  test('nothing is counted in a file without rows, and a percentage of none is undefined', async () => {
    const { checks } = await run(
      [
        CHECKS.nullValues.plan({ ...exact, column: 'x' }),
        CHECKS.nullValues.plan({ ...exact, column: 'x', unit: 'percent' }),
        CHECKS.rowCount.plan({ severity: 'warning', threshold: single('mustBeGreaterThan', 0) }),
      ],
      ['x,y\n'],
    );
    expect(checks.map(({ status }) => status)).toEqual(['pass', 'undefined', 'fail']);
  });

  test('a column without any value has no duplicates and nothing invalid, but nulls', async () => {
    const plans = [
      CHECKS.duplicateValues.plan({ ...exact, columns: ['x'] }),
      CHECKS.invalidValues.plan({ ...exact, column: 'x', options: { minimum: 1 }, countMisfits: true }),
      CHECKS.nullValues.plan({ ...exact, column: 'x', unit: 'percent' }),
    ];
    const { checks } = await run(plans, ['x,y\n,1\n,2\n']);
    expect(checks.map(({ measured }) => measured)).toEqual([0, 0, 100]);
  });
});

test('a finding names file, line, column, value and what was expected', async () => {
  const { findings } = await run(
    [CHECKS.dataType.plan({ severity: 'error', column: 'age', type: 'integer' })],
    ['id,age\n1,5\n"a\nb","1,5"\n'],
    { types: { age: 'integer' } },
  );
  expect(findings).toEqual([
    {
      check: 'dataType',
      severity: 'error',
      file: 'f1.csv',
      line: 4,
      column: 4,
      field: 'age',
      value: '1,5',
      expected: 'an integer',
      message: 'age: expected an integer, found "1,5" (the decimal separator is a point)',
    },
  ]);
});

test('all findings are counted, the first are kept', async () => {
  const text = `x\n${'bad\n'.repeat(50)}`;
  const { checks, findings } = await run(
    [CHECKS.dataType.plan({ severity: 'error', column: 'x', type: 'integer' })],
    [text],
    { types: { x: 'integer' }, maxFindings: 3 },
  );
  expect(checks[0]).toMatchObject({ findings: 50, measured: 50 });
  expect(findings.map(({ line }) => line)).toEqual([2, 3, 4]);
});

test("findings within a rule's limit are not reported", async () => {
  const plan = CHECKS.nullValues.plan({ ...exact, column: 'x', threshold: single('mustBeLessOrEqualTo', 1) });
  expect((await run([plan], ['x,y\n,1\n2,2\n'])).findings).toEqual([]);
});

test('too few rows is one finding without a place', async () => {
  const { findings } = await run(
    [CHECKS.rowCount.plan({ severity: 'error', threshold: single('mustBeGreaterOrEqualTo', 5) })],
    ['x\n1\n'],
  );
  expect(findings).toEqual([
    {
      check: 'rowCount',
      severity: 'error',
      value: '1',
      expected: 'at least 5',
      message: 'rowCount: expected at least 5, found 1',
    },
  ]);
});

test('values of classified columns are nowhere in the findings', async () => {
  const plans = [
    CHECKS.dataType.plan({ severity: 'error', column: 'ssn', type: 'integer' }),
    CHECKS.duplicateValues.plan({ ...exact, columns: ['ssn', 'x'] }),
    CHECKS.rowSchema.plan({
      severity: 'error',
      where: 's.json',
      properties: { ssn: { type: 'string' } },
      validate: compileSchema({ properties: { ssn: { type: 'string', pattern: '^0' } } }, 's.json'),
    }),
  ];
  const { findings } = await run(plans, ['ssn,x\nsecret-1,a\nsecret-1,a\n'], {
    types: { ssn: 'integer' },
    classified: ['ssn'],
  });
  expect(findings).toHaveLength(5);
  expect(JSON.stringify(findings)).not.toContain('secret');
  expect(findings.every(({ value }) => value === '[redacted]')).toBe(true);
});

test('duplicates are found across files, with the first place', async () => {
  const { findings } = await run(
    [CHECKS.duplicateValues.plan({ ...exact, columns: ['id'] })],
    ['id,x\n1,a\n2,b\n', 'id,x\n3,a\n2,c\n'],
  );
  expect(findings).toMatchObject([
    { file: 'f2.csv', line: 3, message: 'id: expected unique id, found "2" (first in line 3 of f1.csv)' },
  ]);
});

test('equal numbers written differently are duplicates, neighbours do not run together', async () => {
  const one = await run([CHECKS.duplicateValues.plan({ ...exact, columns: ['n'] })], ['n,x\n1,a\n1.0,b\n'], {
    types: { n: 'number' },
  });
  expect(one.checks[0]?.measured).toBe(1);
  const two = await run(
    [CHECKS.duplicateValues.plan({ ...exact, columns: ['a', 'b'] })],
    ['a,b\nx,yz\nxy,z\n'],
  );
  expect(two.checks[0]?.measured).toBe(0);
});

test('rows that do not fit the header, blank lines and mixed line ends are found', async () => {
  const { checks, findings } = await run(
    [
      CHECKS.csvStructure.plan({ severity: 'error', kinds: ['extra-cell', 'missing-cell'] }),
      CHECKS.csvStructure.plan({ severity: 'warning', kinds: ['blank-row'] }),
      CHECKS.encoding.plan({ severity: 'warning' }),
    ],
    ['a,b\n1,2,3\r\n\n4\n5,6\n'],
  );
  expect(checks.map(({ measured }) => measured)).toEqual([2, 1, 1]);
  expect(findings.map(({ line }) => line)).toEqual([2, 4, 3, undefined]);
});

test('columns that are missing, unknown or in another order are found with the name that was meant', async () => {
  const columns = ['id', 'amount'];
  const plan = (aspect: 'missing' | 'extra' | 'order' | 'disjoint') =>
    CHECKS.schemaMatch.plan({ severity: 'error', columns, aspect });
  const all = [plan('missing'), plan('extra'), plan('order'), plan('disjoint')];
  const measured = async (header: string) =>
    (await run(all, [`${header}\n`])).checks.map((check) => check.measured);
  expect(await measured('id,amount')).toEqual([0, 0, 0, 0]);
  expect(await measured('amount,id')).toEqual([0, 0, 1, 0]);
  expect(await measured('id,amuont')).toEqual([1, 1, 1, 0]);
  expect(await measured('a,b')).toEqual([2, 2, 1, 1]);
  const { findings } = await run([plan('missing')], ['id,amuont\n']);
  expect(findings[0]?.message).toBe('amount: expected a column "amount" (there is a column "amuont")');
});

describe('rows against a JSON Schema', () => {
  const schema = {
    required: ['id', 'toString'],
    properties: {
      id: { type: 'integer', minimum: 1 },
      toString: { type: 'string' },
      note: { type: ['string', 'null'] },
    },
    if: { properties: { note: { const: 'big' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { id: { minimum: 100 } } },
  };
  const plan = CHECKS.rowSchema.plan({
    severity: 'error',
    where: 's.json',
    properties: schema.properties,
    validate: compileSchema(schema, 's.json'),
  });

  test('cells are typed by the schema, empty ones are left out', async () => {
    const { checks, findings } = await run(
      [plan],
      ['id,toString,note\n1,a,\n0,a,x\n5,a,big\n1.5,a,x\n,a,x\n2,,x\n'],
    );
    expect(checks[0]?.measured).toBe(5);
    expect(findings.map(({ line, column, field, value }) => [line, column, field, value])).toEqual(
      [
        [3, 1, 'id', '0'],
        [4, 1, 'id', '5'],
        [5, 1, 'id', '1.5'],
        [6, 1, undefined, undefined],
        [7, 1, undefined, undefined],
      ].map(([line, column, ...rest]) => [line, rest[0] === undefined ? undefined : column, ...rest]),
    );
    expect(findings[0]?.message).toBe('id: expected a number of at least 1, found "0"');
  });
});

describe('constraints', () => {
  const holds = (type: ColumnType | undefined, options: object, text: string): boolean => {
    const value = conversion(type ?? 'string', true)(text);
    if (value === null || typeof value === 'object') throw new Error(`${text} is not of type ${type}`);
    return constraintsOf(type, options).every((constraint) => constraint.holds(value));
  };
  test.each<[ColumnType, object, string[], string[]]>([
    ['number', { minimum: 1.5, maximum: 3 }, ['1.5', '3'], ['1.4999', '3.0001']],
    ['number', { exclusiveMinimum: 1, exclusiveMaximum: 2 }, ['1.5'], ['1', '2']],
    ['integer', { minimum: 9007199254740992 }, ['9007199254740993'], ['9007199254740991']],
    ['number', { multipleOf: 0.01 }, ['0.07', '19.99', '-3'], ['0.075']],
    ['integer', { multipleOf: 5 }, ['0', '10', '9007199254740995'], ['12']],
    ['string', { minLength: 2, maxLength: 3 }, ['ab', 'é€😀'], ['a', 'abcd']],
    ['string', { pattern: '^[A-Z]{2}$' }, ['DE'], ['de', 'DEU']],
    ['string', { pattern: 'b' }, ['abc'], ['xyz']],
    ['string', { format: 'email' }, ['a@b.example'], ['a@', 'x']],
    ['string', { format: 'uuid' }, ['4f0c2f0e-6a43-4c39-9a1a-5b9c0c9b8a11'], ['4f0c2f0e']],
    [
      'date',
      { minimum: '2024-01-01', exclusiveMaximum: '2025-01-01' },
      ['2024-01-01', '2024-12-31'],
      ['2023-12-31', '2025-01-01'],
    ],
    [
      'timestamp',
      { maximum: '2024-01-01T12:00:00Z' },
      ['2024-01-01T13:00:00+01:00'],
      ['2024-01-01T12:00:01Z'],
    ],
  ])('%s with %j', (type, options, good, bad) => {
    for (const text of good) expect([text, holds(type, options, text)]).toEqual([text, true]);
    for (const text of bad) expect([text, holds(type, options, text)]).toEqual([text, false]);
  });

  test('sets compare values, not spellings', () => {
    const set = oneOf([0, 1], 'integer');
    expect([set.holds(1), set.holds(0), set.holds(2)]).toEqual([true, true, false]);
    expect(oneOf(['2024-01-01'], 'date').holds(Date.UTC(2024, 0, 1))).toBe(true);
  });

  test('a limit that is not of the type is refused', () => {
    expect(() => constraintsOf('date', { minimum: 'yesterday' })).toThrow(
      'the limit "yesterday" is not a date',
    );
  });

  test('a hostile pattern takes linear time', () => {
    const started = performance.now();
    holds('string', { pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}!`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

test('an index of keys remembers the first place of each', () => {
  const index = new KeyIndex<number>();
  expect([
    index.firstOf('a', 1),
    index.firstOf('b', 2),
    index.firstOf('a', 3),
    index.firstOf('', 4),
    index.firstOf('', 5),
  ]).toEqual([undefined, undefined, 1, undefined, 4]);
});
