import { bytesOf, type ParquetKernel } from './parquet-kernel.ts';
import { type ColumnPages, type DecodedPage, PageSlot } from './parquet-pages.ts';
import { damaged } from './parquet-source.ts';

/** Rows of a page that go into a batch. */
export interface Piece {
  readonly page: DecodedPage;
  /** First row of the piece in the page, and how many values come before it. */
  readonly from: number;
  readonly taken: number;
  readonly rows: number;
  /** First row of the piece in the batch. */
  readonly to: number;
  /** Rows without a value. */
  readonly nulls: number;
}

/** Lays the pages of a column under batches of rows. Pages stay in memory as long as a batch needs them. */
export class PieceReader {
  readonly pages: ColumnPages;
  private readonly kernel: ParquetKernel;
  private readonly slots: PageSlot[];
  /** Slot of the current page. */
  private current = 0;
  private page: DecodedPage | undefined;
  private from = 0;
  private taken = 0;
  private where = '';

  constructor(kernel: ParquetKernel, pages: ColumnPages) {
    this.kernel = kernel;
    this.pages = pages;
    this.slots = [new PageSlot(kernel)];
  }

  /** Begins with the chunk that `pages` was told to begin with. */
  begin(where: string): void {
    this.where = where;
    this.page = undefined;
  }

  /**
   * The pieces that make the next rows. Those of the last call are no longer valid.
   *
   * @throws ActionError invalid-file when there are fewer rows
   */
  take(rows: number): readonly Piece[] {
    const pieces: Piece[] = [];
    this.keepCurrent();
    for (let to = 0; to < rows; ) {
      if (this.page === undefined || this.from === this.page.entries) this.load(pieces.length > 0);
      else {
        const piece = this.piece(this.page, to, rows);
        pieces.push(piece);
        to += piece.rows;
      }
    }
    return pieces;
  }

  private load(keep: boolean): void {
    if (this.pages.left === 0) throw damaged(this.where, 'it ends before all of its values');
    if (keep) this.current += 1;
    const slot = this.slots[this.current] ?? new PageSlot(this.kernel);
    this.slots[this.current] = slot;
    this.page = this.pages.next(slot);
    [this.from, this.taken] = [0, 0];
  }

  private piece(page: DecodedPage, to: number, wanted: number): Piece {
    const { from, taken } = this;
    const rows = Math.min(wanted - to, page.entries - from);
    const values = page.present === 0 ? rows : this.kernel.countOnes(page.present + from, rows);
    this.taken += values;
    this.from += rows;
    return { page, from, taken, rows, to, nulls: rows - values };
  }

  /** Moves the slot of the page that is not used up to the front: the pages before it are done with. */
  private keepCurrent(): void {
    const [slot] = this.slots.splice(this.current, 1);
    if (slot !== undefined) this.slots.unshift(slot);
    this.current = 0;
  }

  release(): void {
    for (const slot of this.slots) slot.release();
    this.pages.release();
  }
}

/** All rows without a value. */
export const nullsOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { nulls }) => sum + nulls, 0);

/** Writes words of 64 bits, of which there is one for each value, so that there is one for each row. */
export function spreadWords(
  kernel: ParquetKernel,
  kind: 'scatterNumbers' | 'scatterWords',
  words: number,
  piece: Piece,
  out: number,
): void {
  const from = words + piece.taken * 8;
  if (piece.page.present === 0) bytesOf(kernel).copyWithin(out, from, from + piece.rows * 8);
  else kernel[kind](from, piece.page.present + piece.from, piece.rows, out);
}

/** Writes the codes of a piece so that there is one for each row, -1 where there is no value. */
export function spreadCodes(kernel: ParquetKernel, codes: number, piece: Piece, out: number): void {
  const from = codes + piece.taken * 4;
  if (piece.page.present === 0) bytesOf(kernel).copyWithin(out, from, from + piece.rows * 4);
  else kernel.scatter32(from, piece.page.present + piece.from, piece.rows, out);
}
