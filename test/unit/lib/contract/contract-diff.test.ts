import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { compareContracts } from '../../../../actions/lib/contract/contract-diff.ts';
import { acceptedNumbers, isWithin } from '../../../../actions/lib/contract/diff/accepted-numbers.ts';
import { satisfies, type Threshold } from '../../../../actions/lib/stats/threshold.ts';
import { odcs, read } from './contracts.ts';

const compare = (before: string, after: string) => compareContracts(odcs(before), odcs(after), CHECKS);

/** A table with one property, in YAML flow style, and table rules. */
const table = (property: string, rules = '', more = '') =>
  `  - name: t\n${more}    properties: [{ name: x, ${property} }, { name: y, logicalType: date }]\n${rules === '' ? '' : `    quality: [ ${rules} ]\n`}`;
const withRule = (rule: string) => table(`logicalType: number, quality: [ ${rule} ]`);
const custom = (text: string) => `{ type: custom, engine: validateData, implementation: { ${text} } }`;
const property = (name: string, value: string) =>
  `    customProperties: [{ property: ${name}, value: ${value} }]\n`;

/** A change that loosens one way tightens the other way. */
test.each<[string, string, string, string]>([
  [
    'required is dropped',
    table('logicalType: integer, required: true'),
    table('logicalType: integer'),
    't.x: nullValues "required" is no longer demanded',
  ],
  [
    'unique is dropped',
    table('unique: true'),
    table(''),
    't.x: duplicateValues "unique" is no longer demanded',
  ],
  [
    'a type is widened',
    table('logicalType: integer'),
    table('logicalType: number'),
    't.x: the type was integer, is number',
  ],
  ['a type is dropped', table('logicalType: integer'), table(''), 't.x: the type was integer, is not given'],
  [
    'an upper limit is raised',
    table('logicalType: integer, logicalTypeOptions: { maximum: 5 }'),
    table('logicalType: integer, logicalTypeOptions: { maximum: 6 }'),
    't.x: invalidValues: maximum was 5, is 6',
  ],
  [
    'a lower limit is lowered',
    table('logicalType: integer, logicalTypeOptions: { minimum: 5 }'),
    table('logicalType: integer, logicalTypeOptions: { minimum: 4 }'),
    't.x: invalidValues: minimum was 5, is 4',
  ],
  [
    'a limit is dropped',
    table('logicalType: integer, logicalTypeOptions: { minimum: 5, maximum: 9 }'),
    table('logicalType: integer, logicalTypeOptions: { maximum: 9 }'),
    't.x: invalidValues: minimum was 5 and is gone',
  ],
  [
    'a date limit is lowered',
    table('logicalType: date, logicalTypeOptions: { minimum: "2024-01-01" }'),
    table('logicalType: date, logicalTypeOptions: { minimum: "2023-01-01" }'),
    't.x: invalidValues: minimum was "2024-01-01", is "2023-01-01"',
  ],
  [
    'texts may be longer',
    table('logicalType: string, logicalTypeOptions: { maxLength: 5 }'),
    table('logicalType: string, logicalTypeOptions: { maxLength: 50 }'),
    't.x: invalidValues: maxLength was 5, is 50',
  ],
  [
    'a step is halved',
    table('logicalType: number, logicalTypeOptions: { multipleOf: 10 }'),
    table('logicalType: number, logicalTypeOptions: { multipleOf: 5 }'),
    't.x: invalidValues: multipleOf was 10, is 5',
  ],
  [
    'an enum is widened',
    withRule('{ metric: invalidValues, arguments: { validValues: [1, 2] }, mustBe: 0 }'),
    withRule('{ metric: invalidValues, arguments: { validValues: [1, 3, 2] }, mustBe: 0 }'),
    't.x: invalidValues: validValues has 3 more',
  ],
  [
    'a rule is removed',
    withRule('{ metric: nullValues, mustBeLessThan: 2, unit: percent }'),
    withRule(''),
    't.x: nullValues (less than 2 %) is no longer demanded',
  ],
  [
    'a limit of a rule is raised',
    withRule('{ metric: nullValues, mustBeLessOrEqualTo: 2, unit: percent }'),
    withRule('{ metric: nullValues, mustBeLessOrEqualTo: 5, unit: percent }'),
    't.x: nullValues: at most 2 % before, at most 5 % now',
  ],
  [
    'another operator allows more',
    withRule('{ metric: nullValues, mustBe: 0 }'),
    withRule('{ metric: nullValues, mustBeLessThan: 2 }'),
    't.x: nullValues: 0 rows before, less than 2 rows now',
  ],
  [
    'none becomes some percent',
    withRule('{ metric: nullValues, mustBe: 0 }'),
    withRule('{ metric: nullValues, mustBeLessThan: 2, unit: percent }'),
    't.x: nullValues: 0 rows before, less than 2 % now',
  ],
  [
    'a range is wider',
    withRule(custom('check: statistic, statistic: mean, mustBeBetween: [2, 3]')),
    withRule(custom('check: statistic, statistic: mean, mustBeBetween: [1, 3]')),
    't.x: statistic: 2 to 3 before, 1 to 3 now',
  ],
  [
    'a severity is lowered',
    withRule('{ metric: nullValues, mustBe: 0 }'),
    withRule('{ metric: nullValues, mustBe: 0, severity: warning }'),
    't.x: nullValues: severity was error, is warning',
  ],
  [
    'an age is raised',
    table('logicalType: string', custom('check: freshness, column: y, maxAge: 36h')),
    table('logicalType: string', custom('check: freshness, column: y, maxAge: 7d')),
    't: freshness: maxAge was "36h", is "7d"',
  ],
  [
    'a key has a column more',
    table('', '{ metric: duplicateValues, arguments: { properties: [x] }, mustBe: 0 }'),
    table('', ''),
    't: duplicateValues (properties ["x"]) is no longer demanded',
  ],
  [
    'any columns may be more',
    table('', '', property('fieldsMatch', 'equal')),
    table('', '', property('fieldsMatch', 'subset')),
    't: fieldsMatch was equal, is subset',
  ],
  [
    'the order does not count',
    table('', '', property('fieldsMatch', 'exact')),
    table('', '', property('fieldsMatch', 'equal')),
    't: fieldsMatch was exact, is equal',
  ],
  [
    'other columns are no warning',
    table(''),
    table('', '', property('fieldsMatch', 'subset')),
    't: fieldsMatch was not given, is subset',
  ],
  [
    'more counts as missing',
    table('', '', property('missingValues', '[NA]')),
    table('', '', property('missingValues', '[NA, unknown]')),
    't: ["unknown"] count as missing now',
  ],
  [
    'a split is gone',
    table('', '', property('splits', '{ a: { files: a.csv }, b: { files: b.csv } }')),
    table('', '', property('splits', '{ a: { files: a.csv } }')),
    't: the split b is gone',
  ],
  [
    'a pattern is dropped',
    table('logicalType: string, logicalTypeOptions: { pattern: a }'),
    table('logicalType: string'),
    't.x: invalidValues (pattern "a") is no longer demanded',
  ],
])('%s: loosened', (_what, before, after, words) => {
  const changes = compare(before, after);
  expect(changes.map(({ kind, subject, words: text }) => [kind, `${subject}: ${text}`])).toEqual([
    ['loosened', words],
  ]);
  expect(compare(after, before).map(({ kind }) => kind)).toEqual(['tightened']);
});

test.each<[string, string, string, string]>([
  [
    'a pattern is another',
    table('logicalType: string, logicalTypeOptions: { pattern: a }'),
    table('logicalType: string, logicalTypeOptions: { pattern: b }'),
    't.x: invalidValues: pattern was "a", is "b"',
  ],
  [
    'an enum has other values',
    withRule('{ metric: invalidValues, arguments: { validValues: [1, 2] }, mustBe: 0 }'),
    withRule('{ metric: invalidValues, arguments: { validValues: [1, 3] }, mustBe: 0 }'),
    't.x: invalidValues: validValues has 3 more and has no 2 any more',
  ],
  [
    'a type is another',
    table('logicalType: integer'),
    table('logicalType: date'),
    't.x: the type was integer, is date',
  ],
  [
    'a unit is another',
    withRule('{ metric: nullValues, mustBeLessThan: 5 }'),
    withRule('{ metric: nullValues, mustBeLessThan: 5, unit: percent }'),
    't.x: nullValues: less than 5 rows before, less than 5 % now',
  ],
  [
    'a range is moved',
    withRule(custom('check: statistic, statistic: mean, mustBeBetween: [1, 3]')),
    withRule(custom('check: statistic, statistic: mean, mustBeBetween: [2, 4]')),
    't.x: statistic: 1 to 3 before, 2 to 4 now',
  ],
  [
    'a role is another',
    table('customProperties: [{ property: mlRole, value: label }]'),
    table(''),
    't.x: its role was label, is not given',
  ],
  [
    'columns are matched another way',
    table('', '', property('fieldsMatch', 'subset')),
    table('', '', property('fieldsMatch', 'superset')),
    't: fieldsMatch was subset, is superset',
  ],
  [
    'the files are others',
    table('', '', property('files', 'a.csv')),
    table('', '', property('files', 'b.csv')),
    't: it is read from other files: ["b.csv"]',
  ],
  [
    'a split has other files',
    table('', '', property('splits', '{ a: { files: a.csv } }')),
    table('', '', property('splits', '{ a: { files: b.csv } }')),
    't: the split a is read from other files: ["b.csv"]',
  ],
  [
    'a date is written otherwise',
    table('logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy }'),
    table('logicalType: date'),
    't.x: the date format was dd/MM/yyyy, is ISO 8601',
  ],
])('%s: changed', (_what, before, after, words) => {
  const changes = compare(before, after);
  expect(changes.map(({ kind, subject, words: text }) => [kind, `${subject}: ${text}`])).toEqual([
    ['changed', words],
  ]);
});

test('columns and tables that go loosen, and take their rules with them', () => {
  const one = '  - name: t\n    properties: [{ name: x, required: true }, { name: y, logicalType: date }]\n';
  const two = `${one}  - name: u\n    properties: [{ name: x, required: true }]\n`;
  const less = '  - name: t\n    properties: [{ name: y, logicalType: date }]\n';
  expect(compare(two, less)).toEqual([
    { kind: 'loosened', subject: 'u', words: 'the table is no longer in the contract' },
    { kind: 'loosened', subject: 't.x', words: 'the column is no longer in the contract' },
  ]);
  expect(compare(less, two).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['tightened', 't.x'],
    ['tightened', 'u'],
  ]);
});

test('values that may be shown now are said', () => {
  expect(compare(table('classification: pii'), table('classification: public'))).toEqual([
    {
      kind: 'loosened',
      subject: 't.x',
      words: 'its values are no longer classified, so that they may be shown',
    },
  ]);
  expect(compare(table(''), table('classification: pii')).map(({ kind }) => kind)).toEqual(['changed']);
});

test('several changes are told apart, loosened ones first', () => {
  const before = withRule(
    '{ metric: nullValues, mustBe: 0, name: a }, { metric: nullValues, mustBeLessThan: 5, unit: percent, name: b }',
  );
  const after = withRule(
    '{ metric: nullValues, mustBeLessThan: 4, unit: percent, name: b, severity: info }, { metric: nullValues, mustBe: 0, name: a }',
  );
  expect(compare(before, after).map(({ kind, words }) => [kind, words])).toEqual([
    ['loosened', 'nullValues "b": severity was error, is info'],
    ['tightened', 'nullValues "b": less than 5 % before, less than 4 % now'],
  ]);
});

test('the same contract in other words has not changed', () => {
  const yaml = table('logicalType: integer, required: true', '{ metric: rowCount, mustBeGreaterThan: 1 }');
  const reordered = table(
    'required: true, description: some words, logicalType: integer',
    '{ name: , mustBeGreaterThan: 1, metric: rowCount }',
  ).replace('name: ,', 'tags: [a],');
  expect(compare(yaml, reordered)).toEqual([]);
  expect(
    compare(
      withRule('{ metric: nullValues, mustBe: 0 }'),
      withRule('{ metric: nullValues, mustBeLessThan: 1, mustBe: 0 }'.replace('mustBeLessThan: 1, ', '')),
    ),
  ).toEqual([]);
  expect(
    compare(
      withRule('{ metric: invalidValues, arguments: { validValues: [1, 2] }, mustBe: 0 }'),
      withRule('{ metric: invalidValues, arguments: { validValues: [2, 1] }, mustBe: 0, unit: percent }'),
    ),
  ).toEqual([]);
});

test('contracts of different formats can be compared', () => {
  const before = read(
    { fields: [{ name: 'x', type: 'integer', constraints: { required: true } }] },
    't.json',
  );
  const after = odcs('  - name: t\n    properties: [{ name: x, logicalType: integer }]\n', '');
  expect(compareContracts(before, after, CHECKS).map(({ kind, words }) => [kind, words])).toEqual([
    ['loosened', 'fieldsMatch was exact, is not given'],
    ['loosened', 'nullValues "required" is no longer demanded'],
  ]);
});

const threshold: fc.Arbitrary<Threshold> = fc.oneof(
  fc.record({
    kind: fc.constant('single' as const),
    operator: fc.constantFrom(
      'mustBe' as const,
      'mustNotBe' as const,
      'mustBeGreaterThan' as const,
      'mustBeGreaterOrEqualTo' as const,
      'mustBeLessThan' as const,
      'mustBeLessOrEqualTo' as const,
    ),
    value: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('range' as const),
    operator: fc.constantFrom('mustBeBetween' as const, 'mustNotBeBetween' as const),
    value: fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  }),
);

test('a limit is within another exactly when no number satisfies it and not the other', () => {
  const numbers = Array.from({ length: 25 }, (_, index) => index / 4);
  fc.assert(
    fc.property(threshold, threshold, (a, b) => {
      const within = numbers.every((number) => !satisfies(a, number) || satisfies(b, number));
      expect(isWithin(acceptedNumbers(a, 0), acceptedNumbers(b, 0))).toBe(within);
    }),
    { numRuns: 2000 },
  );
});
