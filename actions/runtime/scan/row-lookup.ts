import { BLOCK_BYTES } from '../../lib/columns/block-buffer.ts';
import type { ColumnBatch } from '../../lib/columns/column-batch.ts';
import type { FetchedRow, Position, RowLookup } from '../../lib/columns/key-index.ts';
import type { SharedProgress } from '../../lib/scan/chain.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { Scanned } from './scan-table.ts';
import { captureParts } from './scan-thread.ts';

/** Files that can be read again, by number, and how. */
export interface LookupPart {
  readonly files: readonly number[];
  scan(): Promise<Scanned>;
}

/**
 * Reads single rows of a table again: only the blocks and groups of rows that hold them.
 *
 * @param absent - files that another job read: of their rows only the file can be said
 */
export function rowLookup(
  module: WebAssembly.Module,
  parts: readonly LookupPart[],
  absent: readonly FilePlan[] = [],
): RowLookup {
  const elsewhere = new Map(absent.map((file) => [file.index, file]));
  return {
    elsewhere: absent.length > 0,
    async fetch(positions, columns) {
      const found = new Map<string, FetchedRow>();
      for (const part of parts) {
        const own = positions.filter(({ file }) => part.files.includes(file));
        if (own.length === 0) continue;
        for (const row of await fetchFrom(module, await part.scan(), own, columns))
          found.set(keyOf(row.position), row);
      }
      return positions.flatMap((position) => {
        const file = elsewhere.get(position.file);
        return found.get(keyOf(position)) ?? (file ? { position, file: file.name, texts: [] } : []);
      });
    },
  };
}

const keyOf = ({ file, at }: Position): string => `${file}:${at}`;

async function fetchFrom(
  module: WebAssembly.Module,
  { job, progress }: Scanned,
  positions: readonly Position[],
  columns: readonly string[] | 'all',
): Promise<readonly FetchedRow[]> {
  const names = columns === 'all' ? job.columns.map(({ name }) => name).sort() : columns;
  const found: FetchedRow[] = [];
  for (const file of job.files) {
    const wanted = positions.filter((position) => position.file === file.index).map(({ at }) => at);
    if (wanted.length === 0) continue;
    const sought = new Set(wanted);
    const capture = (batch: ColumnBatch): void => {
      for (const row of rowsAt(batch, sought)) found.push(rowOf(batch, row, names, progress));
    };
    const own = { ...job, columns: job.columns.filter(({ name }) => names.includes(name)) };
    await captureParts(module, own, progress, file, partsOf(file, wanted), capture);
  }
  return found;
}

/** The parts of a file in which rows at these positions begin. */
function partsOf(file: FilePlan, positions: readonly number[]): readonly number[] {
  return [...new Set(positions.map((at) => partOf(file, at)))].sort((a, b) => a - b);
}

function partOf(file: FilePlan, at: number): number {
  // A row belongs to the block in which the line end before it lies.
  if (file.blocks) return Math.max(0, Math.floor((at - 1) / BLOCK_BYTES));
  let before = 0;
  for (const [group, rows] of (file.groups ?? []).entries()) {
    before += rows;
    if (at < before) return group;
  }
  return 0;
}

function* rowsAt(batch: ColumnBatch, sought: ReadonlySet<number>): Iterable<number> {
  for (let row = 0; row < batch.rows; row += 1) if (sought.has(batch.position(row))) yield row;
}

function rowOf(
  batch: ColumnBatch,
  row: number,
  names: readonly string[],
  progress: SharedProgress,
): FetchedRow {
  const place = batch.place(row);
  const before = place.block === undefined ? 0 : progress.linesBefore(batch.file.index, place.block);
  return {
    position: { file: batch.file.index, at: batch.position(row) },
    file: batch.file.name,
    ...(place.line !== undefined && { line: place.line + before }),
    ...(place.row !== undefined && { row: place.row }),
    texts: names.map((name) => batch.column(name)?.text(row) ?? null),
  };
}
