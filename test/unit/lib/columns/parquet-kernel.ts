import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Kernel } from '../../../../actions/lib/columns/kernel.ts';
import type { ColumnRows } from '../../../../actions/lib/columns/parquet-batch.ts';
import type { ColumnFile } from '../../../../actions/lib/columns/parquet-columns.ts';
import type { ParquetKernel } from '../../../../actions/lib/columns/parquet-kernel.ts';
import type { Codecs, ColumnSource } from '../../../../actions/lib/columns/parquet-source.ts';
import { readKernels } from '../../../../actions/tools/kernels.ts';

/** The kernels that are shipped, in a memory of their own. */
export const parquetKernel = (): ParquetKernel => new Kernel(new WebAssembly.Module(readKernels())).run;

const bounded = (size: number) => ({ maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) });

export const codecs: Codecs = {
  gzip: (packed, size) => gunzipSync(packed, bounded(size)),
  brotli: (packed, size) => brotliDecompressSync(packed, bounded(size)),
  zstd: (packed, size) => zstdDecompressSync(packed, bounded(size)),
  crc32: (bytes) => crc32(bytes),
};

/** A file in memory; what was read before is overwritten, as the contract of a source allows. */
export function sourceOf(name: string, bytes: Uint8Array): ColumnSource {
  let last = new Uint8Array(0);
  return {
    name,
    size: bytes.length,
    read(start, end) {
      if (start < 0 || start > end || end > bytes.length) throw new RangeError(`bytes ${start} to ${end}`);
      last.fill(0xaa);
      last = Uint8Array.from(bytes.subarray(start, end));
      return last;
    },
  };
}

/** A value in the form of the fixtures' expected.json: digits in a list where a double does not have them. */
export type Plain = number | string | null | readonly (string | number)[];

/** The rows of a column as plain values. */
export function plainRows(kernel: ParquetKernel, rows: ColumnRows): Plain[] {
  const view = new DataView(kernel.memory.buffer);
  if (rows.kind === 'texts')
    return Array.from({ length: rows.rows }, (_, row) => textAt(view, rows.pairs + row * 8));
  return Array.from({ length: rows.rows }, (_, row): Plain => {
    const exact = rows.exact(row);
    const value = plainNumber(view, rows.values + row * 8);
    if (exact === undefined || value === null) return value;
    return rows.scale === 0 ? [String(exact)] : [String(exact), value];
  });
}

/** The kernels' own NaNs: no value, and a value that is no number. */
const ODD: ReadonlyMap<bigint, string | null> = new Map([
  [0x7ff8000000000001n, null],
  [0x7ff8000000000002n, 'nan'],
]);

function plainNumber(view: DataView, at: number): number | string | null {
  const value = view.getFloat64(at, true);
  const odd = ODD.get(view.getBigUint64(at, true));
  if (odd !== undefined) return odd;
  if (Number.isNaN(value)) return 'a NaN of the file';
  return Number.isFinite(value) ? value : String(value).replace('Infinity', 'inf');
}

export function textAt(view: DataView, pair: number): string | null {
  const [start, end] = [view.getUint32(pair, true), view.getUint32(pair + 4, true)];
  if (start === 0 && end === 0) return null;
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    new Uint8Array(view.buffer, start + 1, end - start - 1).slice(),
  );
}

/** All rows of a column, read `step` at a time. */
export function readColumn(kernel: ParquetKernel, file: ColumnFile, column: number, step: number): Plain[] {
  return file.rowGroups.flatMap(({ rows }, group) => {
    const cursor = file.open(group, column);
    const values: Plain[] = [];
    for (let at = 0; at < rows; at += step)
      values.push(...plainRows(kernel, cursor.next(Math.min(step, rows - at))));
    return values;
  });
}
