import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openParquetColumns } from '../../../../actions/lib/columns/parquet-columns.ts';
import { codecs, type Plain, parquetKernel, readColumn, sourceOf } from './parquet-kernel.ts';

// Written and read back by pyarrow, DuckDB and polars: test/fixtures/columns/parquet/make-parquet.py has the versions.
const folder = join(import.meta.dirname, '../../../fixtures/columns/parquet');
const bytesOf = (file: string): Uint8Array => readFileSync(join(folder, file));
interface Family {
  readonly files: readonly string[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}
const { families }: { families: Readonly<Record<string, Family>> } = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
);
const kernel = parquetKernel();
const open = (file: string, bytes = bytesOf(file)) =>
  openParquetColumns(sourceOf(file, bytes), kernel, codecs);

const NESTED = new Set(['array', 'object']);
const nestedValue = (type: string, value: Plain): unknown =>
  NESTED.has(type) && typeof value === 'string' ? JSON.parse(value) : value;

describe.each(Object.entries(families))('%s', (_family, { files, columns }) => {
  test.each(files)('%s holds what pyarrow reads from it', (name) => {
    for (const step of [1_000_000, 7]) {
      const file = open(name);
      expect(file.columns.map((column) => column.name)).toEqual(Object.keys(columns));
      for (const [index, column] of file.columns.entries()) {
        const read = readColumn(kernel, file, index, step).map((value) => nestedValue(column.type, value));
        const wanted = (columns[column.name] ?? []).map((value) =>
          column.name === 'json' ? JSON.parse(String(value)) : value,
        );
        expect(read, `${column.name}, ${step} rows at a time`).toEqual(wanted);
      }
      file.close();
    }
  });
});

test('types are those of the contract standard', () => {
  const types = (name: string) => Object.fromEntries(open(name).columns.map((c) => [c.name, c.type]));
  expect(types('types-v2.parquet')).toMatchObject({
    bool: 'boolean',
    required: 'integer',
    uint64: 'integer',
    float16: 'number',
    dec17: 'number',
    dec38i: 'integer',
    date: 'date',
    time_us: 'time',
    ts_ns: 'timestamp',
    duration: 'integer',
    text: 'string',
    bytes: 'string',
    uuid: 'string',
    json: 'object',
    nothing: 'integer',
  });
  expect(types('nested-v1.parquet')).toEqual({
    id: 'integer',
    tags: 'array',
    matrix: 'array',
    'limits.low': 'number',
    'limits.high': 'number',
    orders: 'array',
    scores: 'object',
    by_number: 'object',
    'deep.flags': 'array',
    'deep.inner.t': 'string',
    'deep.inner.xs': 'array',
    triple: 'array',
  });
});
