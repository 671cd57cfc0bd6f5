import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../../actions/lib/checks/check.ts';
import { planRules } from '../../../../actions/lib/checks/plan-rules.ts';
import { mergeRuns, type RunState, ThreadRun } from '../../../../actions/lib/checks/run-checks.ts';
import { fileView, type PlainFile, PlainSetup, plainBatches } from '../../../support/plain-batch.ts';
import { type PlainTable, runRules, specOfTable } from '../../../support/plain-run.ts';

const rule = (check: string, more: Partial<Rule> = {}): Rule => ({
  check,
  severity: 'error',
  arguments: {},
  ...more,
});
const required = rule('nullValues', { column: 'x' });

/** A file with a null in every third row. */
const holes = (rows: number): PlainFile => ({
  columns: { x: Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? '' : '1')) },
});

describe('findings', () => {
  test('all are counted, the first are kept', async () => {
    const { checks, findings } = await runRules([required], { files: [holes(30)] }, { maxFindings: 3 });
    expect(checks[0]).toMatchObject({ measured: 10, findings: 10 });
    expect(findings[0]?.map(({ line }) => line)).toEqual([2, 5, 8]);
  });

  test('the first are the same however the data is dealt out', async () => {
    const table = { files: [holes(7), holes(2), holes(20), holes(5)] };
    const one = await runRules([required], table, { maxFindings: 5 });
    expect(one.findings[0]?.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'f1.csv:2',
      'f1.csv:5',
      'f1.csv:8',
      'f2.csv:2',
      'f3.csv:2',
    ]);
    for (const parts of [2, 3, 4])
      expect(await runRules([required], table, { maxFindings: 5, parts, batchRows: 2 })).toEqual(one);
  });

  test('of passed checks none are reported', async () => {
    const lenient = {
      ...required,
      threshold: { kind: 'single', operator: 'mustBeLessOrEqualTo', value: 10 },
    } as const;
    const { checks, findings } = await runRules([lenient], { files: [holes(30)] });
    expect([checks[0]?.status, checks[0]?.findings, findings]).toEqual(['pass', 0, [[]]]);
  });

  test('a finding names file, line, column, value and what was expected', async () => {
    const table: PlainTable = {
      columns: [{ name: 'age', type: 'integer' }, { name: 'id' }],
      files: [{ columns: { id: ['1', 'ab'], age: ['5', '1,5'] }, lines: [2, 4] }],
    };
    const { findings } = await runRules([rule('dataType', { column: 'age' })], table);
    expect(findings[0]).toEqual([
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

  test('long values are cut between characters', async () => {
    const long = `${'a'.repeat(99)}😀😀`;
    const { findings } = await runRules(
      [rule('invalidValues', { column: 'x', arguments: { maxLength: 5 } })],
      { files: [{ columns: { x: [long], y: ['1'] } }] },
    );
    expect(findings[0]?.[0]?.value).toBe(`${'a'.repeat(99)}…`);
  });
});

test('places in blocks are resolved when threads are merged, and come in their order', () => {
  const plans = planRules([required], specOfTable({}));
  const part = (block: number, lines: readonly number[]): RunState => {
    const setup = new PlainSetup();
    const run = new ThreadRun(plans, setup, { maxFindings: 2 });
    const file = { columns: { x: lines.map(() => '') } };
    run.openFile(fileView(file));
    for (const batch of plainBatches(file, setup))
      run.batch({ ...batch, place: (row) => ({ line: lines[row] ?? 0, column: 1, block }) });
    return JSON.parse(JSON.stringify(run.state()));
  };
  const linesBefore = [0, 100, 200];
  const merged = mergeRuns(plans, [part(2, [1, 2]), part(0, [7]), part(1, [3, 5, 9])], {
    maxFindings: 3,
    resolve: (_file, { block = 0, line = 0, ...rest }) => ({
      ...rest,
      line: line + (linesBefore[block] ?? 0),
    }),
  });
  expect(merged[0]).toMatchObject({ counted: { count: 6, of: 6 }, findings: 6 });
  const kept = merged[0]?.kind === 'rows' ? merged[0].kept : [];
  expect(kept.map(({ discovery }) => discovery.place)).toEqual([
    { line: 7, column: 1 },
    { line: 103, column: 1 },
    { line: 105, column: 1 },
  ]);
});

describe('classified columns', () => {
  const table: PlainTable = {
    columns: [
      { name: 'ssn', type: 'string', classified: true },
      { name: 'day', type: 'date', classified: true },
      { name: 'pay', type: 'integer', classified: true },
      { name: 'label' },
    ],
    files: [
      {
        columns: {
          ssn: ['secret-1', 'secret-1', 'Secret-1', 'secret-2'],
          day: ['1977-07-07', '1977-07-07', '1977-07-07', '1977-07-08'],
          pay: ['77777', '77777', '77777', '999999999'],
          label: ['a', 'b', 'a', 'a'],
        },
      },
    ],
  };
  const rules: readonly Rule[] = [
    rule('invalidValues', { column: 'ssn', arguments: { maxLength: 2 } }),
    rule('duplicateValues', { column: 'ssn' }),
    rule('duplicateValues', { arguments: { properties: ['ssn', 'pay'] } }),
    rule('duplicateRows', { arguments: { except: ['label'] } }),
    rule('stringVariants', { column: 'ssn' }),
    rule('constantColumn', {
      column: 'ssn',
      threshold: { kind: 'single', operator: 'mustBeLessThan', value: 1 },
    }),
    rule('newCategories', { column: 'ssn' }),
    rule('mixedTypes', { column: 'ssn' }),
    rule('rowCondition', { arguments: { expression: 'pay > 1000000000' } }),
    rule('rowSchema', { arguments: { schema: { properties: { ssn: { maxLength: 2 } } } } }),
    rule('statistic', {
      column: 'pay',
      arguments: { statistic: 'max' },
      threshold: { kind: 'single', operator: 'mustBe', value: 1 },
    }),
    rule('statisticChange', {
      column: 'pay',
      arguments: { statistic: 'max', mode: 'absolute' },
      threshold: { kind: 'single', operator: 'mustBe', value: 1 },
    }),
    rule('freshness', { column: 'day', arguments: { maxAge: '1d' } }),
    rule('retention', { column: 'day', arguments: { maxAge: '1d' } }),
    rule('outliers', {
      column: 'pay',
      arguments: { method: 'zScore', factor: 1 },
      unit: 'rows',
      threshold: { kind: 'single', operator: 'mustBe', value: 0 },
    }),
    rule('referentialIntegrity', { column: 'ssn', arguments: { table: 'other', references: ['id'] } }),
    rule('conflictingLabels', { arguments: { label: 'label', features: ['pay'] } }),
    rule('drift', { column: 'pay', arguments: { minSample: 1, threshold: 0.001 } }),
  ];

  test('show no value anywhere', async () => {
    const baseline: PlainTable = { files: [{ columns: { ssn: ['x'], pay: ['5'] } }] };
    const other: PlainTable = { name: 'other', files: [{ columns: { id: ['x'], z: ['1'] } }] };
    const outcome = await runRules(rules, table, { baseline, tables: [other], now: Date.UTC(2024, 0, 1) });
    expect(outcome.checks.filter(({ status }) => status === 'fail').length).toBeGreaterThan(12);
    const shown = JSON.stringify(outcome).toLowerCase();
    for (const value of ['secret', '77777', '999999999', '1977']) expect(shown).not.toContain(value);
  });
});

describe('keys are verified by content', () => {
  // Every key has the same hash: only the bytes tell rows apart.
  const colliding = { hash: () => 'same' };
  const splits = {
    train: [{ columns: { x: ['1', '2'], y: ['a', 'b'] } }],
    test: [{ columns: { x: ['3', '2'], y: ['c', 'b'] } }],
  };
  const tables = [{ name: 'other', files: [{ columns: { x: ['1', '2'], y: ['a', 'b'] } }] }];
  test.each([
    [rule('duplicateValues', { column: 'x' }), 1],
    [rule('duplicateRows'), 1],
    [rule('splitLeakage', { arguments: { between: ['train', 'test'] } }), 1],
    [rule('groupLeakage', { arguments: { between: ['train', 'test'], column: 'x' } }), 1],
  ])('%j', async (one, measured) => {
    const { checks } = await runRules([one], { splits }, { ...colliding, tables });
    expect(checks[0]?.measured).toBe(measured);
  });

  test('conflicting labels', async () => {
    const hash = (key: string): string => (key.includes('null') ? key : String(key.length));
    const table = { files: [{ columns: { f: ['a', 'b', 'b'], l: ['0', '1', '10'] } }] };
    const { checks } = await runRules([rule('conflictingLabels', { arguments: { label: 'l' } })], table, {
      hash,
    });
    expect(checks[0]?.measured).toBe(2);
  });
});

test.each([
  [rule('nullVallues', { column: 'x' }), 'there is no such check; did you mean "nullValues"?'],
  [rule('nullValues'), 'it is about one column; put the rule there'],
  [rule('nullValues', { column: 'x', arguments: { a: 1 } }), 'unknown argument "a"; it takes none'],
  [
    rule('nullValues', { column: 'x', unit: 'columns' }),
    'the unit "columns" does not fit; nullValues is measured in rows or percent',
  ],
  [
    rule('statistic', { column: 'x', arguments: { statistic: 'mean' } }),
    'the limit is missing; add an operator',
  ],
  [rule('statistic', { column: 'x' }), 'the argument "statistic" is missing'],
  [
    rule('statistic', { column: 'x', arguments: { statistic: 'meen' } }),
    'unknown "meen"; did you mean "mean"?',
  ],
  [rule('statistic', { column: 'x', arguments: { statistic: 'quantile' } }), 'the argument "p" is missing'],
  [
    rule('duplicateValues', { arguments: { properties: ['x', 'hy'] } }),
    'unknown column "hy"; did you mean "y"?',
  ],
  [
    rule('splitLeakage', { arguments: { between: ['train', 'tset'] } }),
    'unknown split "tset"; did you mean "test"?',
  ],
  [rule('splitLeakage', { arguments: { between: ['train'] } }), 'two or more different splits'],
  [
    rule('drift', { column: 'x', arguments: { against: 'yesterday' } }),
    'unknown split "yesterday" (or "baseline")',
  ],
  [rule('drift', { column: 'x', arguments: { method: 'ps' } }), 'did you mean "psi"?'],
  [rule('invalidValues', { column: 'x' }), 'it says nothing of what is valid'],
  [
    rule('invalidValues', { column: 'x', arguments: { pattern: '(?=a)' } }),
    'not a regular expression of the RE2 syntax',
  ],
  [
    rule('invalidValues', { column: 'x', arguments: { format: 'e-mail' } }),
    'the format "e-mail" is not known; did you mean "email"?',
  ],
  [
    rule('invalidValues', { column: 'd', arguments: { minimum: 'yesterday' } }),
    'the limit "yesterday" is not a date',
  ],
  [rule('invalidValues', { column: 'x', arguments: { multipleOf: 0 } }), 'multipleOf: expected more than 0'],
  [
    rule('freshness', { column: 'd', arguments: { maxAge: 'a week' } }),
    'expected a length of time such as 36h or 7d',
  ],
  [rule('freshness', { column: 'd' }), 'the limit is missing'],
  [rule('freshness'), 'name the column of dates'],
  [
    rule('freshness', { column: 's', arguments: { maxAge: '1d' }, at: 'c.yaml:9:3' }),
    'c.yaml:9:3: freshness of "s": the contract says that "s" is of type string, which has no age',
  ],
  [rule('retention', { arguments: { column: 's', maxAge: '1d' } }), 'type string, which has no age'],
  [rule('fileIntegrity', { arguments: { sha256: 'abc' } }), 'expected 64 hexadecimal digits'],
  [rule('conflictingLabels'), 'name the label'],
  [
    rule('referentialIntegrity', { column: 'x', arguments: { table: 't', references: ['a', 'b'] } }),
    'expected the names of 1 columns',
  ],
  [
    rule('rowCondition', { arguments: { expression: 'x >' }, at: 'c.yaml:7:3' }),
    'c.yaml:7:3: rowCondition: expression, character 4',
  ],
  [rule('newCategories', { column: 'x', arguments: { minDomainMass: 2 } }), 'expected a share from 0 to 1'],
  [rule('piiValues', { arguments: { types: ['emial'] } }), 'unknown "emial"; did you mean "email"?'],
])('the rule %j is refused', (bad, message) => {
  const table = {
    columns: [
      { name: 'x' },
      { name: 'y' },
      { name: 'd', type: 'date' as const },
      { name: 's', type: 'string' as const },
    ],
    splits: { train: [], test: [] },
  };
  expect(() => planRules([bad], specOfTable(table))).toThrow(message);
});
