import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { compareContracts } from '../../../../actions/lib/contract/contract-diff.ts';
import odcsSchema from '../../../../actions/lib/contract/odcs-v3.1.0.schema.json' with { type: 'json' };
import { ActionError } from '../../../../actions/lib/errors.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';
import { satisfiesSchema } from '../../../../actions/lib/schema/schema-walk.ts';
import { read } from './contracts.ts';

const TABLE_SCHEMA = {
  fields: [
    { name: 'id', type: 'integer', constraints: { required: true, minimum: 1, maximum: 9, enum: [1, 2] } },
    { name: 'at', type: 'date', format: '%d/%m/%Y', missingValues: [''] },
    {
      name: 'kind',
      type: 'string',
      categories: [{ value: 'a' }, { value: 'b' }],
      constraints: { pattern: 'a|b' },
    },
    { name: 'ok', type: 'boolean', trueValues: ['y'], falseValues: ['n'] },
  ],
  fieldsMatch: 'subset',
  missingValues: ['', 'NA'],
  primaryKey: ['id'],
  uniqueKeys: [['id', 'at']],
  foreignKeys: [{ fields: ['kind'], reference: { fields: ['kind'] } }],
};

const CROISSANT = {
  '@context': { '@vocab': 'https://schema.org/' },
  '@type': 'sc:Dataset',
  conformsTo: 'http://mlcommons.org/croissant/1.1',
  distribution: [
    { '@type': 'cr:FileObject', '@id': 'repo', encodingFormat: 'git+https', contentUrl: 'https://x.org/r' },
    { '@type': 'cr:FileSet', '@id': 'f', containedIn: { '@id': 'repo' }, includes: ['*.csv'], sha256: 'x' },
  ],
  recordSet: [
    {
      '@id': 'splits',
      dataType: 'cr:Split',
      field: [{ '@id': 'splits/name', dataType: 'sc:Text' }],
      data: [{ name: 'train' }, { name: 'test' }],
    },
    {
      '@id': 'r',
      key: { '@id': 'r/a' },
      field: [
        {
          '@id': 'r/split',
          dataType: 'cr:Split',
          references: { field: { '@id': 'splits/name' } },
          source: {
            fileSet: { '@id': 'f' },
            extract: { fileProperty: 'fullpath' },
            transform: { regex: '(train|test)' },
          },
        },
        {
          '@id': 'r/a',
          dataType: ['sc:Date', 'cr:Label'],
          source: { fileSet: { '@id': 'f' }, extract: { column: 'a' }, format: '%Y' },
        },
      ],
    },
  ],
};

const WITH_SCHEMA = { references: new Map([['s.json', JSON.stringify(TABLE_SCHEMA)]]) };
const CHURN: object = parse(readFileSync('test/fixtures/contract/churn.odcs.yaml', 'utf8'));

const CONTRACTS: readonly (readonly [string, unknown])[] = [
  ['ODCS', CHURN],
  ['a Table Schema', TABLE_SCHEMA],
  [
    'a data package',
    {
      name: 'p',
      resources: [
        {
          name: 'r',
          path: ['a.csv'],
          bytes: 3,
          hash: 'sha256:x',
          dialect: { csv: { delimiter: ';' } },
          schema: TABLE_SCHEMA,
        },
        { name: 's', path: 's.csv', schema: 's.json' },
      ],
    },
  ],
  ['Croissant', CROISSANT],
];

type Path = readonly (string | number)[];

const paths = (value: unknown, path: Path = []): readonly Path[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) =>
        paths(item, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

/** A copy of a value in which what stands at a path is another value; `undefined` takes it away. */
function replaced(value: unknown, path: Path, other: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return other;
  if (Array.isArray(value))
    return value.map((item, index) => (index === first ? replaced(item, rest, other) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([key, item]) => [
      key,
      key === first ? replaced(item, rest, other) : item,
    ]),
  );
}

const OTHERS = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    '',
    'x',
    '2024-01-01',
    [],
    [1],
    ['x'],
    {},
    { a: 1 },
    [[]],
    [null],
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'customers',
    'train',
    'customers.month',
    'a/b',
    '(?=x)',
    '%Q',
  ),
);

test.each(CONTRACTS)(
  '%s with one part replaced is read or refused in words, and never falls over',
  (_what, whole) => {
    const where = paths(whole);
    const original = read(whole as object, 'c.json', WITH_SCHEMA);
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...where), OTHERS, (path, other) => {
        const damaged = JSON.stringify(replaced(whole, path, other), null, 1) ?? '';
        try {
          const contract = read(damaged, 'c.json', WITH_SCHEMA);
          seen.read++;
          expect(contract.tables.length).toBeGreaterThan(0);
          expect(contract.tables.some(({ rules }) => rules.length > 0)).toBe(true);
          for (const change of compareContracts(original, contract, CHECKS))
            expect(change.words).not.toBe('');
        } catch (error) {
          if (!(error instanceof ActionError)) throw error;
          seen.refused++;
          expect(error.message).toMatch(/^(c|s)\.json:\d+:\d+: /);
        }
      }),
      { numRuns: 120, seed: 20261126 },
    );
    // Neither side is empty: the test would not see a reader that takes or refuses everything.
    expect(seen.read).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  },
);

test('the walk over the schema of ODCS says what ajv says, of contracts with one part replaced', () => {
  const validate = compileSchema(
    { ...odcsSchema, $schema: 'https://json-schema.org/draft/2020-12/schema' },
    'ODCS',
  );
  const where = paths(CHURN).filter((path) => path.length > 0);
  const seen = { right: 0, wrong: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...where), OTHERS, (path, other) => {
      const damaged: unknown = JSON.parse(JSON.stringify(replaced(CHURN, path, other)));
      const right = validate(damaged).length === 0;
      expect(satisfiesSchema(odcsSchema, damaged)).toBe(right);
      seen[right ? 'right' : 'wrong']++;
    }),
    { numRuns: 2000, seed: 20261126 },
  );
  expect(seen.right).toBeGreaterThan(200);
  expect(seen.wrong).toBeGreaterThan(200);
});
