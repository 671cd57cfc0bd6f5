import { expect, test } from 'vitest';
import { chooseObject } from '../../../../actions/lib/contract/choose-object.ts';
import { readContract } from '../../../../actions/lib/contract/read-contract.ts';

const HEAD = `apiVersion: v3.1.0
kind: DataContract
id: 4f0c2f0e
name: test
version: 2.3.0
status: active
`;
const contract = (schema: string) => readContract(`${HEAD}schema:\n${schema}`, 'c.yaml');
/** A contract of one column `x` with one quality rule. */
const rule = (text: string, type = 'string') =>
  contract(
    `  - name: t\n    properties:\n      - name: x\n        logicalType: ${type}\n        quality:\n          - ${text}\n`,
  );
const objectRule = (text: string) =>
  contract(
    `  - name: t\n    properties: [{ name: x }, { name: y, physicalName: Y }]\n    quality:\n      - ${text}\n`,
  );

test('columns carry their type, options, keys and classification', () => {
  const { objects, version } = contract(`  - name: people
    customProperties:
      - { property: fieldsMatch, value: subset }
      - { property: missingValues, value: [NA, "-"] }
    properties:
      - { name: b, primaryKey: true, primaryKeyPosition: 2, logicalType: date, logicalTypeOptions: { format: dd.MM.yyyy, minimum: "01.01.2024" } }
      - { name: a, physicalName: A, primaryKey: true, primaryKeyPosition: 1, logicalType: integer, logicalTypeOptions: { minimum: 18, multipleOf: 2 } }
      - { name: mail, classification: pii, logicalType: string, unique: true, required: true, logicalTypeOptions: { format: email, maxLength: 50 } }
      - { name: size, physicalType: "DECIMAL(9,2)" }
      - { name: other, physicalType: geography, classification: public }
`);
  expect(version).toBe('2.3.0');
  expect(objects).toMatchObject([
    {
      name: 'people',
      primaryKey: ['A', 'b'],
      fieldsMatch: 'subset',
      nullTexts: ['NA', '-'],
      columns: [
        { name: 'b', type: 'date', required: true, options: { format: 'dd.MM.yyyy', minimum: '01.01.2024' } },
        { name: 'A', type: 'integer', required: true, options: { minimum: 18, multipleOf: 2 } },
        {
          name: 'mail',
          classified: true,
          unique: true,
          required: true,
          options: { format: 'email', maxLength: 50 },
        },
        { name: 'size', type: 'number', classified: false },
        { name: 'other', classified: false },
      ],
    },
  ]);
  expect(objects[0]?.columns[4]).not.toHaveProperty('type');
});

test('JSON is read as well as YAML', () => {
  const text = JSON.stringify({
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: 'i',
    version: '1',
    status: 'active',
    schema: [{ name: 't' }],
  });
  expect(readContract(text, 'c.json').objects[0]?.name).toBe('t');
});

test.each<[string, object]>([
  ['mustBe: 1', { operator: 'mustBe', value: 1 }],
  ['mustNotBe: 1', { operator: 'mustNotBe', value: 1 }],
  ['mustBeGreaterThan: 1', { operator: 'mustBeGreaterThan', value: 1 }],
  ['mustBeGreaterOrEqualTo: 1', { operator: 'mustBeGreaterOrEqualTo', value: 1 }],
  ['mustBeLessThan: 1', { operator: 'mustBeLessThan', value: 1 }],
  ['mustBeLessOrEqualTo: 1', { operator: 'mustBeLessOrEqualTo', value: 1 }],
  ['mustBeBetween: [1, 2]', { operator: 'mustBeBetween', value: [1, 2] }],
  ['mustNotBeBetween: [1, 2]', { operator: 'mustNotBeBetween', value: [1, 2] }],
])('the operator %s is read', (text, threshold) => {
  expect(rule(`{ metric: nullValues, ${text} }`).objects[0]?.columns[0]?.rules[0]).toMatchObject({
    metric: 'nullValues',
    severity: 'error',
    unit: 'rows',
    threshold,
  });
});

test('arguments, unit, severity and dimension of rules are read', () => {
  expect(
    rule(
      '{ metric: missingValues, arguments: { missingValues: [null, N/A, -1] }, mustBe: 0, unit: percent, severity: warning, dimension: completeness }',
    ).objects[0]?.columns[0]?.rules,
  ).toMatchObject([
    { missingValues: [null, 'N/A', -1], unit: 'percent', severity: 'warning', dimension: 'completeness' },
  ]);
  expect(
    rule('{ metric: invalidValues, arguments: { validValues: [a, b], pattern: "^x" }, mustBe: 0 }').objects[0]
      ?.columns[0]?.rules,
  ).toMatchObject([{ validValues: ['a', 'b'], options: { pattern: '^x' } }]);
  expect(
    objectRule('{ metric: duplicateValues, arguments: { properties: [x, y] }, mustBe: 0 }').objects[0]?.rules,
  ).toMatchObject([{ properties: ['x', 'Y'] }]);
  expect(rule('{ metric: duplicateValues, mustBe: 0 }').objects[0]?.columns[0]?.rules).toMatchObject([
    { properties: ['x'] },
  ]);
});

test('what is not checked is said', () => {
  const { unchecked } = contract(`  - name: t
    properties:
      - { name: x, relationships: [ { to: other.id } ] }
      - { name: y, quality: [ { type: text, description: looks fine } ] }
`);
  expect(unchecked).toEqual(['x: relationships', 'the rule for people "looks fine"']);
});

test.each<[string, () => unknown, string]>([
  [
    'an unknown metric',
    () => rule('{ metric: nulValues, mustBe: 0 }'),
    'c.yaml:13:23: schema[0].properties[0].quality[0].metric: unknown metric "nulValues"; did you mean "nullValues"?',
  ],
  ['an unknown operator', () => rule('{ metric: nullValues, mustBeLes: 0 }'), 'did you mean "mustBe'],
  ['no operator', () => rule('{ metric: nullValues }'), 'the rule has no limit'],
  [
    'two operators',
    () => rule('{ metric: nullValues, mustBe: 0, mustBeLessThan: 3 }'),
    'the rule has two limits',
  ],
  [
    'a limit that is no number',
    () => rule('{ metric: nullValues, mustBe: none }'),
    'expected a number, found "none"',
  ],
  [
    'a range the wrong way round',
    () => rule('{ metric: nullValues, mustBeBetween: [2, 1] }'),
    'the smaller number comes first',
  ],
  [
    'an unknown severity',
    () => rule('{ metric: nullValues, mustBe: 0, severity: warn }'),
    'expected one of error, warning, info, found "warn"',
  ],
  [
    'an unknown unit',
    () => rule('{ metric: nullValues, mustBe: 0, unit: percentage }'),
    'found "percentage"',
  ],
  [
    'an unknown argument',
    () => rule('{ metric: invalidValues, arguments: { validValue: [a] }, mustBe: 0 }'),
    'unknown argument of invalidValues; did you mean "validValues"?',
  ],
  [
    'an argument of another metric',
    () => rule('{ metric: nullValues, arguments: { validValues: [a] }, mustBe: 0 }'),
    'unknown argument of nullValues; it takes none',
  ],
  [
    'rowCount on a column',
    () => rule('{ metric: rowCount, mustBe: 0 }'),
    'rowCount is about the whole object',
  ],
  [
    'nullValues on an object',
    () => objectRule('{ metric: nullValues, mustBe: 0 }'),
    'nullValues is about one property',
  ],
  [
    'percent of rowCount',
    () => objectRule('{ metric: rowCount, mustBe: 0, unit: percent }'),
    'percent of what is not said',
  ],
  [
    'duplicates of an unknown property',
    () => objectRule('{ metric: duplicateValues, arguments: { properties: [x, z] }, mustBe: 0 }'),
    'unknown property "z"',
  ],
  [
    'an SQL rule',
    () => rule('{ type: sql, query: SELECT 1, mustBe: 0 }'),
    'a rule of type sql cannot be run on files',
  ],
  [
    'a custom rule',
    () => rule('{ type: custom, engine: soda, implementation: "x" }'),
    'a rule of type custom cannot be run on files',
  ],
  [
    'an unknown option',
    () =>
      contract(
        '  - name: t\n    properties:\n      - { name: x, logicalType: number, logicalTypeOptions: { minimun: 1 } }\n',
      ),
    'unknown option; did you mean "minimum"?',
  ],
  [
    'an unknown type',
    () => contract('  - name: t\n    properties:\n      - { name: x, logicalType: int }\n'),
    'expected one of string, date',
  ],
  [
    'a pattern with lookahead',
    () =>
      contract(
        '  - name: t\n    properties:\n      - { name: x, logicalType: string, logicalTypeOptions: { pattern: "(?=a)" } }\n',
      ),
    'no lookaround',
  ],
  [
    'an unknown format',
    () =>
      contract(
        '  - name: t\n    properties:\n      - { name: x, logicalType: string, logicalTypeOptions: { format: e-mail } }\n',
      ),
    'the format "e-mail" is not known',
  ],
  [
    'a date pattern that is not supported',
    () =>
      contract(
        '  - name: t\n    properties:\n      - { name: x, logicalType: date, logicalTypeOptions: { format: EEE } }\n',
      ),
    'the piece "EEE"',
  ],
  [
    'an unknown key',
    () => contract('  - name: t\n    properties:\n      - { name: x, requird: true }\n'),
    'unknown key "requird"; did you mean "required"?',
  ],
  [
    'no version',
    () => readContract(HEAD.replace('version: 2.3.0\n', ''), 'c.yaml'),
    'the key "version" is missing',
  ],
  ['another kind of document', () => readContract('a: 1', 'c.yaml'), 'c.yaml:1:1'],
  ['YAML that is none', () => readContract('a: [', 'c.yaml'), 'not valid YAML'],
])('a contract is refused with its place: %s', (_name, read, message) => {
  expect(read).toThrow(
    expect.objectContaining({ code: 'invalid-file', message: expect.stringContaining(message) }),
  );
});

test('the object is the one named, or the only one', () => {
  const two = contract('  - name: orders\n  - name: lines\n');
  expect(chooseObject(two, 'lines', 'c').name).toBe('lines');
  expect(chooseObject(contract('  - name: t\n'), undefined, 'c').name).toBe('t');
  expect(() => chooseObject(two, undefined, 'c')).toThrow('name one of orders, lines');
  expect(() => chooseObject(two, 'order', 'c')).toThrow('did you mean "orders"?');
  expect(() => chooseObject(readContract(HEAD, 'c'), undefined, 'c')).toThrow('describes no data');
});
