import type { NumberRows } from './parquet-batch.ts';
import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';
import type { NumberForm } from './parquet-leaf.ts';
import type { Numbers } from './parquet-numbers.ts';
import { nullsOf, type Piece, spreadCodes, spreadWords } from './parquet-pieces.ts';

const SAFE = 2n ** 53n;

/** Makes rows of numbers of the pieces of pages. */
export class NumberAssembly {
  private readonly kernel: ParquetKernel;
  private readonly form: NumberForm;
  private readonly values: Room;
  private readonly integers: Room;
  private readonly codes: Room;

  constructor(kernel: ParquetKernel, form: NumberForm) {
    this.kernel = kernel;
    this.form = form;
    this.values = new Room(kernel);
    this.integers = new Room(kernel);
    this.codes = new Room(kernel);
  }

  assemble(rows: number, pieces: readonly Piece[], where: string): NumberRows {
    const { form } = this;
    const whole = form.form === 'int64' || form.form === 'uint64' || form.form === 'decimal';
    const values = this.values.reserve(rows * 8, where);
    const integers = whole ? this.integers.reserve(rows * 8, where) : 0;
    const wide = new Map<number, bigint>();
    let [odd, inexact] = [false, false];
    for (const piece of pieces) {
      const numbers = this.place(
        piece,
        values + piece.to * 8,
        whole ? integers + piece.to * 8 : 0,
        wide,
        where,
      );
      odd ||= numbers?.odd ?? false;
      inexact ||= numbers?.inexact ?? false;
    }
    const unsigned = form.form === 'uint64';
    return {
      kind: 'numbers',
      rows,
      nulls: nullsOf(pieces),
      values,
      integers: inexact && wide.size === 0 ? integers : 0,
      unsigned,
      scale: form.form === 'decimal' ? form.scale : 0,
      exact: inexact ? (row) => wide.get(row) ?? this.exactAt(integers + row * 8, unsigned) : () => undefined,
      odd,
    };
  }

  /** Writes the rows of a piece; returns what they were made of. */
  private place(
    piece: Piece,
    values: number,
    integers: number,
    wide: Map<number, bigint>,
    where: string,
  ): Numbers | undefined {
    const { kernel } = this;
    const { content } = piece.page;
    const source = content.kind === 'codes' ? content.dictionary.values : content;
    if (source.kind !== 'numbers') return undefined;
    const { numbers } = source;
    if (content.kind === 'codes') {
      const codes = this.codes.reserve(piece.rows * 4, where);
      spreadCodes(kernel, content.codes, piece, codes);
      kernel.gatherNumbers(codes, piece.rows, numbers.values, values);
      if (integers !== 0) kernel.gatherWords(codes, piece.rows, numbers.integers, integers);
      if (numbers.wide.size > 0) this.wideByCode(codes, piece, numbers.wide, wide);
    } else {
      spreadWords(kernel, 'scatterNumbers', numbers.values, piece, values);
      if (integers !== 0) spreadWords(kernel, 'scatterWords', numbers.integers, piece, integers);
      if (numbers.wide.size > 0) this.wideByIndex(piece, numbers.wide, wide);
    }
    return numbers;
  }

  private exactAt(at: number, unsigned: boolean): bigint | undefined {
    const view = new DataView(this.kernel.memory.buffer);
    const value = unsigned ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
    return value > SAFE || value < -SAFE ? value : undefined;
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
    const { present } = piece.page;
    let index = piece.taken;
    for (let row = 0; row < piece.rows; row += 1) {
      if (present !== 0 && memory[present + piece.from + row] === 0) continue;
      const value = from.get(index);
      if (value !== undefined) to.set(piece.to + row, value);
      index += 1;
    }
  }

  release(): void {
    for (const room of [this.values, this.integers, this.codes]) room.release();
  }
}
