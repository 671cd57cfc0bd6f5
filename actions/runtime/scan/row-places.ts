import type { ColumnBatch, Place } from '../../lib/columns/column-batch.ts';
import type { SharedProgress } from '../../lib/scan/chain.ts';
import type { RowPlace } from '../../lib/tabular/data-table.ts';

/** Rows of one batch: each on the line after the one before it, or each on a line of its own. */
interface Stretch {
  readonly from: number;
  readonly file: number;
  readonly first: Place;
  /** Lines after that of the first row; absent when rows and lines go together. */
  readonly offsets?: Uint32Array;
}

/** Where rows stand, a few numbers for each batch of them. */
export class RowPlaces {
  readonly #progress: SharedProgress;
  readonly #stretches: Stretch[] = [];
  #rows = 0;

  constructor(progress: SharedProgress) {
    this.#progress = progress;
  }

  take(batch: ColumnBatch): void {
    if (batch.rows === 0) return;
    const first = batch.place(0);
    const last = batch.place(batch.rows - 1);
    const even = first.line === undefined || (last.line ?? 0) - first.line === batch.rows - 1;
    this.#stretches.push({
      from: this.#rows,
      file: batch.file.index,
      first,
      ...(!even && {
        offsets: Uint32Array.from(
          { length: batch.rows },
          (_, row) => (batch.place(row).line ?? 0) - (first.line ?? 0),
        ),
      }),
    });
    this.#rows += batch.rows;
  }

  /** Where a row stands, all files taken together; it must have been read. */
  of(row: number): RowPlace {
    const stretch = this.#stretches.findLast(({ from }) => from <= row);
    if (stretch === undefined) return { file: 0 };
    const within = row - stretch.from;
    const first = this.resolved(stretch.file, stretch.first);
    if (first.line === undefined) return { file: stretch.file, row: (first.row ?? 1) + within };
    return { file: stretch.file, line: first.line + (stretch.offsets?.[within] ?? within) };
  }

  /** A place with its line counted from the beginning of the file. */
  resolved(file: number, { line, row, block = 0 }: Place): { readonly line?: number; readonly row?: number } {
    if (line === undefined) return row === undefined ? {} : { row };
    return { line: line + (block === 0 ? 0 : this.#progress.linesBefore(file, block)) };
  }
}
