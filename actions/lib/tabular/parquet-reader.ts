import { parquetMetadataAsync, parquetSchema } from 'hyparquet/src/metadata.js';
import { parquetScan } from 'hyparquet/src/scan.js';
import { compressors } from 'hyparquet-compressors';
import { ActionError } from '../errors.ts';
import { checkColumnNames } from './column-names.ts';
import { batchRows, LIMITS } from './limits.ts';
import type { Batch, ByteSource, Cell, ReaderNote, TableOptions, TableReader } from './table.ts';

type Scan = Awaited<ReturnType<typeof parquetScan>>;
type Decoded = Awaited<ReturnType<Scan['readColumn']>>;
type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;

const MAX_ROW_GROUPS = 100_000;

/**
 * Opens Parquet. Row groups are decoded one at a time. 64-bit integers that fit into a double's exact range become
 * numbers, larger ones stay `bigint`; timestamps have milliseconds. The decoder believes the run lengths it reads:
 * a damaged file can keep it busy for minutes, so that callers watch over the time between two checkpoints.
 *
 * @throws ActionError invalid-file for anything the decoder stumbles over, limit-exceeded for absurd sizes
 */
export async function openParquet(
  source: ByteSource,
  notes: ReaderNote[],
  options: TableOptions,
): Promise<TableReader> {
  const file = {
    byteLength: source.size,
    slice: async (start: number, end: number = source.size) => {
      if (start < 0 || end > source.size || start > end)
        throw new Error(`reads bytes ${start} to ${end} of a file of ${source.size}`);
      return Uint8Array.from(await source.slice(start, end)).buffer;
    },
  };
  await checkMagic(source);
  const metadata = await guarded(source.name, () => parquetMetadataAsync(file));
  const fields = await guarded(source.name, async () => {
    checkPlausible(source, metadata);
    return parquetSchema(metadata).children;
  });
  const columns = fields.map((field) => field.element.name);
  checkColumnNames(source.name, columns);
  const scan = await guarded(source.name, () =>
    parquetScan({ file, metadata, compressors, useOffsetIndex: false }),
  );
  const scales = fields.map(({ element }) =>
    element.converted_type === 'DECIMAL' ? (element.scale ?? 0) : undefined,
  );
  return {
    format: 'parquet',
    columns,
    notes,
    batches: () => batchesOf(source.name, scan, metadata, columns, scales, options.checkpoint ?? (() => {})),
  };
}

async function* batchesOf(
  name: string,
  scan: Scan,
  metadata: Metadata,
  columns: readonly string[],
  scales: readonly (number | undefined)[],
  checkpoint: () => void,
): AsyncIterable<Batch> {
  const capacity = batchRows(columns.length);
  let firstRow = 0;
  for (const group of metadata.row_groups) {
    const rowStart = firstRow;
    const rows = Number(group.num_rows);
    if (rows === 0) continue;
    const decoded: Decoded[] = [];
    for (const column of columns) {
      checkpoint();
      const values = await guarded(name, () =>
        scan.readColumn({ column, rowStart, rowEnd: rowStart + rows }),
      );
      if (values.length !== rows)
        throw new ActionError(
          'invalid-file',
          `${name}: damaged Parquet file: column ${JSON.stringify(column)} holds ${values.length} of ${rows} declared rows`,
        );
      decoded.push(values);
    }
    for (let from = 0; from < rows; from += capacity) {
      checkpoint();
      const rowCount = Math.min(capacity, rows - from);
      yield {
        firstRow,
        rowCount,
        columns: decoded.map((values, index) => cells(values, from, rowCount, scales[index])),
      };
      firstRow += rowCount;
    }
  }
}

function cells(values: Decoded, from: number, count: number, scale: number | undefined): Cell[] {
  const column = new Array<Cell>(count);
  for (let row = 0; row < count; row += 1) {
    const value = toCell(values[from + row]);
    // The decoder multiplies decimals by a power of ten in doubles; rounding to the scale takes that error back.
    column[row] = scale !== undefined && typeof value === 'number' ? Number(value.toFixed(scale)) : value;
  }
  return column;
}

function toCell(value: unknown): Cell {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    case 'object':
      if (value === null || value instanceof Date) return value;
      if (value instanceof Uint8Array) return hexadecimal(value);
      return Array.isArray(value) ? value : { ...value };
    default:
      return null;
  }
}

const hexadecimal = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** Both ends of the file: the decoder itself looks at the last one only. */
async function checkMagic(source: ByteSource): Promise<void> {
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
  const size = source.size;
  const head = size >= 12 ? text(await source.slice(0, 4)) : '';
  const tail = size >= 12 ? text(await source.slice(size - 4, size)) : '';
  if (tail === 'PARE')
    throw new ActionError('invalid-file', `${source.name}: encrypted Parquet is not supported`);
  if (head !== 'PAR1' || tail !== 'PAR1')
    throw new ActionError(
      'invalid-file',
      `${source.name}: not a whole Parquet file: it must begin and end with PAR1; was the upload or download cut off?`,
    );
}

function checkPlausible(source: ByteSource, metadata: Metadata): void {
  const broken = (what: string) =>
    new ActionError('invalid-file', `${source.name}: damaged Parquet file: ${what}`);
  const columns = metadata.schema.filter((element) => element.num_children === undefined).length;
  if (metadata.row_groups.length > MAX_ROW_GROUPS)
    throw new ActionError(
      'limit-exceeded',
      `${source.name}: ${metadata.row_groups.length} row groups, at most ${MAX_ROW_GROUPS} are read`,
    );
  let rows = 0n;
  for (const group of metadata.row_groups) {
    if (group.num_rows < 0n) throw broken('a row group with a negative number of rows');
    if (group.num_rows * BigInt(columns) > BigInt(LIMITS.rowGroupCells))
      throw new ActionError(
        'limit-exceeded',
        `${source.name}: a row group of ${group.num_rows} rows and ${columns} columns; write row groups of at most ${LIMITS.rowGroupCells} values`,
      );
    rows += group.num_rows;
  }
  if (rows !== metadata.num_rows)
    throw broken(`the footer declares ${metadata.num_rows} rows, the row groups hold ${rows}`);
}

/** Maps whatever the decoder throws on damaged bytes to one typed error. */
async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ActionError('invalid-file', `${name}: damaged or unsupported Parquet file: ${message}`, {
      cause: error,
    });
  }
}
