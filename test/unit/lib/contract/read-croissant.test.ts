import { expect, test } from 'vitest';
import { columnOf, messageOf, read, rulesOf, tableOf } from './contracts.ts';

const SHA256 = 'c617db2c7470716250f6f001be51304c76bcc8815527ab8bae734bdca0735737';

/** A field that is read from a column of a file. */
const field = (id: string, dataType: string | readonly string[], more: object = {}, source: object = {}) => ({
  '@type': 'cr:Field',
  '@id': id,
  dataType,
  source: { fileObject: { '@id': 'people.csv' }, extract: { column: id.split('/')[1] }, ...source },
  ...more,
});

const FILE = {
  '@type': 'cr:FileObject',
  '@id': 'people.csv',
  name: 'people.csv',
  contentUrl: 'data/people.csv',
  encodingFormat: 'text/csv',
  sha256: SHA256,
};

/** The metadata of a data set with the parts given. */
const dataset = (recordSet: readonly object[], distribution: readonly object[] = [FILE]) =>
  read(
    {
      '@context': { '@vocab': 'https://schema.org/', cr: 'http://mlcommons.org/croissant/' },
      '@type': 'sc:Dataset',
      name: 'people',
      version: '1.2.0',
      conformsTo: 'http://mlcommons.org/croissant/1.1',
      distribution,
      recordSet,
    },
    'croissant.json',
  );
const people = (fields: readonly object[], more: object = {}) =>
  dataset([{ '@type': 'cr:RecordSet', '@id': 'people', field: fields, ...more }]);
const one = (...given: Parameters<typeof field>) => tableOf(people([field(...given)]));

test.each<[string | readonly string[], string | undefined, object]>([
  ['sc:Text', 'string', {}],
  ['https://schema.org/Text', 'string', {}],
  ['sc:URL', 'string', { format: 'uri' }],
  ['sc:Integer', 'integer', {}],
  ['cr:Int8', 'integer', { minimum: -128, maximum: 127 }],
  ['cr:UInt16', 'integer', { minimum: 0, maximum: 65535 }],
  ['cr:Int64', 'integer', {}],
  ['sc:Float', 'number', {}],
  ['cr:Float32', 'number', {}],
  ['sc:Number', 'number', {}],
  ['sc:Boolean', 'boolean', {}],
  ['sc:Date', 'date', {}],
  ['sc:DateTime', 'timestamp', {}],
  ['sc:Time', 'time', {}],
  [['sc:name', 'sc:Text'], 'string', {}],
  ['sc:ImageObject', undefined, {}],
])('the data type %j is %s', (dataType, type, restrictions) => {
  const table = one('people/x', dataType);
  expect(columnOf(table, 'x')?.type).toBe(type);
  expect(rulesOf(table, 'invalidValues').map((rule) => rule.arguments)).toEqual(
    Object.keys(restrictions).length === 0 ? [] : [{ ...restrictions, ignoreMisfits: true }],
  );
});

test('a data set is read: files, digest, columns, key and label', () => {
  const contract = people(
    [field('people/id', 'sc:Integer'), field('people/class', ['sc:Text', 'cr:Label'])],
    {
      key: { '@id': 'people/id' },
    },
  );
  expect(contract).toMatchObject({
    format: 'croissant',
    id: 'people',
    version: '1.2.0',
    filesFrom: 'contract',
  });
  const table = tableOf(contract);
  expect(table.files).toEqual(['data/people.csv']);
  expect(table.dialect).toEqual({ format: 'csv' });
  expect(table.primaryKey).toEqual(['id']);
  expect(columnOf(table, 'class')?.role).toBe('label');
  expect(table.rules.map(({ check, column, arguments: given }) => [check, column, given])).toEqual([
    ['fileIntegrity', undefined, { file: 'data/people.csv', sha256: SHA256 }],
    ['schemaMatch', undefined, { fieldsMatch: 'subset' }],
    ['dataType', 'id', {}],
    ['nullValues', 'id', {}],
    ['duplicateValues', 'id', {}],
    ['dataType', 'class', {}],
  ]);
  expect(contract.unchecked).toEqual([]);
});

test.each([
  ['%d/%m/%Y', 'dd/MM/yyyy'],
  ['dd.MM.yyyy', 'dd.MM.yyyy'],
  ['MMM yyyy', undefined],
])('dates written as %s are read by %s', (format, expected) => {
  const column = columnOf(one('people/x', 'sc:Date', {}, { format }), 'x');
  expect(column?.format).toBe(expected);
  expect(column?.type).toBe(expected === undefined ? undefined : 'date');
});

test('an enumeration in the metadata is the set of values; one in a file is another table', () => {
  const colours = (more: object) => ({
    '@type': 'cr:RecordSet',
    '@id': 'colours',
    dataType: 'sc:Enumeration',
    key: { '@id': 'colours/name' },
    ...more,
  });
  const referring = {
    '@type': 'cr:RecordSet',
    '@id': 'people',
    field: [field('people/colour', 'sc:Text', { references: { field: { '@id': 'colours/name' } } })],
  };
  const inline = dataset([
    colours({
      field: [{ '@type': 'cr:Field', '@id': 'colours/name', dataType: 'sc:Text' }],
      data: [{ 'colours/name': 'red' }, { name: 'blue' }],
    }),
    referring,
  ]);
  expect(inline.tables).toHaveLength(1);
  expect(rulesOf(tableOf(inline), 'invalidValues')).toMatchObject([
    { arguments: { validValues: ['red', 'blue'] } },
  ]);

  const file = { ...FILE, '@id': 'colours.csv', contentUrl: 'colours.csv' };
  const filed = dataset(
    [
      colours({ field: [field('colours/name', 'sc:Text', {}, { fileObject: { '@id': 'colours.csv' } })] }),
      referring,
    ],
    [FILE, file],
  );
  expect(filed.tables.map(({ spec }) => spec.name)).toEqual(['colours', 'people']);
  expect(rulesOf(tableOf(filed, 'people'), 'referentialIntegrity')).toMatchObject([
    { column: 'colour', arguments: { columns: ['colour'], table: 'colours', references: ['name'] } },
  ]);
});

const SPLITS = {
  '@type': 'cr:RecordSet',
  '@id': 'splits',
  dataType: 'cr:Split',
  key: { '@id': 'splits/name' },
  field: [{ '@type': 'cr:Field', '@id': 'splits/name', dataType: 'sc:Text' }],
  data: [{ 'splits/name': 'train' }, { 'splits/name': 'test' }],
};
const REPOSITORY = {
  '@type': 'cr:FileObject',
  '@id': 'repo',
  contentUrl: 'https://huggingface.co/datasets/mnist',
  encodingFormat: 'git+https',
  sha256: 'https://github.com/mlcommons/croissant/issues/80',
};
const FILES = {
  '@type': 'cr:FileSet',
  '@id': 'files',
  containedIn: { '@id': 'repo' },
  encodingFormat: 'application/x-parquet',
  includes: ['mnist/train-*.parquet', 'mnist/test-*.parquet'],
};
const inFiles = { fileObject: undefined, fileSet: { '@id': 'files' } };

test('splits that the names of files tell are splits of the table', () => {
  const contract = dataset(
    [
      SPLITS,
      {
        '@type': 'cr:RecordSet',
        '@id': 'default',
        field: [
          field(
            'default/split',
            'sc:Text',
            { references: { field: { '@id': 'splits/name' } } },
            {
              ...inFiles,
              extract: { fileProperty: 'fullpath' },
              transform: { regex: '^mnist/(train|test)-.+parquet$' },
            },
          ),
          field('default/label', 'sc:Integer', {}, inFiles),
        ],
      },
    ],
    [REPOSITORY, FILES],
  );
  const files = ['mnist/train-*.parquet', 'mnist/test-*.parquet'];
  const pathPattern = '(?:^|/)mnist/(train|test)-.+parquet$';
  expect(tableOf(contract).splits).toEqual([
    { name: 'train', files, pathPattern },
    { name: 'test', files, pathPattern },
  ]);
  expect(tableOf(contract).spec).toMatchObject({ splits: ['train', 'test'], columns: [{ name: 'label' }] });
  expect(tableOf(contract).dialect).toEqual({ format: 'parquet' });
  expect(new RegExp(pathPattern).exec('data/mnist/test-0001.parquet')?.[1]).toBe('test');
});

test('record sets of two files are two tables', () => {
  const other = { ...FILE, '@id': 'more.csv', contentUrl: 'more.csv' };
  const contract = dataset(
    [
      {
        '@type': 'cr:RecordSet',
        '@id': 'people',
        key: { '@id': 'people/id' },
        field: [
          field('people/id', 'sc:Integer'),
          field('people/age', 'sc:Integer', {}, { fileObject: { '@id': 'more.csv' } }),
        ],
      },
    ],
    [FILE, other],
  );
  expect(contract.tables.map(({ spec, files }) => [spec.name, files])).toEqual([
    ['people@people.csv', ['data/people.csv']],
    ['people@more.csv', ['more.csv']],
  ]);
  expect(contract.unchecked).toEqual([
    expect.stringContaining('its key is not made of columns of one file, and not checked'),
  ]);
});

test('names with the full prefix and keys by short names are understood', () => {
  const contract = read({
    '@context': {},
    '@type': 'https://schema.org/Dataset',
    'sc:name': 'd',
    'sc:distribution': [{ ...FILE, contentUrl: undefined, 'sc:contentUrl': 'x.csv' }],
    'cr:recordSet': {
      '@id': 'people',
      'cr:key': 'id',
      'cr:field': {
        ...field('people/id', 'sc:Integer'),
        source: undefined,
        'cr:source': field('people/id', '').source,
      },
    },
    recordSet: undefined,
    conformsTo: ['http://mlcommons.org/croissant/1.1'],
  });
  expect(tableOf(contract)).toMatchObject({ files: ['x.csv'], primaryKey: ['id'] });
});

test('what is not checked is said', () => {
  const archive = {
    '@type': 'cr:FileObject',
    '@id': 'all.zip',
    contentUrl: 'https://x.org/all.zip',
    sha256: SHA256,
  };
  const contract = dataset(
    [
      {
        '@type': 'cr:RecordSet',
        '@id': 'people',
        field: [
          field('people/a', 'sc:Text', {}, { transform: { regex: '(.*)' } }),
          field('people/b', 'sc:Text', { repeated: true }),
          field('people/c', 'sc:Text', { subField: [{ '@id': 'people/c/d' }] }),
          field('people/d', 'cr:BoundingBox'),
          field('people/e', 'sc:Text', {}, { extract: { fileProperty: 'filename' } }),
        ],
      },
    ],
    [archive, { ...FILE, containedIn: { '@id': 'all.zip' }, sha256: undefined, md5: 'abc' }],
  );
  expect(contract.unchecked.map((line) => line.replace(/^croissant\.json:\d+:\d+: /, ''))).toEqual([
    'recordSet[0].field[4]: a field that is not a column is not checked',
    'distribution[1]: the files are inside of an archive, which is not opened; unpack it and give the files to the step',
    'distribution[1]: "abc" is not a sha256 in hexadecimal, so that the file\'s bytes are not checked',
    'distribution[0]: the digest of a file that no record set reads is not checked',
    'recordSet[0].field[0]: what a transformation makes of the column is not checked',
    'recordSet[0].field[1]: the items of lists are not checked',
    'recordSet[0].field[2]: what is inside of nested values is not checked',
    'recordSet[0].field[3]: values of the type BoundingBox are not checked',
  ]);
  expect(tableOf(contract).files).toEqual([]);
});

test('splits by a column are said not to be looked at apart', () => {
  const contract = dataset([
    SPLITS,
    {
      '@type': 'cr:RecordSet',
      '@id': 'people',
      field: [field('people/split', 'sc:Text', { references: { field: { '@id': 'splits/name' } } })],
    },
  ]);
  expect(tableOf(contract).splits).toEqual([]);
  expect(rulesOf(tableOf(contract), 'invalidValues')).toMatchObject([
    { arguments: { validValues: ['train', 'test'] } },
  ]);
  expect(contract.unchecked).toEqual([
    expect.stringContaining('splits that are not told by the names of files'),
  ]);
});

test.each<[string, () => unknown, string]>([
  [
    'no record sets',
    () => dataset([]),
    'recordSet: the metadata describes no columns of files, so that any data would pass',
  ],
  [
    'a source that is not there',
    () => one('people/x', 'sc:Text', {}, { fileObject: { '@id': 'poeple.csv' } }),
    'the distribution has no file "poeple.csv"; did you mean "people.csv"?',
  ],
  [
    'a reference to no field',
    () => one('people/x', 'sc:Text', { references: { field: { '@id': 'people/y' } } }),
    'no record set has the field "people/y"; did you mean "people/x"?',
  ],
  [
    'a pattern of splits that is not linear',
    () =>
      dataset(
        [
          SPLITS,
          {
            '@id': 'default',
            field: [
              field(
                'default/split',
                'cr:Split',
                { references: { '@id': 'splits/name' } },
                {
                  ...inFiles,
                  extract: { fileProperty: 'fullpath' },
                  transform: { regex: '(?=a)(train)' },
                },
              ),
              field('default/x', 'sc:Text', {}, inFiles),
            ],
          },
        ],
        [REPOSITORY, FILES],
      ),
    'not a regular expression of the RE2 syntax',
  ],
])('%s is refused', (_what, work, words) => {
  expect(messageOf(work)).toContain(words);
});
