import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { columnOf, messageOf, odcs, read, rulesOf, tableOf } from './contracts.ts';

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

test('columns carry their type, options, keys, role and classification', () => {
  const table = tableOf(
    odcs(`  - name: people
    customProperties:
      - { property: fieldsMatch, value: subset }
      - { property: missingValues, value: ["", NA, "-"] }
    properties:
      - { name: b, primaryKey: true, primaryKeyPosition: 2, logicalType: date, logicalTypeOptions: { format: dd.MM.yyyy, minimum: "01.01.2024" } }
      - { name: a, physicalName: A, primaryKey: true, primaryKeyPosition: 1, logicalType: integer, logicalTypeOptions: { minimum: 18, multipleOf: 2 }, customProperties: [{ property: mlRole, value: id }] }
      - { name: mail, classification: pii, logicalType: string, unique: true, required: true, logicalTypeOptions: { format: email, maxLength: 50 } }
      - { name: size, physicalType: "DECIMAL(9,2)" }
      - { name: other, physicalType: geography, classification: public }
`),
  );
  expect(table.spec.columns).toEqual([
    { name: 'b', type: 'date', format: 'dd.MM.yyyy', classified: false },
    { name: 'A', type: 'integer', classified: false, role: 'id' },
    { name: 'mail', type: 'string', classified: true },
    { name: 'size', type: 'number', classified: false },
    { name: 'other', classified: false },
  ]);
  expect(table.primaryKey).toEqual(['A', 'b']);
  expect(table.nullTexts).toEqual(['NA', '-']);
  expect(table.fieldsMatch).toBe('subset');
  const none = { severity: 'error', threshold: { kind: 'single', operator: 'mustBe', value: 0 } };
  expect(table.rules.map(({ at: _at, ...one }) => one)).toEqual([
    { check: 'schemaMatch', ...none, arguments: { fieldsMatch: 'subset' } },
    { check: 'dataType', ...none, column: 'b', arguments: {} },
    { check: 'nullValues', ...none, column: 'b', title: 'required', arguments: {} },
    {
      check: 'invalidValues',
      ...none,
      column: 'b',
      arguments: { minimum: '01.01.2024', ignoreMisfits: true },
    },
    { check: 'dataType', ...none, column: 'A', arguments: {} },
    { check: 'nullValues', ...none, column: 'A', title: 'required', arguments: {} },
    {
      check: 'invalidValues',
      ...none,
      column: 'A',
      arguments: { minimum: 18, multipleOf: 2, ignoreMisfits: true },
    },
    { check: 'dataType', ...none, column: 'mail', arguments: {} },
    { check: 'nullValues', ...none, column: 'mail', title: 'required', arguments: {} },
    { check: 'duplicateValues', ...none, column: 'mail', title: 'unique', arguments: {} },
    {
      check: 'invalidValues',
      ...none,
      column: 'mail',
      arguments: { format: 'email', maxLength: 50, ignoreMisfits: true },
    },
    { check: 'dataType', ...none, column: 'size', arguments: {} },
    { check: 'duplicateValues', ...none, title: 'primary key', arguments: { properties: ['A', 'b'] } },
  ]);
});

test.each([
  [
    '',
    [
      [{ aspects: ['missing'] }, 'error'],
      [{ aspects: ['extra'] }, 'warning'],
    ],
  ],
  ['exact', [[{ fieldsMatch: 'exact' }, 'error']]],
  ['equal', [[{ fieldsMatch: 'equal' }, 'error']]],
  ['subset', [[{ fieldsMatch: 'subset' }, 'error']]],
  [
    'superset',
    [
      [{ fieldsMatch: 'superset' }, 'error'],
      [{ aspects: ['missing'], columns: ['b'] }, 'error'],
    ],
  ],
  [
    'partial',
    [
      [{ fieldsMatch: 'partial' }, 'error'],
      [{ aspects: ['missing'], columns: ['b'] }, 'error'],
    ],
  ],
])('fieldsMatch "%s" says which columns must be there', (word, expected) => {
  const given = word === '' ? '' : `    customProperties: [{ property: fieldsMatch, value: ${word} }]\n`;
  const table = tableOf(
    odcs(`  - name: t\n${given}    properties: [{ name: a }, { name: b, required: true }]\n`),
  );
  expect(rulesOf(table, 'schemaMatch').map((one) => [one.arguments, one.severity])).toEqual(expected);
});

test.each([
  ['mustBe: 1', { kind: 'single', operator: 'mustBe', value: 1 }],
  ['mustNotBe: 1', { kind: 'single', operator: 'mustNotBe', value: 1 }],
  ['mustBeGreaterThan: 1', { kind: 'single', operator: 'mustBeGreaterThan', value: 1 }],
  ['mustBeGreaterOrEqualTo: 1', { kind: 'single', operator: 'mustBeGreaterOrEqualTo', value: 1 }],
  ['mustBeLessThan: 1', { kind: 'single', operator: 'mustBeLessThan', value: 1 }],
  ['mustBeLessOrEqualTo: 1', { kind: 'single', operator: 'mustBeLessOrEqualTo', value: 1 }],
  ['mustBeBetween: [1, 2]', { kind: 'range', operator: 'mustBeBetween', value: [1, 2] }],
  ['mustNotBeBetween: [1, 2]', { kind: 'range', operator: 'mustNotBeBetween', value: [1, 2] }],
])('the operator %s is read in library rules and inside of implementation', (text, threshold) => {
  expect(rulesOf(rule(`{ metric: nullValues, ${text} }`), 'nullValues')).toMatchObject([
    { check: 'nullValues', column: 'x', severity: 'error', threshold },
  ]);
  expect(rulesOf(rule(custom(`check: nullValues, ${text}`)), 'nullValues')).toMatchObject([{ threshold }]);
});

test.each([
  ['{ metric: nullValues, mustBe: 0, unit: percent }', 'nullValues', {}, 'percent'],
  ['{ metric: missingValues, mustBe: 0, unit: rows }', 'missingValues', {}, 'rows'],
  [
    '{ metric: missingValues, mustBe: 0, unit: percent, arguments: { missingValues: [null, N/A, -1] } }',
    'missingValues',
    { missingValues: [null, 'N/A', -1] },
    'percent',
  ],
  [
    '{ metric: invalidValues, mustBe: 0, unit: percent, arguments: { validValues: [a, b], pattern: "^x" } }',
    'invalidValues',
    { validValues: ['a', 'b'], pattern: '^x' },
    'percent',
  ],
  ['{ metric: duplicateValues, mustBe: 0, unit: percent }', 'duplicateValues', {}, 'percent'],
])('the library rule %s is read', (text, check, given, unit) => {
  expect(rulesOf(rule(text), check)).toMatchObject([{ column: 'x', arguments: given, unit }]);
});

test('library rules of the object are read', () => {
  expect(rulesOf(tableRule('{ metric: rowCount, mustBeGreaterThan: 5 }'), 'rowCount')).toMatchObject([
    { arguments: {}, threshold: { operator: 'mustBeGreaterThan', value: 5 } },
  ]);
  const keys = rulesOf(
    tableRule(
      '{ metric: duplicateValues, arguments: { properties: [x, y] }, mustBeLessThan: 1, unit: percent, severity: warning, dimension: uniqueness, name: twins }',
    ),
    'duplicateValues',
  );
  expect(keys).toEqual([
    {
      check: 'duplicateValues',
      severity: 'warning',
      dimension: 'uniqueness',
      title: 'twins',
      threshold: { kind: 'single', operator: 'mustBeLessThan', value: 1 },
      unit: 'percent',
      arguments: { properties: ['x', 'Y'] },
    },
  ]);
});

test('invalidValues without arguments is about the options of the type', () => {
  const table = rule(
    '{ metric: invalidValues, mustBeLessThan: 5, unit: percent }',
    'logicalType: integer, logicalTypeOptions: { minimum: 0 }',
  );
  expect(rulesOf(table, 'invalidValues')).toMatchObject([
    { arguments: { minimum: 0, ignoreMisfits: true }, threshold: { operator: 'mustBe' } },
    { arguments: { minimum: 0 }, unit: 'percent', threshold: { operator: 'mustBeLessThan' } },
  ]);
});

test('custom rules take their limit, labels and arguments from implementation', () => {
  expect(
    rulesOf(
      rule(
        '{ type: custom, engine: validateData, severity: warning, name: outer, implementation: { check: statistic, statistic: median, mustBeBetween: [1, 2], name: inner, dimension: accuracy } }',
        'logicalType: number',
      ),
      'statistic',
    ),
  ).toEqual([
    {
      check: 'statistic',
      severity: 'warning',
      dimension: 'accuracy',
      title: 'outer',
      threshold: { kind: 'range', operator: 'mustBeBetween', value: [1, 2] },
      column: 'x',
      arguments: { statistic: 'median' },
    },
  ]);
  expect(
    rulesOf(
      tableRule(custom('check: temporalLeakage, column: x, order: [train, test]'), SPLITS),
      'temporalLeakage',
    ),
  ).toMatchObject([{ arguments: { column: 'x', order: ['train', 'test'] } }]);
});

test.each([
  ['i8', -128, 127],
  ['u8', 0, 255],
  ['i16', -32768, 32767],
  ['i32', -2147483648, 2147483647],
  ['u32', 0, 4294967295],
])('the width %s of integers is a range', (format, minimum, maximum) => {
  const table = tableOf(
    odcs(
      `  - name: t\n    properties: [{ name: x, logicalType: integer, logicalTypeOptions: { format: ${format} } }]\n`,
    ),
  );
  expect(rulesOf(table, 'invalidValues')).toMatchObject([{ arguments: { minimum, maximum } }]);
});

test('a width does not loosen the limits that are given', () => {
  const table = tableOf(
    odcs(
      '  - name: t\n    properties: [{ name: x, logicalType: integer, logicalTypeOptions: { format: u8, minimum: 3 } }]\n',
    ),
  );
  expect(rulesOf(table, 'invalidValues')).toMatchObject([{ arguments: { minimum: 3, maximum: 255 } }]);
  expect(
    rulesOf(rule('', 'logicalType: number, logicalTypeOptions: { format: f64 }'), 'invalidValues'),
  ).toEqual([]);
});

const TWO = (customer: string, order = '') => `  - id: cust
    name: customers
    properties: [{ id: cid, name: id, physicalName: ID, logicalType: string }, { name: region, logicalType: string }]
  - name: orders
${order}    properties:
      - { name: customer, logicalType: string${customer} }
      - { name: region, logicalType: string }
`;

test.each([
  ['by names', ', relationships: [{ to: customers.id }]'],
  ['by names in a list', ', relationships: [{ to: [customers.id] }]'],
  ['by ids', ', relationships: [{ to: schema/cust/properties/cid }]'],
  ['by ids from the root', ', relationships: [{ to: /schema/cust/properties/cid }]'],
])('a relationship of a property, %s, is a key into another table', (_how, text) => {
  expect(rulesOf(tableOf(odcs(TWO(text)), 'orders'), 'referentialIntegrity')).toEqual([
    {
      check: 'referentialIntegrity',
      severity: 'error',
      threshold: { kind: 'single', operator: 'mustBe', value: 0 },
      column: 'customer',
      arguments: { columns: ['customer'], table: 'customers', references: ['ID'] },
    },
  ]);
});

test('a relationship of the object may have several columns', () => {
  const text =
    '    relationships: [{ from: [orders.customer, orders.region], to: [customers.id, customers.region] }]\n';
  expect(rulesOf(tableOf(odcs(TWO('', text)), 'orders'), 'referentialIntegrity')).toMatchObject([
    { arguments: { columns: ['customer', 'region'], table: 'customers', references: ['ID', 'region'] } },
  ]);
});

test.each([
  ['{ property: latency, value: 40, unit: d, element: t.at }', 'freshness', '40d'],
  ['{ property: ly, value: "36", unit: hours, element: t.at }', 'freshness', '129600s'],
  ['{ property: retention, value: 2, unit: y, element: t.at }', 'retention', '63115200s'],
  ['{ property: latency, value: 2, unit: w, element: t.at }', 'freshness', '14d'],
  ['{ property: latency, value: 90, unit: min, element: t.at }', 'freshness', '5400s'],
])('the service level %s is a rule', (text, check, maxAge) => {
  const contract = odcs(
    '  - name: t\n    properties: [{ name: at, physicalName: AT, logicalType: timestamp }]\n',
    `slaProperties: [ ${text} ]\n`,
  );
  expect(rulesOf(tableOf(contract), check)).toEqual([
    { check, severity: 'error', dimension: 'timeliness', column: 'AT', arguments: { maxAge } },
  ]);
});

test('files come from the object, from its splits, or from the server', () => {
  const server = 'servers: [{ server: s, type: local, path: "data/{model}/*.csv", format: csv }]\n';
  const contract = odcs(
    `  - name: a
    properties: [{ name: x }]
  - name: b
    customProperties: [{ property: files, value: [b1.csv, b2.csv] }]
    properties: [{ name: x }]
  - name: c
${SPLITS}    properties: [{ name: x }]
`,
    server,
  );
  expect(contract.tables.map(({ files, splits, dialect }) => ({ files, splits, dialect }))).toEqual([
    { files: ['data/a/*.csv'], splits: [], dialect: { format: 'csv' } },
    { files: ['b1.csv', 'b2.csv'], splits: [], dialect: {} },
    {
      files: [],
      splits: [
        { name: 'train', files: ['a.csv'] },
        { name: 'test', files: ['b.csv', 'c.csv'] },
      ],
      dialect: {},
    },
  ]);
  expect(contract.filesFrom).toBe('workspace');
  expect(contract.tables[2]?.spec.splits).toEqual(['train', 'test']);
});

test('one of several servers is named; a path for all objects says of which none its files are', () => {
  const servers = `servers:
  - { server: prod, type: s3, location: "s3://b/x.csv" }
  - { server: dev, type: local, path: dev/data.csv, format: csv }
  - { server: ci, type: custom, path: "ci/{model}.delta", format: delta }
`;
  const one = '  - name: a\n    properties: [{ name: x }]\n';
  const two = `${one}  - name: b\n    properties: [{ name: x }]\n`;
  const files = (objects: string, server?: string) => {
    const contract = odcs(objects, servers, server === undefined ? {} : { server });
    return [contract.tables.map((table) => table.files), contract.unchecked.map((line) => line.slice(7))];
  };
  expect(files(one)).toEqual([
    [[]],
    [
      '8:5: servers[0]: data is not read from a server of type "s3"; give the files to the step, or add a server of type local',
      '10:5: servers[2]: more than one server has files; name the one that is meant, or give the files to the step',
    ],
  ]);
  expect(files(one, 'dev')).toEqual([[['dev/data.csv']], []]);
  expect(files(two, 'dev')).toEqual([
    [[], []],
    ['9:5: servers[1]: the path has no {model}, so that it is not said which object its files are'],
  ]);
  expect(files(two, 'ci')).toEqual([
    [['ci/a.delta'], ['ci/b.delta']],
    ['10:67: servers[2].format: files of format "delta" are not read as such; each goes by its name'],
  ]);
  expect(messageOf(() => files(one, 'def'))).toBe(
    'server: the contract has no server "def"; did you mean "dev"?',
  );
});

test('arguments name columns as the contract does', () => {
  expect(
    rulesOf(
      tableRule(custom('check: groupLeakage, between: [train, test], column: y'), SPLITS),
      'groupLeakage',
    ),
  ).toMatchObject([{ arguments: { column: 'Y' } }]);
});

test('what is not checked is said, with its place', () => {
  const { unchecked } = odcs(
    `  - name: t
    customProperties: [{ property: fieldMatch, value: exact }, { property: owner, value: me }]
    relationships: [{ from: t.x, to: other.yaml#/schema/o/properties/p }]
    properties:
      - { name: x, logicalType: array, logicalTypeOptions: { minItems: 1 }, items: { logicalType: string } }
      - { name: y, physicalType: geography }
      - name: z
        quality:
          - { type: text, description: looks fine }
          - { type: custom, engine: soda, implementation: "row_count > 0" }
`,
    'servers: [{ server: s, type: s3, location: "s3://b/x.csv" }]\nslaProperties: [{ property: availability, value: 99 }, { property: latency, value: 1, unit: d }]\n',
  );
  expect(unchecked).toEqual([
    'c.yaml:7:11: servers[0]: data is not read from a server of type "s3"; give the files to the step, or add a server of type local',
    'c.yaml:14:84: schema[0].properties[0].items: what is inside of nested values is not checked, but for structs of Parquet and Arrow files',
    'c.yaml:14:72: schema[0].properties[0].logicalTypeOptions.minItems: this option is not checked',
    'c.yaml:15:34: schema[0].properties[1].physicalType: the physical type "geography" is not known; give a logicalType to have values checked',
    'c.yaml:11:24: schema[0]: the custom property "fieldMatch" means nothing here; did you mean "fieldsMatch"?',
    'c.yaml:18:13: schema[0].properties[2].quality[0]: a rule for people: "looks fine"',
    'c.yaml:19:13: schema[0].properties[2].quality[1]: a rule for the engine "soda", which only that tool can run; engine validateData is the one of this action',
    'c.yaml:12:21: schema[0].relationships[0]: the relationship to "other.yaml#/schema/o/properties/p" is not checked, as this contract does not describe that table',
    'c.yaml:8:17: slaProperties[0]: the service level "availability" says nothing that files could show',
    'c.yaml:8:56: slaProperties[1]: the service level "latency" names no element; with "element: <object>.<property>" it would be checked',
  ]);
});

test('the complete example of a churn model is read, with every rule', () => {
  const text = readFileSync('test/fixtures/contract/churn.odcs.yaml', 'utf8');
  const contract = read(text, 'churn.odcs.yaml');
  expect(contract.unchecked).toEqual([]);
  expect(contract.tables.map(({ spec }) => spec.name)).toEqual(['customers', 'plans']);
  const customers = tableOf(contract, 'customers');
  expect(customers.splits).toEqual([
    { name: 'train', files: ['data/customers.train-*.csv.gz'] },
    { name: 'test', files: ['data/customers.test.csv.gz'] },
  ]);
  expect(columnOf(customers, 'churned')).toEqual({
    name: 'churned',
    type: 'integer',
    classified: false,
    role: 'label',
  });
  expect(columnOf(customers, 'email')?.classified).toBe(true);
  const written = customers.rules.filter(({ at }) => Number(at?.split(':')[1]) > 36);
  expect(
    customers.rules.map(({ check, column }) => `${check}${column === undefined ? '' : ` ${column}`}`),
  ).toEqual([
    'schemaMatch',
    'dataType customer_id',
    'nullValues customer_id',
    'invalidValues customer_id',
    'dataType month',
    'nullValues month',
    'invalidValues month',
    'dataType age',
    'nullValues age',
    'invalidValues age',
    'dataType income',
    'invalidValues income',
    'dataType plan',
    'nullValues plan',
    'dataType email',
    'invalidValues email',
    'dataType signup_at',
    'nullValues signup_at',
    'dataType last_seen_at',
    'dataType churned',
    'nullValues churned',
    'nullValues income',
    'statistic income',
    'drift income',
    'referentialIntegrity plan',
    'invalidValues plan',
    'drift plan',
    'invalidValues churned',
    'classBalance churned',
    'drift churned',
    'rowCount',
    'duplicateValues',
    'rowCountChange',
    'rowCondition',
    'conflictingLabels',
    'splitLeakage',
    'groupLeakage',
    'temporalLeakage',
    'targetLeakage',
    'datasetDrift',
    'piiValues',
    'freshness month',
  ]);
  expect(written.every(({ at }) => at?.startsWith('churn.odcs.yaml:'))).toBe(true);
  expect(
    rulesOf(customers, 'rowCondition')[0]?.title ?? rulesOf(customers, 'rowCondition')[0]?.arguments['name'],
  ).toBe('seen-after-signup');
  const plans = tableOf(contract, 'plans');
  expect(plans.files).toEqual(['data/plans.csv']);
  expect(plans.dialect).toEqual({ format: 'csv' });
  expect(plans.primaryKey).toEqual(['plan_id']);
  expect(plans.rules.map(({ check }) => check)).toEqual([
    'schemaMatch',
    'schemaMatch',
    'dataType',
    'nullValues',
    'duplicateValues',
    'dataType',
    'invalidValues',
  ]);
});

const NESTED = (files: string) => `  - name: t
    customProperties: [{ property: files, value: ${files} }]
    properties:
      - name: id
      - name: address
        physicalName: addr
        logicalType: object
        required: true
        properties:
          - { name: city, logicalType: string, required: true, quality: [{ metric: nullValues, mustBe: 0 }] }
          - { name: geo, logicalType: object, properties: [{ name: lat, physicalName: LAT, logicalType: number }] }
    quality:
      - { metric: duplicateValues, arguments: { properties: [address.city, addr.geo.LAT] }, mustBe: 0 }
`;

test('structs of Parquet files are laid flat, and their parts are columns', () => {
  const contract = odcs(NESTED('data/*.parquet'));
  const table = tableOf(contract);
  expect(table.spec.columns).toEqual([
    { name: 'id', classified: false },
    { name: 'addr.city', type: 'string', classified: false },
    { name: 'addr.geo.LAT', type: 'number', classified: false },
  ]);
  expect(rulesOf(table, 'nullValues', 'addr.city')).toHaveLength(2);
  expect(rulesOf(table, 'duplicateValues')).toMatchObject([
    { arguments: { properties: ['addr.city', 'addr.geo.LAT'] } },
  ]);
  expect(contract.unchecked).toEqual([
    'c.yaml:15:19: schema[0].properties[1].required: a struct is laid flat, so that nothing is checked of it as a whole',
  ]);
  const json = messageOf(() => odcs(NESTED('data/*.json')));
  expect(json).toContain('unknown column "address.city"');
});

test('a later minor version is read as v3.1, and that is said', () => {
  const text =
    'apiVersion: v3.2.0\nkind: DataContract\nid: i\nversion: "1"\nstatus: active\nschema: [{ name: t, properties: [{ name: x }] }]\n';
  expect(read(text).unchecked).toEqual([
    'c.yaml:1:13: apiVersion: v3.2.0 is newer than v3.1.0, as which the contract is read',
  ]);
  expect(messageOf(() => read(text.replace('v3.2.0', 'v4.0.0')))).toContain('apiVersion: expected one of');
});

test.each([
  ['logicalType: date, physicalType: timestamp', { type: 'timestamp' }],
  ['logicalType: date, physicalType: timestamp_tz', { type: 'timestamp' }],
  ['logicalType: date, physicalType: date', { type: 'date' }],
  [
    'logicalType: date, physicalType: timestamp, logicalTypeOptions: { format: "yyyy-MM-dd HH:mm:ss" }',
    { type: 'date', format: 'yyyy-MM-dd HH:mm:ss' },
  ],
  ['logicalType: timestamp, logicalTypeOptions: { minimum: "2024-01-01" }', { type: 'timestamp' }],
])('the property of %s is %j', (text, expected) => {
  const table = tableOf(odcs(`  - name: t\n    properties: [{ name: x, ${text} }]\n`));
  expect(table.spec.columns).toEqual([{ name: 'x', classified: false, ...expected }]);
});

test('a relationship and a service level of a table that is not described are said, and not checked', () => {
  const contract = odcs(
    '  - name: tbl\n    properties: [{ name: x, relationships: [{ to: receiver_types.code }] }]\n',
    'slaProperties: [{ property: latency, value: 4, unit: d, element: facts.day }]\n',
  );
  expect(tableOf(contract).rules.map(({ check }) => check)).toEqual(['schemaMatch', 'schemaMatch']);
  expect(contract.unchecked.map((line) => line.replace(/^c\.yaml:\d+:\d+: /, ''))).toEqual([
    'schema[0].properties[0].relationships[0]: the relationship to "receiver_types.code" is not checked, as this contract does not describe that table',
    'slaProperties[0]: "facts.day" is no property of this contract',
  ]);
});
