import { expect, test } from 'vitest';
import { chooseTable } from '../../../../actions/lib/contract/choose-table.ts';
import { contractReferences } from '../../../../actions/lib/contract/read-contract.ts';
import { isPathOfSplit } from '../../../../actions/lib/contract/split-of-path.ts';
import { messageOf, odcs, read } from './contracts.ts';

const TABLE_SCHEMA = { fields: [{ name: 'a', type: 'integer' }] };
const RESOURCE = { name: 'r', path: 'r.csv', schema: TABLE_SCHEMA };
const CROISSANT = {
  '@context': { '@vocab': 'https://schema.org/', cr: 'http://mlcommons.org/croissant/' },
  '@type': 'sc:Dataset',
  conformsTo: 'http://mlcommons.org/croissant/1.1',
  name: 'd',
  distribution: [{ '@type': 'cr:FileObject', '@id': 'f', contentUrl: 'f.csv', encodingFormat: 'text/csv' }],
  recordSet: [
    {
      '@type': 'cr:RecordSet',
      '@id': 'r',
      field: [
        {
          '@type': 'cr:Field',
          '@id': 'r/a',
          dataType: 'sc:Integer',
          source: { fileObject: { '@id': 'f' }, extract: { column: 'a' } },
        },
      ],
    },
  ],
};
const ODCS = {
  apiVersion: 'v3.1.0',
  kind: 'DataContract',
  id: 'i',
  version: '1',
  status: 'active',
  schema: [{ name: 't', properties: [{ name: 'a', logicalType: 'integer' }] }],
};

test.each([
  ['odcs', ODCS],
  ['table-schema', TABLE_SCHEMA],
  ['data-package', { name: 'p', resources: [RESOURCE] }],
  ['data-package', RESOURCE],
  ['croissant', CROISSANT],
] as const)('a contract says itself that it is %s', (format, document) => {
  const contract = read(document, 'some/place/c.json');
  expect(contract.format).toBe(format);
  expect(contract.tables).toHaveLength(1);
  expect(contract.tables[0]?.spec.columns).toEqual([{ name: 'a', type: 'integer', classified: false }]);
  expect(contract.tables[0]?.rules.map(({ check }) => check)).toContain('dataType');
  expect(contract.unchecked).toEqual([]);
});

test('a byte order mark is no problem, in YAML and in JSON', () => {
  expect(read(`\ufeff${JSON.stringify(TABLE_SCHEMA)}`).tables).toHaveLength(1);
  expect(read('\ufefffields: [{ name: a }]\n').tables).toHaveLength(1);
});

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
    (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]`,
  ),
  'kind: DataContract',
].join('\n');

test.each<[string, string | object, string]>([
  ['an empty file', '', 'c.yaml:1:1: the file is empty; a contract without demands would pass any data'],
  ['blanks alone', ' \n\t\n', 'the file is empty'],
  ['only a comment', '# nothing\n', 'expected a contract, an object with keys, found null'],
  [
    'a pointer of Git LFS',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    'c.yaml:1:1: this is a pointer of Git LFS and not the file; run "git lfs pull", or check out with "lfs: true"',
  ],
  [
    'an HTML page',
    '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
    'this is an HTML page and not a contract',
  ],
  ['an HTML page in capitals', '\n<HTML><head></head></HTML>', 'this is an HTML page'],
  ['XML', '<?xml version="1.0"?><a/>', 'this is XML; contracts are YAML or JSON'],
  ['a Parquet file', 'PAR1\u0015', 'this is a data file; give it as data'],
  ['a binary file', 'kind: \0', 'this is not a text'],
  [
    'merge conflict markers',
    'kind: DataContract\n<<<<<<< HEAD\nid: a\n=======\nid: b\n>>>>>>> main\n',
    'c.yaml:2:1: a merge conflict that is not resolved',
  ],
  ['aliases that multiply', bomb, 'Excessive alias count'],
  [
    'a key twice',
    'kind: DataContract\nkind: DataContract\n',
    'c.yaml:2:1: not valid YAML: Map keys must be unique',
  ],
  [
    'a tab as indent',
    'schema:\n\t- name: t\n',
    'c.yaml:2:1: not valid YAML: Tabs are not allowed as indentation',
  ],
  ['two documents', 'kind: DataContract\n---\nkind: DataContract\n', 'c.yaml:2:1: not valid YAML'],
  ['a tag', 'kind: !!js/function "x"\n', 'not valid YAML: Unresolved tag'],
  [
    'a number that is none',
    'kind: DataContract\nmin: .nan\n',
    'c.yaml:2:6: not valid YAML: .nan is not a finite number',
  ],
  ['nesting without end', '['.repeat(1000), 'nested deeper than 64'],
  [
    'a key twice in JSON',
    '{ "kind": 1,\n "kind": 2 }',
    'c.yaml:2:2: not valid JSON: the key "kind" stands here again',
  ],
  ['a list', '[1]', 'expected a contract, an object with keys, found [1]'],
  ['a text', 'hello', 'expected a contract, an object with keys, found "hello"'],
  [
    'nothing known',
    'a: 1\nb: 2\n',
    'not a contract that is known; expected ODCS ("kind: DataContract", "apiVersion: v3.1.0"), a data package',
  ],
  ['a mistyped mark', 'apiVersoin: v3.1.0\n', 'did you mean "apiVersion"?'],
  [
    'a JSON Schema',
    { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
    'give it as "row-schema"',
  ],
  ['a JSON Schema without $schema', { type: 'object', properties: { a: {} } }, 'give it as "row-schema"'],
  [
    'a dbt file',
    'version: 2\nmodels: [{ name: m }]\n',
    'this is a dbt schema file; turn it into one with "mode: convert"',
  ],
  ['a GX suite', { expectation_suite_name: 's', expectations: [] }, 'this is a suite of Great Expectations'],
  ['a Pandera schema', 'schema_type: dataframe\ncolumns: {}\n', 'this is a Pandera schema'],
  ['a SodaCL file', 'checks for customers:\n  - row_count > 0\n', 'this is a SodaCL file'],
  ['a Data Contract Specification', 'dataContractSpecification: 1.1.0\n', '"datacontract export odcs"'],
  [
    'one of our documents',
    { schema: 'mlops-actions/gate/v1' },
    'this is a document that these actions write',
  ],
  [
    'an old ODCS',
    'apiVersion: v2.2.2\nkind: DataContract\n',
    'c.yaml:1:13: apiVersion: ODCS v2.2.2 has another layout',
  ],
])('%s is refused with words for it', (_what, text, words) => {
  expect(messageOf(() => read(text))).toContain(words);
});

test('a contract that is too large is refused before it is parsed', () => {
  expect(messageOf(() => read(`# ${'x'.repeat(8 * 1024 * 1024)}`))).toContain('may have 8388608 characters');
});

test('every problem of a contract is told at once, with its place', () => {
  const message = messageOf(() =>
    odcs(`  - name: t
    properties:
      - { name: a, logicalType: integer, logicalTypeOptions: { minimum: 5, maximum: 3 } }
      - { name: b, logicalType: strong }
      - { name: c, quality: [ { metric: nulValues, mustBe: 0 } ] }
    quality:
      - { metric: rowCount, mustBe: none }
    qualty: []
`),
  );
  expect(message.split('\n')).toEqual([
    'c.yaml:10:73: schema[0].properties[0].logicalTypeOptions.minimum: no value can be right: minimum is 5, maximum is 3; is one of them meant the other way round?',
    'c.yaml:11:33: schema[0].properties[1].logicalType: expected one of string, date, timestamp, time, number, integer, object, array, boolean, found "strong"; did you mean "string"?',
    'c.yaml:12:41: schema[0].properties[2].quality[0].metric: unknown metric "nulValues"; did you mean "nullValues"?',
    'c.yaml:14:37: schema[0].quality[0].mustBe: expected a number, found "none"',
  ]);
});

test('what the standard does not know is refused, with the nearest name', () => {
  expect(messageOf(() => odcs('  - name: t\n    properties: [{ name: a }]\n    qualty: []\n'))).toBe(
    'c.yaml:8:5: schema[0]: unknown key "qualty"; did you mean "quality"?',
  );
  expect(messageOf(() => odcs('  - name: t\n    properties: [{ name: a }]\n', 'enabled: "no"\n'))).toContain(
    'unknown key "enabled"',
  );
});

test('the table is the only one, or the one that is named', () => {
  const two = odcs(
    '  - name: orders\n    properties: [{ name: a }]\n  - name: items\n    properties: [{ name: a }]\n',
  );
  const one = odcs('  - name: orders\n    properties: [{ name: a }]\n');
  expect(chooseTable(one, undefined, 'schema-object').spec.name).toBe('orders');
  expect(chooseTable(two, 'items', 'schema-object').spec.name).toBe('items');
  expect(() => chooseTable(two, undefined, 'schema-object')).toThrow('name one of orders, items');
  expect(() => chooseTable(two, 'item', 'schema-object')).toThrow('did you mean "items"?');
});

test('the files that a data package needs read with it are named', () => {
  const document = JSON.stringify({
    resources: [
      { name: 'a', path: 'a.csv', schema: 'schemas/a.json' },
      { name: 'b', path: 'b.csv', schema: { fields: [] } },
      { name: 'c', path: 'c.csv', schema: 'https://example.org/c.json' },
    ],
  });
  expect(contractReferences(document, 'datapackage.json')).toEqual(['schemas/a.json']);
  expect(contractReferences('fields: [{ name: a }]', 'schema.yaml')).toEqual([]);
  expect(contractReferences('kind: DataContract\n\tbroken', 'c.yaml')).toEqual([]);
  for (const schema of ['../secret.json', '/etc/passwd', 'a/../../b.json', 'C:\\x.json'])
    expect(
      messageOf(() => contractReferences(JSON.stringify({ resources: [{ schema }] }), 'c.json')),
    ).toContain('leaves the folder of the package');
});

test('a path is of the split that the first group of its pattern names', () => {
  const split = { name: 'test', files: ['**'], pathPattern: '(?:^|/)mnist/(train|test)-.+parquet$' };
  expect(isPathOfSplit(split, 'data/mnist/test-0001.parquet')).toBe(true);
  expect(isPathOfSplit(split, 'data/mnist/train-0001.parquet')).toBe(false);
  expect(isPathOfSplit(split, 'data/other/test-0001.parquet')).toBe(false);
  expect(isPathOfSplit({ name: 'test', files: [] }, 'anything')).toBe(true);
  expect(isPathOfSplit({ name: 'test', files: [], pathPattern: 'test' }, 'test')).toBe(false);
  // A pattern that takes a backtracking engine longer than the age of the universe.
  expect(isPathOfSplit({ name: 'a', files: [], pathPattern: '^((a+)+)+$' }, `${'a'.repeat(5000)}!`)).toBe(
    false,
  );
});

test('another kind of file with an apiVersion is no contract', () => {
  expect(messageOf(() => read('apiVersion: v1\nkind: Deployment\n'))).toContain(
    'not a contract that is known',
  );
});
