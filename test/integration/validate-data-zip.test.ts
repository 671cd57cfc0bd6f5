import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { validateData, where } from '../support/validate-data.ts';
import { zipOf } from '../support/zip.ts';

const PRICES = `version: v1.0.0
kind: DataContract
apiVersion: v3.1.0
id: prices
status: active
schema:
  - name: prices
    properties:
      - { name: id, logicalType: integer, required: true }
      - { name: price, logicalType: number, logicalTypeOptions: { minimum: 0 } }
`;

test('the files of a zip archive are read as those of a folder, and findings name them', async () => {
  const files = {
    'prices.yaml': PRICES,
    'data/prices.zip': zipOf([
      { name: '__MACOSX/._a.csv', content: 'not data' },
      { name: 'day=1/a.csv', content: 'id,price\n1,2.5\n2,-1\n' },
      { name: 'day=2/b.csv.gz', content: gzipSync('id,price\n3,-4\n') },
    ]),
  };
  const { report } = await validateData({ data: 'data/prices.zip', contract: 'prices.yaml' }, files);
  expect(report.dataset.files.map(({ name, rows }) => [name, rows])).toEqual([
    ['data/prices.zip/day=1/a.csv', 2],
    ['data/prices.zip/day=2/b.csv.gz', 1],
  ]);
  expect(report.findings.filter(({ field }) => field === 'price').map(where)).toEqual([
    'invalidValues price data/prices.zip/day=1/a.csv:3',
    'invalidValues price data/prices.zip/day=2/b.csv.gz:2',
  ]);
});

test('a reference may be packed too', async () => {
  const rows = Array.from({ length: 300 }, (_, at) => `${at},${at % 17}\n`).join('');
  const files = {
    'now.csv': `id,price\n${rows}`,
    'then.zip': zipOf([{ name: 'then.csv', content: `id,price\n${rows}` }]),
  };
  const { report } = await validateData({ data: 'now.csv', reference: 'then.zip' }, files);
  expect(report.drift?.dataset?.drifted).toBe(0);
});

test.each([
  [
    'an entry outside',
    [{ name: '../a.csv', content: 'a\n1\n' }],
    /not a sound zip archive|nothing was unpacked/,
  ],
  ['nothing but notes of the archiver', [{ name: '__MACOSX/a', content: 'x' }], /no data in the archive/],
  ['a bomb', [{ name: 'a.csv', content: Buffer.alloc(40_000_000, '1\n') }], /a\.zip/],
])('%s: refused', async (_, entries, message) => {
  await expect(validateData({ data: 'a.zip' }, { 'a.zip': zipOf(entries) })).rejects.toThrow(message);
});

test('what is no zip archive is said so', async () => {
  await expect(validateData({ data: 'a.zip' }, { 'a.zip': 'id,price\n1,2\n' })).rejects.toThrow(
    /a\.zip: not a sound zip archive/,
  );
});
