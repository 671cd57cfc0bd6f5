import { expect, test } from 'vitest';
import { messageOf, odcs, read, tableOf } from './contracts.ts';

/** A table of one column `x` with one quality rule in YAML flow style. */
const rule = (text: string, column = 'logicalType: string') =>
  tableOf(odcs(`  - name: t\n    properties:\n      - { name: x, ${column}, quality: [ ${text} ] }\n`));
const tableRule = (text: string, more = '') =>
  tableOf(
    odcs(
      `  - name: t\n${more}    properties: [{ name: x, logicalType: date }, { name: y, physicalName: Y }]\n    quality:\n      - ${text}\n`,
    ),
  );
const SPLITS =
  '    customProperties: [{ property: splits, value: { train: { files: a.csv }, test: { files: [b.csv, c.csv] } } }]\n';
const custom = (text: string) => `{ type: custom, engine: validateData, implementation: { ${text} } }`;

const TWO = (customer: string, order = '') => `  - id: cust
    name: customers
    properties: [{ id: cid, name: id, physicalName: ID, logicalType: string }, { name: region, logicalType: string }]
  - name: orders
${order}    properties:
      - { name: customer, logicalType: string${customer} }
      - { name: region, logicalType: string }
`;

test.each<[string, () => unknown, string]>([
  [
    'no data',
    () => read('apiVersion: v3.1.0\nkind: DataContract\nid: i\nversion: "1"\nstatus: active\nschema: []\n'),
    'schema: the contract describes no data, so that any data would pass',
  ],
  [
    'an object without demands',
    () => odcs('  - name: t\n'),
    'this object asks for nothing, so that any data would pass',
  ],
  [
    'an object twice',
    () => odcs('  - { name: t, properties: [{ name: a }] }\n  - { name: t, properties: [{ name: a }] }\n'),
    'c.yaml:9:13: schema[1].name: the object "t" stands here again, first at c.yaml:8:13',
  ],
  [
    'a column twice',
    () => odcs('  - { name: t, properties: [{ name: a }, { name: b, physicalName: a }] }\n'),
    'the column "a" stands here again, first at c.yaml:8:29',
  ],
  [
    'an unknown metric',
    () => rule('{ metric: nulValues, mustBe: 0 }'),
    'unknown metric "nulValues"; did you mean "nullValues"?',
  ],
  [
    'a metric of v3.0',
    () => rule('{ type: library, rule: duplicateCount, mustBe: 0 }'),
    '"duplicateCount" is a name of ODCS v3.0; since v3.1 it is "metric: duplicateValues"',
  ],
  [
    'an unknown operator',
    () => rule('{ metric: nullValues, mustBeLes: 0 }'),
    'quality[0].mustBeLes: unknown key; did you mean "mustBe',
  ],
  ['no limit', () => rule('{ metric: nullValues }'), 'the rule has no limit; give one of mustBe, '],
  [
    'two limits',
    () => rule('{ metric: nullValues, mustBe: 0, mustBeLessThan: 3 }'),
    'the rule has two limits, mustBe and mustBeLessThan',
  ],
  [
    'a range the wrong way round',
    () => rule('{ metric: nullValues, mustBeBetween: [2, 1] }'),
    'the smaller number comes first, found [2, 1]',
  ],
  [
    'a range of one',
    () => rule('{ metric: nullValues, mustBeBetween: [2] }'),
    'expected two numbers, found [2]',
  ],
  [
    'an unknown severity',
    () => rule('{ metric: nullValues, mustBe: 0, severity: warn }'),
    'expected one of error, warning, info, found "warn"',
  ],
  [
    'an unknown unit',
    () => rule('{ metric: nullValues, mustBe: 0, unit: percentage }'),
    'nullValues is measured in rows or percent, found "percentage"',
  ],
  [
    'percent of nothing',
    () => tableRule('{ metric: rowCount, mustBe: 0, unit: percent }'),
    'rowCount is measured in rows',
  ],
  [
    'a metric at the wrong level',
    () => tableRule('{ metric: nullValues, mustBe: 0 }'),
    'nullValues is about one property; put the rule there',
  ],
  [
    'a metric of the object on a property',
    () => rule('{ metric: rowCount, mustBe: 0 }'),
    'rowCount is about the whole object; put the rule there',
  ],
  [
    'an unknown argument',
    () => rule('{ metric: invalidValues, mustBe: 0, arguments: { validValue: [1] } }'),
    'unknown argument of invalidValues; did you mean "validValues"?',
  ],
  [
    'properties on a property',
    () => rule('{ metric: duplicateValues, mustBe: 0, arguments: { properties: [x] } }'),
    'a rule on a property is about that property',
  ],
  [
    'nothing to hold values to',
    () => rule('{ metric: invalidValues, mustBe: 0 }'),
    'invalidValues has nothing to hold values to',
  ],
  [
    'contradicting arguments',
    () => rule('{ metric: invalidValues, mustBe: 0, arguments: { minLength: 5, maxLength: 3 } }'),
    'no value can be right: minLength is 5, maxLength is 3',
  ],
  [
    'an unknown column',
    () => tableRule('{ metric: duplicateValues, mustBe: 0, arguments: { properties: [xx] } }'),
    'unknown column "xx"; did you mean "x"?',
  ],
  [
    'a pattern that is not linear',
    () => rule('{ metric: invalidValues, mustBe: 0, arguments: { pattern: "(?=a)b" } }'),
    'not a regular expression of the RE2 syntax',
  ],
  [
    'an unknown check',
    () => rule(custom('check: statistics, mustBe: 0')),
    'implementation.check: unknown check "statistics"; did you mean "statistic"?',
  ],
  [
    'the name of another tool',
    () => rule(custom('check: not_null, mustBe: 0')),
    '"not_null" is the name in dbt; here it is "nullValues"',
  ],
  [
    'no check',
    () => rule(custom('statistic: median, mustBe: 0')),
    'expected the name of a check, found nothing',
  ],
  [
    'an unknown argument of a check',
    () => rule(custom('check: statistic, statistik: median, mustBe: 0'), 'logicalType: number'),
    'unknown argument of statistic; did you mean "statistic"?',
  ],
  [
    'a mistyped operator of a check',
    () => rule(custom('check: statistic, statistic: median, mustbe: 0'), 'logicalType: number'),
    'unknown argument of statistic; did you mean "mustBe"?',
  ],
  [
    'an argument of the wrong kind',
    () => rule(custom('check: statistic, statistic: avg, mustBe: 0'), 'logicalType: number'),
    'implementation.statistic: ',
  ],
  [
    'a missing argument',
    () => tableRule(custom('check: temporalLeakage, column: x'), SPLITS),
    'temporalLeakage needs the argument "order"',
  ],
  [
    'an unknown split',
    () => tableRule(custom('check: temporalLeakage, column: x, order: [train, tset]'), SPLITS),
    'unknown split "tset"; did you mean "test"?',
  ],
  [
    'no splits',
    () => tableRule(custom('check: temporalLeakage, column: x, order: [train, test]')),
    'the table has no splits',
  ],
  [
    'a custom rule without a limit',
    () => rule(custom('check: statistic, statistic: median'), 'logicalType: number'),
    'the limit is missing',
  ],
  [
    'a limit outside of implementation',
    () => rule('{ type: custom, engine: validateData, mustBe: 0, implementation: { check: nullValues } }'),
    'quality[0].mustBe: the limit of a custom rule stands inside "implementation"',
  ],
  [
    'an implementation that is a text',
    () => rule('{ type: custom, engine: validateData, implementation: "check: nullValues" }'),
    'expected an object such as { check: statistic, … }',
  ],
  [
    'a mistyped engine',
    () => rule('{ type: custom, engine: validate-data, implementation: { check: nullValues } }'),
    'expected an engine such as validateData, found "validate-data"; did you mean "validateData"?',
  ],
  [
    'a limit of the wrong type',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: date, logicalTypeOptions: { minimum: yesterday } }]\n',
      ),
    'the limit "yesterday" is not a date; write it like the column\'s values',
  ],
  [
    'dates the wrong way round',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy, minimum: "02/01/2024", maximum: "01/02/2023" } }]\n',
      ),
    'no value can be right',
  ],
  [
    'an exclusive limit that meets the other',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: number, logicalTypeOptions: { exclusiveMinimum: 3, maximum: 3 } }]\n',
      ),
    'no value can be right',
  ],
  [
    'a date pattern that is not read',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: date, logicalTypeOptions: { format: dd-MMM-yy } }]\n',
      ),
    'the piece "MMM" of the date pattern is not supported',
  ],
  [
    'a format of texts that is not known',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: string, logicalTypeOptions: { format: phone-number } }]\n',
      ),
    'the format "phone-number" is not known',
  ],
  [
    'a format of numbers that is not known',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: integer, logicalTypeOptions: { format: f64 } }]\n',
      ),
    '"f64" is not a format of the type integer',
  ],
  [
    'an unknown option',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, logicalType: string, logicalTypeOptions: { maxLenght: 3 } }]\n',
      ),
    'logicalTypeOptions.maxLenght: unknown option; did you mean "maxLength"?',
  ],
  [
    'an unknown way to match columns',
    () =>
      odcs(
        '  - name: t\n    customProperties: [{ property: fieldsMatch, value: subsets }]\n    properties: [{ name: x }]\n',
      ),
    'found "subsets"; did you mean "subset"?',
  ],
  [
    'an unknown role',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: x, customProperties: [{ property: mlRole, value: lable }] }]\n',
      ),
    'found "lable"; did you mean "label"?',
  ],
  [
    'splits without files',
    () =>
      odcs(
        '  - name: t\n    customProperties: [{ property: splits, value: { train: a.csv } }]\n    properties: [{ name: x }]\n',
      ),
    'expected { files: <path or glob> }, found "a.csv"',
  ],
  [
    'missing values that are no texts',
    () =>
      odcs(
        '  - name: t\n    customProperties: [{ property: missingValues, value: [1] }]\n    properties: [{ name: x }]\n',
      ),
    'expected a list of texts, found [1]',
  ],
  [
    'a relationship to no object',
    () => odcs(TWO(', relationships: [{ to: customer.id }]')),
    'the contract has no object "customer"; did you mean "customers"?',
  ],
  [
    'a relationship to no property',
    () => odcs(TWO(', relationships: [{ to: customers.idd }]')),
    '"customers" has no property "idd"; did you mean "id"?',
  ],
  [
    'a relationship to no id',
    () => odcs(TWO(', relationships: [{ to: schema/cust/properties/xid }]')),
    'no property has the ids "schema/cust/properties/xid"; did you mean "schema/cust/properties/cid"?',
  ],
  [
    'a relationship of another object',
    () => odcs(TWO('', '    relationships: [{ from: customers.id, to: orders.customer }]\n')),
    'the relationship is one of "customers"',
  ],
  [
    'a key of two columns for one',
    () =>
      odcs(
        TWO('', '    relationships: [{ from: [orders.customer], to: [customers.id, customers.region] }]\n'),
      ),
    'a key of 1 columns cannot refer to one of 2',
  ],
  [
    'a service level of no column',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: at, logicalType: date }]\n',
        'slaProperties: [{ property: latency, value: 1, unit: d, element: t.att }]\n',
      ),
    'the contract has no "t.att"; did you mean "t.at"?',
  ],
  [
    'a service level without a unit',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: at, logicalType: date }]\n',
        'slaProperties: [{ property: latency, value: 1, element: t.at }]\n',
      ),
    'the key "unit" is missing; one of min, h, d, w, month, y',
  ],
  [
    'a unit of two meanings',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: at, logicalType: date }]\n',
        'slaProperties: [{ property: latency, value: 1, unit: m, element: t.at }]\n',
      ),
    'found "m", which could be minutes or months',
  ],
  [
    'a service level that is no number',
    () =>
      odcs(
        '  - name: t\n    properties: [{ name: at, logicalType: date }]\n',
        'slaProperties: [{ property: latency, value: soon, unit: d, element: t.at }]\n',
      ),
    'expected a number, found "soon"',
  ],
])('%s is refused', (_what, work, words) => {
  expect(messageOf(work)).toContain(words);
});
