import { BLOCK_BYTES, blocksIn } from '../../../../actions/lib/columns/block-buffer.ts';
import type { ColumnBatch, FileView } from '../../../../actions/lib/columns/column-batch.ts';
import { JsonBlocks } from '../../../../actions/lib/columns/json-blocks.ts';
import { type JsonHead, readJsonHead } from '../../../../actions/lib/columns/json-head.ts';
import { JsonStream } from '../../../../actions/lib/columns/json-stream.ts';
import { Kernel } from '../../../../actions/lib/columns/kernel.ts';
import type { KeyRun } from '../../../../actions/lib/columns/key-collector.ts';
import { PlacedError } from '../../../../actions/lib/columns/placed-error.ts';
import { type BatchConsumer, TableScan } from '../../../../actions/lib/columns/table-scan.ts';
import type { ColumnType } from '../../../../actions/lib/tabular/column-type.ts';
import { buildKernels, readKernels } from '../../../../actions/tools/kernels.ts';

await buildKernels();
const kernels = new WebAssembly.Module(new Uint8Array(readKernels()));

/** New kernels with a memory of their own. */
export const newKernel = (): Kernel => new Kernel(kernels);

/**
 * A cell as a test sees it: texts with a mark before them, what else there is as JSON.parse reads it, `null` for
 * nothing; where columns have types, misfits apart.
 */
export type Seen = unknown;
export const seenText = (text: string): Seen => `text ${text}`;

export interface Found {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Seen[])[];
  readonly lines: readonly number[];
  readonly lateKeys: readonly (readonly [name: string, line: number])[];
}

export interface Reading {
  readonly format: 'json' | 'jsonl';
  /** Bytes pushed at a time; absent for a file read in blocks, of which the last come first. */
  readonly chunk?: number;
  readonly wanted?: ReadonlySet<string>;
  readonly head?: JsonHead;
  readonly declared?: boolean;
  readonly types?: ReadonlyMap<string, ColumnType>;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const MARK = '\ufeff';

export function headOf(bytes: Uint8Array): JsonHead {
  const text = decoder.decode(bytes);
  return readJsonHead('a.json', text.startsWith(MARK) ? text.slice(1) : text, true, new Set());
}

/** What the engine finds in a file. @throws Error with the message that people get */
export const readWith = (bytes: Uint8Array, reading: Reading): Found => read(bytes, reading).found;

/** Positions of the rows in the order in which they were read. */
export const positionsOf = (bytes: Uint8Array, reading: Reading): readonly number[] =>
  read(bytes, reading).positions;

function read(bytes: Uint8Array, reading: Reading) {
  const kernel = newKernel();
  const head = reading.head ?? headOf(bytes);
  const file: FileView = {
    index: 0,
    name: `a.${reading.format}`,
    format: reading.format,
    columns: head.columns,
  };
  const scan = scanOf(kernel, head.columns, reading.types, reading.declared);
  const collector = new Collector(reading.types !== undefined);
  scan.openFile(file);
  const lines: number[] = [];
  try {
    const reader =
      reading.chunk === undefined
        ? inBlocks(kernel, scan, collector, file, bytes, reading, lines)
        : streamed(kernel, scan, collector, file, bytes, reading);
    const before = linesBefore(lines);
    const found: Found = {
      columns: head.columns,
      ...collector.inOrder(before),
      lateKeys: reader.lateKeys.map(
        ({ name, place }) => [name, (place.line ?? 0) + before(place.block)] as const,
      ),
    };
    reader.close();
    return { found, positions: collector.positions };
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    throw new Error(error.words.join(String(error.line + linesBefore(lines)(error.block))));
  }
}

const linesBefore = (lines: readonly number[]) => (block: number | undefined) =>
  lines.slice(0, block ?? 0).reduce((sum, count) => sum + count, 0);

export function scanOf(
  kernel: Kernel,
  columns: readonly string[],
  types: ReadonlyMap<string, ColumnType> = new Map(),
  declared = true,
  emit: (key: number, run: KeyRun) => void = () => {},
): TableScan {
  const plan = {
    columns: columns.map((name) => ({ name, type: types.get(name) ?? ('string' as const), declared })),
    nullTexts: [],
    keys: [],
    profileCapacity: 0,
  };
  return new TableScan(kernel, plan, emit);
}

type Reader = JsonBlocks | JsonStream;
type Rest = [
  kernel: Kernel,
  scan: TableScan,
  consumer: BatchConsumer,
  file: FileView,
  bytes: Uint8Array,
  reading: Reading,
];

function inBlocks(
  ...[kernel, scan, consumer, file, bytes, { wanted }, lines]: [...Rest, lines: number[]]
): Reader {
  const source = {
    extent: () => bytes.length,
    read(into: Uint8Array, offset: number) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
  const chain = {
    publish(block: number, _inside: boolean, count: number) {
      lines[block] = count;
    },
  };
  const mark = decoder.decode(bytes.subarray(0, 3)) === MARK ? 3 : 0;
  const blocks = new JsonBlocks(kernel, scan, consumer, file, source, chain, mark, wanted ?? new Set());
  const count = blocksIn(bytes.length);
  // Errors of the first block must not wait for the lines of the last.
  for (let block = count - 1; block >= 0; block -= 1) blocks.take(block);
  return blocks;
}

function streamed(...[kernel, scan, consumer, file, bytes, { wanted, chunk = BLOCK_BYTES }]: Rest): Reader {
  const stream = new JsonStream(kernel, scan, consumer, file, wanted ?? new Set());
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.subarray(at, at + chunk));
  stream.end();
  return stream;
}

class Collector implements BatchConsumer {
  readonly #rows: { readonly block: number; readonly line: number; readonly cells: readonly Seen[] }[] = [];

  readonly positions: number[] = [];
  readonly #typed: boolean;

  constructor(typed: boolean) {
    this.#typed = typed;
  }

  openFile(): void {}
  closeFile(): void {}

  batch(batch: ColumnBatch): void {
    const views = batch.file.columns.map((name) => {
      const view = batch.column(name);
      if (view === undefined) throw new Error(name);
      return { view, misfits: new Set(view.misfits) };
    });
    for (let row = 0; row < batch.rows; row += 1) {
      const { block = 0, line = 0 } = batch.place(row);
      const cells = views.map(({ view, misfits }) => {
        const text = view.text(row);
        if (text === null) return null;
        if (!misfits.has(row)) return seenText(text);
        return view.type === 'string' && !this.#typed ? (JSON.parse(text) as unknown) : { misfit: text };
      });
      this.#rows.push({ block, line, cells });
      this.positions.push(batch.position(row));
    }
  }

  inOrder(before: (block: number | undefined) => number) {
    const rows = this.#rows
      .map(({ block, line, cells }) => ({ cells, line: line + before(block) }))
      .sort((a, b) => a.line - b.line);
    return { rows: rows.map(({ cells }) => cells), lines: rows.map(({ line }) => line) };
  }
}
