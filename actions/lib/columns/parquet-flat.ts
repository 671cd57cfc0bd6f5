import type { ColumnCursor, ColumnRows, NumberRows, TextDictionary, TextRows } from './parquet-batch.ts';
import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';
import { type ColumnPages, type DecodedPage, type Dictionary, PageSlot } from './parquet-pages.ts';
import { damaged } from './parquet-source.ts';

const SAFE = 2n ** 53n;

/** Rows of a page that go into a batch. */
interface Piece {
  readonly page: DecodedPage;
  /** First row of the piece in the page, and how many values come before it. */
  readonly from: number;
  readonly taken: number;
  readonly rows: number;
  /** First row of the piece in the batch. */
  readonly to: number;
}

/** Reads a column that is not repeated. Its buffers serve one row group after the other. */
export class FlatCursor implements ColumnCursor {
  left = 0;
  private readonly kernel: ParquetKernel;
  readonly pages: ColumnPages;
  private readonly slots: PageSlot[];
  private readonly outValues: Room;
  private readonly outCodes: Room;
  private readonly outIntegers: Room;
  private page: DecodedPage | undefined;
  private from = 0;
  private taken = 0;
  private where = '';
  private readonly dictionaries = new WeakMap<Dictionary, TextDictionary>();

  constructor(kernel: ParquetKernel, pages: ColumnPages) {
    this.kernel = kernel;
    this.pages = pages;
    this.slots = [new PageSlot(kernel)];
    this.outValues = new Room(kernel);
    this.outCodes = new Room(kernel);
    this.outIntegers = new Room(kernel);
  }

  /** Begins with a row group; `pages` was told as well. */
  begin(rows: number, where: string): void {
    this.left = rows;
    this.where = where;
    this.page = undefined;
  }

  next(rows: number): ColumnRows {
    if (rows > this.left) throw damaged(this.where, `${rows} rows wanted where ${this.left} are left`);
    const pieces = this.pieces(rows);
    this.left -= rows;
    const { as } = this.pages.column.leaf;
    const textual = as.form === 'text' || as.form === 'hex' || as.form === 'uuid' || as.form === 'interval';
    return textual ? this.texts(rows, pieces) : this.numbers(rows, pieces);
  }

  /** The pages under the next rows, each in a slot of its own. */
  private pieces(rows: number): Piece[] {
    const pieces: Piece[] = [];
    let used = 0;
    if (this.page !== undefined) this.keepLast();
    for (let to = 0; to < rows; ) {
      if (this.page === undefined || this.from === this.page.entries) {
        if (this.pages.left === 0) throw damaged(this.where, 'it ends before all of its values');
        if (this.page !== undefined && pieces.length > 0) used += 1;
        this.page = this.pages.next(this.slot(used));
        [this.from, this.taken] = [0, 0];
        continue;
      }
      const { page, from, taken } = this;
      const count = Math.min(rows - to, page.entries - from);
      pieces.push({ page, from, taken, rows: count, to });
      this.taken += page.present === 0 ? count : this.kernel.countOnes(page.present + from, count);
      this.from += count;
      to += count;
    }
    this.lastSlot = used;
    return pieces;
  }

  private lastSlot = 0;

  /** Moves the slot of the page that is not used up to the front: pages before it are done with. */
  private keepLast(): void {
    const [slot] = this.slots.splice(this.lastSlot, 1);
    if (slot !== undefined) this.slots.unshift(slot);
    this.lastSlot = 0;
  }

  private slot(index: number): PageSlot {
    const slot = this.slots[index] ?? new PageSlot(this.kernel);
    this.slots[index] = slot;
    return slot;
  }

  private texts(rows: number, pieces: readonly Piece[]): TextRows {
    const { kernel } = this;
    const out = this.outValues.reserve(rows * 8, this.where);
    const coded = pieces.length > 0 && pieces.every(({ page }) => page.content.kind === 'codes');
    const codes = this.outCodes.reserve(rows * 4, this.where);
    let dictionary: TextDictionary | undefined;
    for (const piece of pieces) {
      const { content } = piece.page;
      const to = out + piece.to * 8;
      if (content.kind === 'texts') this.spread(kernel.scatterWords, content.pairs, piece, to);
      else if (content.kind === 'codes' && content.dictionary.values.kind === 'texts') {
        this.spreadCodes(content.codes, piece, codes + piece.to * 4);
        kernel.gatherWords(codes + piece.to * 4, piece.rows, content.dictionary.values.pairs, to);
        if (coded) dictionary = this.dictionaryOf(content.dictionary);
      }
    }
    return {
      kind: 'texts',
      rows,
      nulls: this.nulls(pieces),
      pairs: out,
      codes: coded ? codes : 0,
      dictionary,
    };
  }

  private dictionaryOf(dictionary: Dictionary): TextDictionary | undefined {
    const known = this.dictionaries.get(dictionary);
    if (known !== undefined || dictionary.values.kind !== 'texts') return known;
    const made = { size: dictionary.size, pairs: dictionary.values.pairs };
    this.dictionaries.set(dictionary, made);
    return made;
  }

  private numbers(rows: number, pieces: readonly Piece[]): NumberRows {
    const { kernel } = this;
    const { as } = this.pages.column.leaf;
    const values = this.outValues.reserve(rows * 8, this.where);
    const whole = as.form === 'int64' || as.form === 'uint64' || as.form === 'decimal';
    const integers = whole ? this.outIntegers.reserve(rows * 8, this.where) : 0;
    const wide = new Map<number, bigint>();
    let [odd, inexact] = [false, false];
    for (const piece of pieces) {
      const { content } = piece.page;
      const coded = content.kind === 'codes' ? content.dictionary.values : content;
      if (coded.kind !== 'numbers') continue;
      const { numbers } = coded;
      odd ||= numbers.odd;
      inexact ||= numbers.inexact;
      const to = piece.to * 8;
      if (content.kind === 'codes') {
        const codes = this.outCodes.reserve(piece.rows * 4, this.where);
        this.spreadCodes(content.codes, piece, codes);
        kernel.gatherNumbers(codes, piece.rows, numbers.values, values + to);
        if (whole) kernel.gatherWords(codes, piece.rows, numbers.integers, integers + to);
        if (numbers.wide.size > 0) this.wideByCode(codes, piece, numbers.wide, wide);
      } else {
        this.spread(kernel.scatterNumbers, numbers.values, piece, values + to);
        if (whole) this.spread(kernel.scatterWords, numbers.integers, piece, integers + to);
        if (numbers.wide.size > 0) this.wideByIndex(piece, numbers.wide, wide);
      }
    }
    return {
      kind: 'numbers',
      rows,
      nulls: this.nulls(pieces),
      values,
      integers: inexact && wide.size === 0 ? integers : 0,
      unsigned: as.form === 'uint64',
      scale: as.form === 'decimal' ? as.scale : 0,
      exact: inexact
        ? (row) => wide.get(row) ?? this.exactAt(integers + row * 8, as.form === 'uint64')
        : () => undefined,
      odd,
    };
  }

  private exactAt(at: number, unsigned: boolean): bigint | undefined {
    const view = new DataView(this.kernel.memory.buffer);
    const value = unsigned ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
    return value > SAFE || value < -SAFE ? value : undefined;
  }

  /** Words of 64 bits, one for each value, to one for each row. */
  private spread(scatter: ParquetKernel['scatterWords'], values: number, piece: Piece, out: number): void {
    const from = values + piece.taken * 8;
    const { present } = piece.page;
    if (present === 0) bytesOf(this.kernel).copyWithin(out, from, from + piece.rows * 8);
    else scatter(from, present + piece.from, piece.rows, out);
  }

  private spreadCodes(codes: number, piece: Piece, out: number): void {
    const from = codes + piece.taken * 4;
    const { present } = piece.page;
    if (present === 0) bytesOf(this.kernel).copyWithin(out, from, from + piece.rows * 4);
    else this.kernel.scatter32(from, present + piece.from, piece.rows, out);
  }

  private nulls(pieces: readonly Piece[]): number {
    let nulls = 0;
    for (const { page, from, rows } of pieces)
      if (page.present !== 0) nulls += rows - this.kernel.countOnes(page.present + from, rows);
    return nulls;
  }

  private wideByCode(
    codes: number,
    piece: Piece,
    from: ReadonlyMap<number, bigint>,
    to: Map<number, bigint>,
  ): void {
    const view = new Int32Array(this.kernel.memory.buffer, codes, piece.rows);
    for (const [row, code] of view.entries()) {
      const value = from.get(code);
      if (value !== undefined) to.set(piece.to + row, value);
    }
  }

  private wideByIndex(piece: Piece, from: ReadonlyMap<number, bigint>, to: Map<number, bigint>): void {
    const memory = bytesOf(this.kernel);
    let index = piece.taken;
    for (let row = 0; row < piece.rows; row += 1) {
      if (piece.page.present !== 0 && memory[piece.page.present + piece.from + row] === 0) continue;
      const value = from.get(index);
      if (value !== undefined) to.set(piece.to + row, value);
      index += 1;
    }
  }

  release(): void {
    for (const slot of this.slots) slot.release();
    for (const room of [this.outValues, this.outCodes, this.outIntegers]) room.release();
    this.pages.release();
  }
}
