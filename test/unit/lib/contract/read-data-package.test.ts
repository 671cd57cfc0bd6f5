import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { javaPattern } from '../../../../actions/lib/contract/data-package/strptime.ts';
import { compileDateFormat } from '../../../../actions/lib/tabular/date-format.ts';
import { columnOf, messageOf, read, rulesOf, tableOf } from './contracts.ts';

/** A lone Table Schema with the field given. */
const field = (descriptor: object, more: object = {}) =>
  read({ fields: [{ name: 'x', ...descriptor }], ...more }, 'data/people.schema.json');
const resource = (descriptor: object) =>
  read({
    name: 'p',
    resources: [{ name: 'r', path: 'r.csv', schema: { fields: [{ name: 'x' }] }, ...descriptor }],
  });

const WHOLE = '^(?:[+-]?';

test.each<[object, object, object]>([
  [{ type: 'string' }, { type: 'string' }, {}],
  [{ type: 'string', format: 'email' }, { type: 'string' }, { format: 'email' }],
  [{ type: 'string', format: 'uri' }, { type: 'string' }, { format: 'uri' }],
  [{ type: 'string', format: 'uuid' }, { type: 'string' }, { format: 'uuid' }],
  [{ type: 'string', format: 'binary' }, { type: 'string' }, { format: 'byte' }],
  [{ type: 'integer' }, { type: 'integer' }, {}],
  [{ type: 'number' }, { type: 'number' }, {}],
  [
    { type: 'number', decimalChar: ',' },
    {},
    { pattern: `${WHOLE}(?:\\d+(?:,\\d*)?|,\\d+)(?:[eE][+-]?\\d+)?)$` },
  ],
  [{ type: 'integer', groupChar: ',' }, {}, { pattern: `${WHOLE}(?:\\d+|\\d{1,3}(?:,\\d{3})+))$` }],
  [{ type: 'integer', bareNumber: false }, {}, { pattern: '^(?:[^\\d+-]*[+-]?\\d+\\D*)$' }],
  [{ type: 'boolean' }, {}, { validValues: ['true', 'True', 'TRUE', '1', 'false', 'False', 'FALSE', '0'] }],
  [{ type: 'boolean', trueValues: ['y'], falseValues: ['n'] }, {}, { validValues: ['y', 'n'] }],
  [{ type: 'date' }, { type: 'date' }, {}],
  [{ type: 'date', format: '%d/%m/%Y' }, { type: 'date', format: 'dd/MM/yyyy' }, {}],
  [{ type: 'date', format: 'fmt:%d/%m/%Y' }, { type: 'date', format: 'dd/MM/yyyy' }, {}],
  [{ type: 'date', format: 'any' }, {}, {}],
  [{ type: 'datetime' }, { type: 'timestamp' }, {}],
  [{ type: 'datetime', format: '%Y-%m-%dT%H:%M' }, { type: 'timestamp', format: "yyyy-MM-dd'T'HH:mm" }, {}],
  [{ type: 'time' }, { type: 'time' }, {}],
  [{ type: 'year' }, { type: 'integer' }, { pattern: '^(?:-?\\d{4,})$' }],
  [{ type: 'yearmonth' }, { type: 'string' }, { pattern: '^(?:-?\\d{4,}-(?:0[1-9]|1[0-2]))$' }],
  [{ type: 'duration' }, { type: 'string' }, { format: 'duration' }],
  [{ type: 'object' }, { type: 'object' }, {}],
  [{ type: 'array' }, { type: 'array' }, {}],
  [{ type: 'list' }, { type: 'string' }, {}],
  [{ type: 'geojson' }, { type: 'object' }, {}],
  [{ type: 'geopoint', format: 'object' }, { type: 'object' }, {}],
  [{ type: 'any' }, {}, {}],
  [{}, {}, {}],
])('the field %j has its type and restrictions', (descriptor, type, restrictions) => {
  const table = tableOf(field(descriptor));
  expect(columnOf(table, 'x')).toEqual({ name: 'x', classified: false, ...type });
  const given = rulesOf(table, 'invalidValues')[0]?.arguments ?? { ignoreMisfits: true };
  expect(given).toEqual({ ...restrictions, ignoreMisfits: true });
});

test.each([
  ['4.5, 45', true],
  ['-90.50,45.50', true],
  ['90.50', false],
  ['90.5; 45', false],
])('the geopoint %s fits its form: %s', (value, fits) => {
  const pattern = String(
    rulesOf(tableOf(field({ type: 'geopoint' })), 'invalidValues')[0]?.arguments['pattern'],
  );
  expect(new RegExp(pattern).test(value)).toBe(fits);
});

test.each([
  ['1.234.567,89', true],
  ['-1234,5', true],
  ['1.23,4', false],
  ['1,234.5', false],
])('a number with a decimal comma, %s, fits its form: %s', (value, fits) => {
  const table = tableOf(field({ type: 'number', decimalChar: ',', groupChar: '.' }));
  const pattern = String(rulesOf(table, 'invalidValues')[0]?.arguments['pattern']);
  expect(new RegExp(pattern).test(value)).toBe(fits);
});

// Instants by `datetime.strptime(text, pattern)` of CPython 3.11.7, in UTC; `-` is left out there, as it allows short
// numbers anyway, and %F and %T are written out.
test.each([
  ['%d/%m/%Y', '29/02/2024', Date.UTC(2024, 1, 29)],
  ['%Y-%-m-%-d %-H:%M', '2024-2-9 7:05', Date.UTC(2024, 1, 9, 7, 5)],
  ['%d/%m/%Y %H:%M:%S', '12/11/2018 09:15:32', 1542014132000],
  ['%Y-%m-%dT%H:%M:%S.%f', '2024-01-26T15:00:00.300500', 1706281200300],
  ['%F %T', '2024-01-26 15:00:00', 1706281200000],
  ['%Y%m%d %z', '20240126 +0530', 1706207400000],
  ['100%% %Y', '100% 2024', Date.UTC(2024, 0, 1)],
])('the strptime pattern %s reads %s', (pattern, text, instant) => {
  const java = javaPattern(pattern);
  const parse = typeof java === 'string' ? compileDateFormat(java) : java;
  if (typeof parse !== 'function') throw new Error(`not read: ${JSON.stringify(parse)}`);
  expect(parse(text)).toBe(instant);
});

test.each([
  ['%b', '%b'],
  ['%y-%m', '%y'],
  ['%d %', '%'],
])('the strptime pattern %s is not read, for its %s', (pattern, unsupported) => {
  expect(javaPattern(pattern)).toEqual({ unsupported });
});

test('constraints are rules', () => {
  const table = tableOf(
    field({
      type: 'integer',
      constraints: { required: true, unique: true, minimum: 1, exclusiveMaximum: '10', enum: [1, 2, 3] },
    }),
  );
  const none = { severity: 'error', threshold: { kind: 'single', operator: 'mustBe', value: 0 } };
  expect(table.rules.map(({ at: _at, ...rule }) => rule)).toEqual([
    { check: 'schemaMatch', ...none, arguments: { fieldsMatch: 'exact' } },
    { check: 'dataType', ...none, column: 'x', arguments: {} },
    { check: 'nullValues', ...none, column: 'x', title: 'required', arguments: {} },
    { check: 'duplicateValues', ...none, column: 'x', title: 'unique', arguments: {} },
    {
      check: 'invalidValues',
      ...none,
      column: 'x',
      arguments: { minimum: 1, exclusiveMaximum: '10', validValues: [1, 2, 3], ignoreMisfits: true },
    },
  ]);
});

test.each([
  [{ type: 'string', constraints: { pattern: 'a|b' } }, { pattern: '^(?:a|b)$' }],
  [
    { type: 'string', constraints: { minLength: 1, maxLength: 3 } },
    { minLength: 1, maxLength: 3 },
  ],
  [{ type: 'date', constraints: { minimum: '2024-01-01' } }, { minimum: '2024-01-01' }],
  [{ type: 'string', categories: ['a', 'b'] }, { validValues: ['a', 'b'] }],
  [{ type: 'integer', categories: [{ value: 0, label: 'no' }, { value: 1 }] }, { validValues: [0, 1] }],
  [{ type: 'string', categories: ['a', 'b', 'c'], constraints: { enum: ['a'] } }, { validValues: ['a'] }],
])('the field %j restricts its values', (descriptor, expected) => {
  expect(rulesOf(tableOf(field(descriptor)), 'invalidValues')[0]?.arguments).toEqual({
    ...expected,
    ignoreMisfits: true,
  });
});

test('keys are rules; those of the primary key must be there', () => {
  const contract = read({
    resources: [
      {
        name: 'orders',
        path: 'orders.csv',
        schema: {
          fields: [{ name: 'id' }, { name: 'customer' }, { name: 'region' }, { name: 'parent' }],
          primaryKey: ['id', 'region'],
          uniqueKeys: [['id'], ['customer', 'region']],
          foreignKeys: [
            { fields: 'customer', reference: { resource: 'customers', fields: 'id' } },
            { fields: ['parent'], reference: { resource: '', fields: ['id'] } },
            { fields: ['parent'], reference: { fields: ['id'] } },
          ],
        },
      },
      { name: 'customers', path: ['a.csv', 'b.csv'], schema: { fields: [{ name: 'id' }], primaryKey: 'id' } },
    ],
  });
  const orders = tableOf(contract, 'orders');
  expect(orders.primaryKey).toEqual(['id', 'region']);
  expect(rulesOf(orders, 'nullValues').map(({ column }) => column)).toEqual(['id', 'region']);
  expect(rulesOf(orders, 'duplicateValues').map((rule) => [rule.title, rule.arguments])).toEqual([
    ['primary key', { properties: ['id', 'region'] }],
    ['unique key', { properties: ['id'] }],
    ['unique key', { properties: ['customer', 'region'] }],
  ]);
  expect(rulesOf(orders, 'referentialIntegrity').map((rule) => rule.arguments)).toEqual([
    { columns: ['customer'], table: 'customers', references: ['id'] },
    { columns: ['parent'], table: 'orders', references: ['id'] },
    { columns: ['parent'], table: 'orders', references: ['id'] },
  ]);
  const customers = tableOf(contract, 'customers');
  expect(customers.files).toEqual(['a.csv', 'b.csv']);
  expect(rulesOf(customers, 'duplicateValues')).toMatchObject([{ column: 'id', title: 'primary key' }]);
});

test.each([
  ['exact', 'exact'],
  [undefined, 'exact'],
  ['equal', 'equal'],
  ['subset', 'subset'],
  [['superset'], 'superset'],
  ['partial', 'partial'],
])('fieldsMatch %j is %s', (given, expected) => {
  const table = tableOf(field({}, { fieldsMatch: given }));
  expect(table.fieldsMatch).toBe(expected);
  expect(rulesOf(table, 'schemaMatch')[0]?.arguments).toEqual({ fieldsMatch: expected });
});

test('missing values are texts or have labels', () => {
  expect(tableOf(field({}, { missingValues: ['', 'NA'] })).nullTexts).toEqual(['NA']);
  expect(
    tableOf(field({}, { missingValues: [{ value: '-99', label: 'refused' }, { value: '' }] })).nullTexts,
  ).toEqual(['-99']);
  expect(field({}, { missingValues: ['-'] }).unchecked).toEqual([
    'data/people.schema.json:7:20: missingValues: empty cells count as missing all the same, though the list does not have ""',
  ]);
});

test('a lone schema is a table with the name of its file', () => {
  const contract = field({});
  expect(contract.tables[0]?.spec.name).toBe('people');
  expect(contract.filesFrom).toBe('contract');
});

test('the dialect, the digest and the size of a resource are known', () => {
  const sha256 = 'C'.repeat(64);
  const table = tableOf(
    resource({
      format: 'csv',
      encoding: 'iso-8859-1',
      bytes: 12,
      hash: `sha256:${sha256}`,
      dialect: { delimiter: ';', quoteChar: "'", header: true, lineTerminator: '\r\n', nullSequence: '\\N' },
    }),
  );
  expect(table.dialect).toEqual({ format: 'csv', encoding: 'iso-8859-1', delimiter: ';', quote: "'" });
  expect(table.nullTexts).toEqual(['\\N']);
  expect(rulesOf(table, 'fileIntegrity')).toMatchObject([
    { arguments: { file: 'r.csv', sha256: 'c'.repeat(64), byteCount: 12 } },
  ]);
  expect(tableOf(resource({ path: 'x.bin', mediatype: 'application/x-ndjson' })).dialect).toEqual({
    format: 'jsonl',
  });
});

test('a schema in another file is read from what is given', () => {
  const document = { resources: [{ name: 'r', path: 'r.csv', schema: 'r.schema.json' }] };
  const references = new Map([['r.schema.json', '{"fields":[{"name":"x","type":"integer"}]}']]);
  const table = tableOf(read(document, 'datapackage.json', { references }));
  expect(columnOf(table, 'x')?.type).toBe('integer');
  expect(table.rules[0]?.at).toBe('r.schema.json:1:1');
  expect(messageOf(() => read(document, 'datapackage.json'))).toContain(
    'the schema is in another file, "r.schema.json", which was not read',
  );
});

test('what is not checked is said', () => {
  const { unchecked } = read({
    resources: [
      { name: 'image', path: 'a.png' },
      {
        name: 'r',
        path: ['r.csv', 'https://example.org/s.csv'],
        hash: 'd41d8cd98f00b204e9800998ecf8427e',
        dialect: { header: false, delimiter: ',' },
        schema: {
          fields: [
            { name: 'a', type: 'date', format: '%b %Y' },
            { name: 'b', type: 'number', decimalChar: ',', constraints: { minimum: 3 } },
            { name: 'c', type: 'array', constraints: { minLength: 2, jsonSchema: {} } },
            { name: 'd', type: 'string', missingValues: ['', '-'] },
          ],
          foreignKeys: [{ fields: 'a', reference: { resource: 'other', fields: 'a' } }],
        },
      },
    ],
  });
  expect(unchecked.map((line) => line.replace(/^c\.yaml:\d+:\d+: /, ''))).toEqual([
    'resources[1].schema.fields[0]: the directive %b of the format "%b %Y" is not read',
    'resources[1].schema.fields[1]: numbers with other signs than a point are held to their form, not to their value',
    'resources[1].schema.fields[1].constraints.minimum: minimum is not checked, as values of this type are not read',
    'resources[1].schema.fields[2].constraints.jsonSchema: JSON Schemas of single fields are not checked; give a row schema',
    'resources[1].schema.fields[2].constraints.minLength: minLength is not checked, as values of this type are not read',
    'resources[1].schema.fields[3].missingValues: missing values of single fields are not told apart; those of the schema count',
    'resources[1].path: nothing is fetched from "https://example.org/s.csv"; give the file to the step',
    'resources[1].dialect.header: files are not read by "header: false"',
    'resources: resources without a schema are not looked at: image',
    'resources[1].hash: only hashes of the form sha256:<64 digits> are checked; this one is not',
    'resources[1].schema.foreignKeys[0]: the foreign key to "other" is not checked, as no package names that table',
  ]);
});

test.each<[string, () => unknown, string]>([
  [
    'a package without schemas',
    () => read({ resources: [{ name: 'a', path: 'a.csv' }] }),
    'the contract asks for nothing, so that any data would pass',
  ],
  [
    'a schema without fields',
    () => read({ fields: [] }),
    'the contract asks for nothing, so that any data would pass',
  ],
  ['a resource without a name', () => resource({ name: undefined }), 'the resource has no name'],
  ['a field without a name', () => read({ fields: [{ type: 'string' }] }), 'the field has no name'],
  [
    'an unknown type',
    () => field({ type: 'integr' }),
    'fields[0].type: unknown type "integr"; did you mean "integer"?',
  ],
  [
    'an unknown constraint',
    () => field({ constraints: { minimun: 1 } }),
    'unknown constraint; did you mean "minimum"?',
  ],
  [
    'limits the wrong way round',
    () => field({ type: 'integer', constraints: { minimum: 3, maximum: 1 } }),
    'no value can be right',
  ],
  [
    'a limit of another type',
    () => field({ type: 'date', constraints: { minimum: 'now' } }),
    'the limit "now" is not a date',
  ],
  [
    'a pattern that is not linear',
    () => field({ constraints: { pattern: '(a)\\1' } }),
    'not a regular expression of the RE2 syntax',
  ],
  ['an empty enum', () => field({ constraints: { enum: [] } }), 'expected a list of values, found []'],
  [
    'a field twice',
    () => read({ fields: [{ name: 'x' }, { name: 'x' }] }),
    'the field "x" stands here again',
  ],
  [
    'an unknown key field',
    () => field({}, { primaryKey: ['xx'] }),
    'primaryKey: there is no field "xx"; did you mean "x"?',
  ],
  [
    'an unknown unique key field',
    () => field({}, { uniqueKeys: [['y']] }),
    'uniqueKeys[0]: there is no field "y"',
  ],
  [
    'an unknown way to match',
    () => field({}, { fieldsMatch: 'same' }),
    'fieldsMatch: expected one of exact, equal, subset, superset, partial, found "same"',
  ],
  [
    'missing values that are no list',
    () => field({}, { missingValues: 'NA' }),
    'missingValues: expected a list of texts, found "NA"',
  ],
  [
    'a path out of the package',
    () => resource({ path: '../secret.csv' }),
    'the path "../secret.csv" leaves the folder of the package',
  ],
  ['an absolute path', () => resource({ path: '/etc/passwd' }), 'leaves the folder of the package'],
  [
    'two resources of a name',
    () =>
      read({
        resources: [1, 2].map(() => ({ name: 'r', path: 'r.csv', schema: { fields: [{ name: 'x' }] } })),
      }),
    'two resources have the name "r"',
  ],
  [
    'a foreign key to no resource',
    () =>
      read({
        resources: ['orders', 'customers'].map((name) => ({
          name,
          path: 'r.csv',
          schema: {
            fields: [{ name: 'x' }],
            foreignKeys: [{ fields: 'x', reference: { resource: 'customer', fields: 'x' } }],
          },
        })),
      }),
    'the package has no resource "customer" with a schema; did you mean "customers"?',
  ],
  [
    'a foreign key of two fields for one',
    () => field({}, { foreignKeys: [{ fields: ['x'], reference: { fields: ['x', 'x'] } }] }),
    'a foreign key has "fields" and "reference.fields", as many of one as of the other',
  ],
])('%s is refused', (_what, work, words) => {
  expect(messageOf(work)).toContain(words);
});

test('the package of vega-datasets is read as it is', () => {
  const contract = read(
    readFileSync('node_modules/vega-datasets/datapackage.json', 'utf8'),
    'datapackage.json',
  );
  // Of 3.2.1, counted with the json module of CPython 3.11.7: 73 resources, 61 of them with a schema, 402 fields.
  expect(contract.tables).toHaveLength(61);
  expect(contract.tables.flatMap(({ spec }) => spec.columns)).toHaveLength(402);
  expect(contract.id).toBe('vega-datasets');
  expect(contract.unchecked.map((line) => line.replace(/: .*:/, ':'))).toHaveLength(2);
  const airports = tableOf(contract, 'airports');
  expect(rulesOf(airports, 'fileIntegrity')).toMatchObject([
    { arguments: { file: 'airports.csv', byteCount: 210365 } },
  ]);
});
