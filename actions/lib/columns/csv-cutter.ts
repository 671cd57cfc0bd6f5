import { CELLS, type CellLayout } from './cells.ts';
import type { ColumnBatch, FileView, MalformedRow, Place } from './column-batch.ts';
import type { CsvHead } from './csv-head.ts';
import type { Kernel } from './kernel.ts';
import { PlacedError } from './placed-error.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { placeIn, type TextStretch } from './text-stretch.ts';

/** Rows out of shape that one cut lists. */
const MAX_MALFORMED = 1_024;

/** Cuts stretches of CSV into batches for a scan. */
export class CsvCutter {
  readonly #kernel: Kernel;
  readonly #scan: TableScan;
  readonly #consumer: BatchConsumer;
  readonly #file: FileView;
  readonly #delimiter: number;
  readonly #cutRows: 'cutCsv' | 'cutRelaxed';
  readonly #layout: number;
  readonly #malformed: number;
  readonly #cut: number;
  /** Quotes that were kept as text, and where the first of them stands. */
  kept: { readonly count: number; readonly first: Place } | undefined;

  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    { delimiter, relaxed }: Pick<CsvHead, 'delimiter' | 'relaxed'>,
  ) {
    this.#kernel = kernel;
    this.#scan = scan;
    this.#consumer = consumer;
    this.#file = file;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#cutRows = relaxed ? 'cutRelaxed' : 'cutCsv';
    this.#layout = kernel.alloc((scan.maxRows + 1) * (file.columns.length + 1) * 4 + 8);
    this.#malformed = kernel.alloc(MAX_MALFORMED * 8);
    this.#cut = kernel.alloc(28);
  }

  /** Gives its memory back. */
  close(): void {
    for (const at of [this.#layout, this.#malformed, this.#cut]) this.#kernel.run.release(at);
  }

  /**
   * Takes all complete rows of [from, end), which begins at the start of a row.
   *
   * @param nuls - places of NUL characters in it
   * @returns the address of the first byte that was not used
   * @throws ActionError invalid-file for a quote out of place, where quotes are strict
   */
  rows(from: number, end: number, stretch: TextStretch, nuls: readonly Place[]): number {
    const columns = this.#file.columns.length;
    let controls = nuls;
    for (let at = from; ; ) {
      const { run } = this.#kernel;
      run[this.#cutRows](
        at,
        end,
        this.#layout,
        this.#scan.maxRows,
        columns,
        this.#delimiter,
        this.#malformed,
        MAX_MALFORMED,
        this.#cut,
      );
      const words = this.#kernel.words.subarray(this.#cut >> 2, (this.#cut >> 2) + 7);
      const [consumed = 0, rows = 0, malformed = 0, stray = 0, , kept = 0, firstKept = 0] = words;
      if (kept > 0 && this.#cutRows === 'cutRelaxed') this.#keep(kept, firstKept, stretch);
      if (rows > 0 || malformed > 0 || controls.length > 0) this.#deliver(rows, malformed, stretch, controls);
      controls = [];
      if (stray !== 0) throw this.#misplaced(stray, stretch);
      if (consumed === at) return at;
      at = consumed;
    }
  }

  /** Address of the last quote that opened a cell in what was cut last. */
  get opened(): number {
    return this.#kernel.words[(this.#cut >> 2) + 4] ?? 0;
  }

  /** @throws ActionError invalid-file always */
  unclosed(stretch: TextStretch): never {
    throw new MisplacedQuote(
      this.#file,
      placeIn(this.#kernel, this.opened, stretch),
      'the quote that opens here is never closed; the rest of the file was inside it',
    );
  }

  #keep(count: number, first: number, stretch: TextStretch): void {
    this.kept = {
      count: (this.kept?.count ?? 0) + count,
      first: this.kept?.first ?? placeIn(this.#kernel, first, stretch),
    };
  }

  #deliver(rows: number, malformed: number, stretch: TextStretch, controls: readonly Place[]): void {
    const columns = this.#file.columns.length;
    const layout: CellLayout = {
      at: this.#layout,
      stride: (columns + 1) * 4,
      step: 4,
      rows,
      form: CELLS.csv,
      ascii: stretch.ascii,
    };
    this.#scan.take(
      {
        layout,
        ...this.#listMalformed(malformed, stretch),
        controls,
        position: stretch.position + 1n,
        byAddress: true,
        place: (row, cell) => {
          const word = (this.#layout >> 2) + row * (columns + 1) + (cell ?? 0);
          const place = placeIn(this.#kernel, (this.#kernel.words[word] ?? 0) + 1, stretch);
          if (cell !== undefined) return place;
          const { column: _, ...line } = place;
          return line;
        },
      },
      this.#consumer,
    );
  }

  #listMalformed(count: number, stretch: TextStretch) {
    const malformed: MalformedRow[] = [];
    const malformedCounts = { 'extra-cell': 0, 'missing-cell': 0, 'blank-row': 0 };
    const expected = this.#file.columns.length;
    for (let index = 0; index < count; index += 1) {
      const word = (this.#malformed >> 2) + index * 2;
      const cells = this.#kernel.words[word + 1] ?? 0;
      const kind = cells === 0 ? 'blank-row' : cells > expected ? 'extra-cell' : 'missing-cell';
      malformedCounts[kind] += 1;
      const { column: _, ...place } = placeIn(this.#kernel, this.#kernel.words[word] ?? 0, stretch);
      malformed.push({ kind, place, cells, expected });
    }
    return { malformed, malformedCounts } satisfies Pick<ColumnBatch, 'malformed' | 'malformedCounts'>;
  }

  #misplaced(address: number, stretch: TextStretch): MisplacedQuote {
    const after = this.#kernel.bytes[address] !== this.#kernel.quote.charCodeAt(0);
    return new MisplacedQuote(
      this.#file,
      placeIn(this.#kernel, address, stretch),
      after
        ? 'text after the quote that closes a cell; double the quotes inside of quoted cells'
        : 'a quote inside a cell that does not begin with one; quote the whole cell and double the quote',
    );
  }
}

/** A quote that makes all that follows doubtful. Its line is known once the blocks before it were counted. */
export class MisplacedQuote extends PlacedError {
  constructor(file: FileView, place: Place, what: string) {
    super(place.block ?? 0, place.line ?? 1, [`${file.name}:`, `:${place.column}: ${what}`]);
  }
}
