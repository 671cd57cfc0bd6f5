import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openParquetColumns } from '../../../../actions/lib/columns/parquet-columns.ts';
import { ActionError } from '../../../../actions/lib/errors.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { mutate } from '../../../support/mutate.ts';
import { codecs, type Plain, parquetKernel, readColumn, sourceOf } from './parquet-kernel.ts';
import { i32, i64, int32s, list, struct, text, writeParquet } from './parquet-writer.ts';

const kernel = parquetKernel();
const good = (file: string): Uint8Array =>
  Uint8Array.from(readFileSync(join(import.meta.dirname, '../../../fixtures/columns/parquet', file)));

/** All values of all columns; the memory is given back whatever happens. */
function readAll(name: string, bytes: Uint8Array): { rows: number; columns: Plain[][] } {
  const file = openParquetColumns(sourceOf(name, bytes), kernel, codecs);
  try {
    const columns = file.columns.map((_column, index) => readColumn(kernel, file, index, 64));
    return { rows: file.rowGroups.reduce((sum, { rows }) => sum + rows, 0), columns };
  } finally {
    file.close();
  }
}

test('the writer of the tests writes what can be read', () => {
  expect(readAll('n.parquet', writeParquet({}))).toEqual({ rows: 3, columns: [[1, 2, 3]] });
});

const changed = (change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = good('pages-v1.parquet');
  change(bytes);
  return bytes;
};
const whole = good('pages-v1.parquet');
const leaf = (name: string) => struct({ 1: i32(1), 3: i32(0), 4: text(name) });
const group = (name: string, children: number) => struct({ 3: i32(0), 4: text(name), 5: i32(children) });
const snappy = (...bytes: number[]) => ({ codec: 1, body: bytes, unpacked: 12, packed: bytes.length });

describe('what is no Parquet, or broken, is named', () => {
  test.each<[string, Uint8Array, string, string]>([
    ['cut at the end', whole.slice(0, -20), 'invalid-file', 'begin and end with PAR1; was the upload'],
    ['cut at the beginning', whole.slice(10), 'invalid-file', 'begin and end with PAR1'],
    ['empty', new Uint8Array(0), 'invalid-file', 'begin and end with PAR1'],
    ['only the marks', new TextEncoder().encode('PAR1PAR1'), 'invalid-file', 'begin and end with PAR1'],
    [
      'encrypted',
      changed((bytes) => bytes.set([0x45], bytes.length - 1)),
      'invalid-file',
      'an encrypted Parquet',
    ],
    [
      'footer of no bytes',
      changed((bytes) => bytes.fill(0, bytes.length - 8, bytes.length - 4)),
      'invalid-file',
      'a footer of 0 bytes',
    ],
    [
      'footer longer than the file',
      changed((bytes) => bytes.set([255, 255, 255, 127], bytes.length - 8)),
      'invalid-file',
      'a footer of 2147483647 bytes',
    ],
    [
      'footer of zeros',
      changed((bytes) => bytes.fill(0, bytes.length - 500, bytes.length - 8)),
      'invalid-file',
      'its footer',
    ],
    [
      '2^40 rows',
      writeParquet({ rows: 2n ** 40n }),
      'invalid-file',
      'column "n", row group 1: damaged file: it ends before all',
    ],
    [
      'negative rows',
      writeParquet({ rows: -1n }),
      'invalid-file',
      'a row group with a negative number of rows',
    ],
    [
      'rows that do not add up',
      writeParquet({ footer: { 3: i64(4) } }),
      'invalid-file',
      'declares 4 rows, the row groups 3',
    ],
    [
      '100,001 row groups',
      writeParquet({ groups: 100_001, footer: { 3: i64(300_003) } }),
      'limit-exceeded',
      '100001 row groups, at most 100000',
    ],
    [
      'a schema that lacks members',
      writeParquet({ schema: [group('schema', 5), leaf('n')] }),
      'invalid-file',
      'its schema is not a tree',
    ],
    [
      'a schema that goes on',
      writeParquet({ schema: [group('schema', 1), leaf('n'), group('m', 0)] }),
      'invalid-file',
      'its schema is not one tree',
    ],
    [
      'a schema 200 levels deep',
      writeParquet({ schema: [...Array.from({ length: 200 }, () => group('g', 1)), leaf('n')] }),
      'invalid-file',
      'more than 100 levels',
    ],
    [
      'two columns of one name',
      writeParquet({ schema: [group('schema', 2), leaf('n'), leaf('N')], footer: {} }),
      'invalid-file',
      'a row group of 1 columns where the schema has 2',
    ],
    [
      'an unknown codec',
      writeParquet({ codec: 3 }),
      'invalid-file',
      'packed with LZO, which cannot be read; write it with zstd or snappy',
    ],
    ['a codec of the future', writeParquet({ codec: 99 }), 'invalid-file', 'packed with an unknown codec'],
    [
      'an encoding of the future',
      writeParquet({ encoding: 42 }),
      'invalid-file',
      'the encoding number 42, which cannot be read for INT32; write it with PLAIN',
    ],
    [
      'an encoding of other types',
      writeParquet({ encoding: 7 }),
      'invalid-file',
      'the encoding DELTA_BYTE_ARRAY, which cannot be read for INT32',
    ],
    [
      'an encrypted column',
      writeParquet({ chunk: { 8: struct({ 1: struct({}) }) } }),
      'invalid-file',
      'the column is encrypted',
    ],
    [
      'values in another file',
      writeParquet({ chunk: { 1: text('other.parquet') } }),
      'invalid-file',
      'its values are in another file, "other.parquet"',
    ],
    [
      'another column than the schema',
      writeParquet({ columnExtra: { 3: list(text('m')) } }),
      'invalid-file',
      'name different columns',
    ],
    [
      'another type than the schema',
      writeParquet({ columnExtra: { 1: i32(2) } }),
      'invalid-file',
      'name different columns',
    ],
    [
      'pages outside of the file',
      writeParquet({ columnExtra: { 9: i64(1_000_000) } }),
      'invalid-file',
      'its pages lie at bytes 1000000',
    ],
    [
      'fewer values than rows',
      writeParquet({ columnExtra: { 5: i64(2) } }),
      'invalid-file',
      '2 values declared for 3 rows',
    ],
    [
      'a page of too many values',
      writeParquet({ values: 4, rows: 3 }),
      'invalid-file',
      'a page of 4 values where 3 of the declared ones are left',
    ],
    [
      'a page of too few values',
      writeParquet({ values: 2, rows: 3 }),
      'invalid-file',
      'it ends before all of its values',
    ],
    [
      'fewer bytes than values',
      writeParquet({ body: int32s(1, 2) }),
      'invalid-file',
      'a page of fewer than 3 values',
    ],
    [
      'a page longer than its column',
      writeParquet({ packed: 4000 }),
      'invalid-file',
      'reaches past the end of the column',
    ],
    [
      'a page of another size',
      writeParquet({ unpacked: 13 }),
      'invalid-file',
      'a page of 12 bytes where 13 are declared',
    ],
    [
      'a page of 1 GiB',
      writeParquet({ unpacked: 2 ** 30 }),
      'limit-exceeded',
      'a page of 1073741824 bytes, at most',
    ],
    [
      '2^31 - 1 values',
      writeParquet({ values: 2 ** 31 - 1 }),
      'limit-exceeded',
      'a page of 2147483647 values, at most',
    ],
    ['a negative size', writeParquet({ packed: -5 }), 'invalid-file', 'a negative size'],
    [
      'codes without a dictionary',
      writeParquet({ encoding: 8 }),
      'invalid-file',
      'codes without a dictionary',
    ],
    [
      'levels past the page',
      writeParquet({ repetition: 1, body: [255, 255, 0, 0, 3, 1, 0, 0] }),
      'invalid-file',
      'levels that reach past the end',
    ],
    [
      'a run of levels without end',
      writeParquet({ repetition: 1, body: [4, 0, 0, 0, 255, 255, 255, 255, 1] }),
      'invalid-file',
      'levels that are not 3 numbers up to 1',
    ],
    [
      'a level above the highest',
      writeParquet({ repetition: 1, body: [2, 0, 0, 0, 6, 2, ...int32s(1, 2, 3)] }),
      'invalid-file',
      'levels that are not 3 numbers up to 1',
    ],
    [
      'Snappy of another length',
      writeParquet(snappy(13, 44, ...int32s(1, 2, 3))),
      'invalid-file',
      'a page that is not SNAPPY',
    ],
    [
      'Snappy that refers to before its beginning',
      writeParquet(snappy(12, 0, 7, 45, 9)),
      'invalid-file',
      'a page that is not SNAPPY',
    ],
    [
      'a Snappy bomb',
      writeParquet({ ...snappy(12, 0, 7), unpacked: 400_000_000 }),
      'invalid-file',
      'a page that is not SNAPPY',
    ],
    ['zstd of garbage', writeParquet({ codec: 6 }), 'invalid-file', 'a page that is not ZSTD'],
    [
      'a checksum of other bytes',
      writeParquet({
        header: struct({
          1: i32(0),
          2: i32(12),
          3: i32(12),
          4: i32(7),
          5: struct({ 1: i32(3), 2: i32(0), 3: i32(3), 4: i32(3) }),
        }),
      }),
      'invalid-file',
      'the checksum of a page does not match',
    ],
    [
      'a header of another kind',
      writeParquet({ header: struct({ 1: i32(3), 2: i32(12), 3: i32(12), 5: struct({ 1: i32(3) }) }) }),
      'invalid-file',
      "a data-v2 page whose header is another's",
    ],
  ])('%s', (_name, bytes, code, message) => {
    const error = caught(() => readAll('n.parquet', bytes));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect((error as ActionError).message).toMatch(/^n\.parquet: /);
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a checksum that fits is no obstacle', () => {
  const crc = codecs.crc32(Uint8Array.from(int32s(1, 2, 3))) | 0;
  const page = struct({ 1: i32(3), 2: i32(0), 3: i32(3), 4: i32(3) });
  const header = struct({ 1: i32(0), 2: i32(12), 3: i32(12), 4: i32(crc), 5: page });
  expect(readAll('n.parquet', writeParquet({ header })).columns).toEqual([[1, 2, 3]]);
});

test('texts that are not UTF-8 are refused', () => {
  const body = [...int32s(3), 0x61, 0xc3, 0x28, ...int32s(1), 0x62];
  const schema = [group('schema', 1), struct({ 1: i32(6), 3: i32(0), 4: text('n'), 6: i32(0) })];
  const bytes = writeParquet({ values: 2, body, physical: 6, schema });
  expect(() => readAll('n.parquet', bytes)).toThrow(
    'column "n", row group 1: it holds text that is not UTF-8',
  );
});

test('levels in the deprecated packing, and pages of other kinds, are read', () => {
  const body = [0b1010_0000, ...int32s(8, 9)];
  expect(readAll('n.parquet', writeParquet({ repetition: 1, levels: 4, body })).columns).toEqual([
    [8, null, 9],
  ]);
});

/** 12 bytes in LZ4: four literals, then eight bytes from four bytes ago (1, 1, 1), at least one literal behind. */
const LZ4 = [0x43, 1, 0, 0, 0, 4, 0, 0x10, 0];
test.each([
  ['with the lengths that Hadoop puts in front', [0, 0, 0, 12, 0, 0, 0, LZ4.length, ...LZ4]],
  ['bare, as some writers have it', LZ4],
])('the older LZ4 is read %s', (_name, body) => {
  const bytes = writeParquet({ codec: 5, body, unpacked: 12 });
  expect(readAll('n.parquet', bytes).columns).toEqual([[1, 1, 1]]);
});

test('intervals are durations', () => {
  // Written by DuckDB 1.5.6: select i * interval '1 month 2 days 3.5 seconds' from range(3) r(i)
  expect(readAll('i.parquet', good('interval.parquet')).columns).toEqual([
    ['P0M0DT0S', 'P1M2DT3.5S', 'P2M4DT7S'],
  ]);
});

const FILES = [
  'types-v1',
  'types-v2',
  'types-plain',
  'pages-v1',
  'pages-v2',
  'nested-v1',
  'nested-two-level',
];
test.each(
  [
    ...FILES,
    'codec-snappy-v1',
    'codec-lz4-v2',
    'encoding-plain-v1',
    'encoding-delta-byte-array-v1',
    'encoding-delta-binary-packed-v2',
    'encoding-byte-stream-split-v1',
    'duckdb',
    'polars',
  ].map((name) => [`${name}.parquet`]),
)('40 damaged copies of %s: each is refused with a reason, or has all of its rows', (name) => {
  const random = seededRandom(name.length * 7919);
  const bytes = good(name);
  const { rows } = readAll(name, bytes);
  for (let round = 0; round < 40; round += 1) {
    const { how, bytes: mutated } = mutate(bytes, random);
    const started = performance.now();
    let read: number | undefined;
    const error = caught(() => {
      read = readAll(name, mutated).rows;
    });
    if (error === undefined) expect(read, how).toBe(rows);
    else expect(error, `${how}, round ${round}`).toBeInstanceOf(ActionError);
    expect(performance.now() - started, `${how}, round ${round}`).toBeLessThan(2_000);
  }
});

test('memory does not grow with what was damaged', () => {
  expect(kernel.memory.buffer.byteLength).toBeLessThan(64 * 1024 * 1024);
});
