import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openArrowColumns } from '../../../../actions/lib/columns/arrow-columns.ts';
import { ActionError } from '../../../../actions/lib/errors.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { mutate } from '../../../support/mutate.ts';
import { codecs, type Plain, parquetKernel, readColumn, sourceOf } from './parquet-kernel.ts';

// Written and read back by pyarrow and polars: test/fixtures/columns/arrow/make-arrow.py has the versions.
const folder = join(import.meta.dirname, '../../../fixtures/columns/arrow');
const bytesOf = (file: string): Uint8Array => Uint8Array.from(readFileSync(join(folder, file)));
interface Family {
  readonly files: readonly string[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}
const { families }: { families: Readonly<Record<string, Family>> } = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
);
const kernel = parquetKernel();
const open = (file: string, bytes = bytesOf(file)) => openArrowColumns(sourceOf(file, bytes), kernel, codecs);

const NESTED = new Set(['array', 'object']);
const nestedValue = (type: string, value: Plain): unknown =>
  NESTED.has(type) && typeof value === 'string' ? JSON.parse(value) : value;

describe.each(Object.entries(families))('%s', (_family, { files, columns }) => {
  test.each(files)('%s holds what pyarrow reads from it', (name) => {
    for (const step of [1_000_000, 7]) {
      const file = open(name);
      expect(new Set(file.columns.map((column) => column.name))).toEqual(new Set(Object.keys(columns)));
      for (const [index, column] of file.columns.entries()) {
        const read = readColumn(kernel, file, index, step).map((value) => nestedValue(column.type, value));
        const wanted = (columns[column.name] ?? []).map((value) =>
          column.name === 'json' && value !== null ? JSON.parse(String(value)) : value,
        );
        expect(read, `${column.name}, ${step} rows at a time`).toEqual(wanted);
      }
      file.close();
    }
  });
});

test('buffers of several linked LZ4 blocks are read', () => {
  // make-arrow.py: n = i // 100, or nothing for every ninth; t = "r" and i // 50
  const file = open('long-lz4.arrow');
  const [n, t] = [readColumn(kernel, file, 0, 8192), readColumn(kernel, file, 1, 8192)];
  expect(n).toEqual(Array.from({ length: 12_000 }, (_, i) => (i % 9 ? Math.floor(i / 100) : null)));
  expect(t).toEqual(Array.from({ length: 12_000 }, (_, i) => `r${Math.floor(i / 50)}`));
});

test('types are those of the contract standard', () => {
  expect(Object.fromEntries(open('types.arrows').columns.map((c) => [c.name, c.type]))).toMatchObject({
    bool: 'boolean',
    uint64: 'integer',
    float16: 'number',
    dec64: 'number',
    dec128i: 'integer',
    date64: 'date',
    time_s: 'time',
    ts_ns: 'timestamp',
    duration: 'integer',
    view: 'string',
    bytes: 'string',
    category: 'string',
    number_category: 'integer',
    json: 'object',
    interval: 'string',
  });
});

test('a stream that may have lost its last batches is suspicious', () => {
  const notes = (bytes: Uint8Array) => open('a.arrows', bytes).notes.map(({ level }) => level);
  const stream = bytesOf('growing.arrows');
  expect(notes(stream)).toEqual([]);
  expect(notes(stream.slice(0, -8))).toEqual(['suspicious']);
});

test('a dictionary is given with its codes', () => {
  const file = open('replaced.arrows');
  const rows = file.decode(1, 0);
  if (rows.kind !== 'texts') throw new Error('texts were to be expected');
  expect(rows.dictionary?.size).toBe(2);
  expect([...new Int32Array(kernel.memory.buffer, rows.codes, 3)]).toEqual([0, 1, -1]);
});

const whole = bytesOf('types-plain.arrow');
test.each<[string, Uint8Array, string]>([
  ['empty', new Uint8Array(0), 'not an Arrow file or stream'],
  ['a text', new TextEncoder().encode('a,b\n1,2\n3,4\n'), 'not an Arrow file or stream'],
  [
    'Feather of version 1',
    new TextEncoder().encode('FEA1xxxxxxxxxxxxxxxxxxxxFEA1'),
    'Feather of version 1, which cannot be read; write version 2',
  ],
  ['a file cut at its end', whole.slice(0, -8), 'it begins with ARROW1 and must end with it'],
  ['a stream cut within a batch', bytesOf('types.arrows').slice(0, -3000), 'was it cut off?'],
])('%s is refused', (_name, bytes, message) => {
  expect(() => open('a.arrow', bytes)).toThrow(message);
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test.each([
  'types-plain.arrow',
  'types-lz4.arrow',
  'types.arrows',
  'nested-zstd.arrow',
  'growing.arrows',
  'polars.arrow',
])('60 damaged copies of %s: each is refused with a reason, or has all of its rows', (name) => {
  const random = seededRandom(name.length * 104_729);
  const good = bytesOf(name);
  const count = (bytes: Uint8Array): number => {
    const file = open(name, bytes);
    try {
      for (const [index] of file.columns.entries()) readColumn(kernel, file, index, 64);
      return file.rowGroups.reduce((sum, { rows }) => sum + rows, 0);
    } finally {
      file.close();
    }
  };
  const rows = count(good);
  for (let round = 0; round < 60; round += 1) {
    const { how, bytes } = mutate(good, random);
    const started = performance.now();
    let read: number | undefined;
    const error = caught(() => {
      read = count(bytes);
    });
    if (error === undefined) expect(read, `${how}, round ${round}`).toBe(rows);
    else expect(error, `${how}, round ${round}`).toBeInstanceOf(ActionError);
    expect(performance.now() - started, `${how}, round ${round}`).toBeLessThan(2_000);
  }
});
