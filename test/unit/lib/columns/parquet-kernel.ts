import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnRows } from '../../../../actions/lib/columns/parquet-batch.ts';
import type { ColumnFile } from '../../../../actions/lib/columns/parquet-columns.ts';
import type { ParquetKernel } from '../../../../actions/lib/columns/parquet-kernel.ts';
import type { Codecs, ColumnSource } from '../../../../actions/lib/columns/parquet-source.ts';

const sources = join(import.meta.dirname, '../../../../actions/kernels');
const ENTRY = "export * from './parquet';\nexport { alloc, release } from './bytes';\n";
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'minimal', '--enable', 'simd'];

/** Parquet's kernels alone, compiled once for each state of their sources. */
export async function parquetKernel(): Promise<ParquetKernel> {
  const files = readdirSync(sources).sort();
  const texts = new Map(files.map((name) => [name, readFileSync(join(sources, name), 'utf8')]));
  const hash = createHash('sha256').update(ENTRY + OPTIONS.join());
  for (const text of texts.values()) hash.update(text);
  const folder = join(tmpdir(), 'mlops-actions-kernels');
  const file = join(folder, `${hash.digest('hex').slice(0, 16)}.wasm`);
  const binary = read(file) ?? (await compile(folder, file, texts));
  const abort = () => {
    throw new Error('abort');
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort } });
  return exports as unknown as ParquetKernel;
}

function read(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

async function compile(
  folder: string,
  file: string,
  texts: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  const { main } = await import('assemblyscript/asc');
  const written = new Map<string, Uint8Array | string>();
  const { error, stderr } = await main(['entry.ts', '-o', 'kernel.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'entry.ts' ? ENTRY : (texts.get(name) ?? null)),
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  const binary = written.get('kernel.wasm');
  if (error || !(binary instanceof Uint8Array)) throw new Error(`${error?.message}\n${stderr}`);
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, binary);
  renameSync(draft, file);
  return binary;
}

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
