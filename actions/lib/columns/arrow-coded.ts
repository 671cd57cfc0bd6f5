import type { ArrowArray } from './arrow-arrays.ts';
import { codesOf } from './arrow-json.ts';
import type { Rendered } from './arrow-rendered.ts';
import type { ColumnRows, TextDictionary } from './parquet-batch.ts';
import { integersAt, type ParquetKernel, Room } from './parquet-kernel.ts';
import { damaged } from './parquet-source.ts';

/** Gives the values of a dictionary by their codes. */
export class CodedRows implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly code: (index: number) => number;
  private readonly present: Uint8Array | undefined;
  private readonly source: Rendered;
  private readonly values: ColumnRows;
  private readonly missing: ReadonlySet<number>;
  private readonly dictionary: TextDictionary;
  private readonly codes: Room;
  private readonly out: Room;
  private readonly integers: Room;
  private readonly where: string;

  /** @param part - the dictionary as one */
  constructor(
    kernel: ParquetKernel,
    array: ArrowArray,
    bits: number,
    part: Rendered,
    size: number,
    present: Uint8Array | undefined,
    where: string,
  ) {
    this.kernel = kernel;
    this.code = codesOf(array, bits);
    this.present = present;
    this.source = part;
    this.values = part.rows(0, size);
    this.where = where;
    this.codes = new Room(kernel);
    this.out = new Room(kernel);
    this.integers = new Room(kernel);
    this.missing = this.missingCodes();
    this.dictionary = { size, pairs: this.values.kind === 'texts' ? this.values.pairs : 0 };
  }

  /** Codes that stand for "no value". */
  private missingCodes(): ReadonlySet<number> {
    const { values } = this;
    if (values.nulls === 0) return new Set();
    const at = values.kind === 'texts' ? values.pairs : values.values;
    const nothing = values.kind === 'texts' ? 0n : 0x7ff8000000000001n;
    const words = integersAt(this.kernel, at, values.rows);
    return new Set(Array.from(words.keys()).filter((code) => words[code] === nothing));
  }

  rows(from: number, count: number): ColumnRows {
    const { kernel, values } = this;
    const codes = this.codes.reserve(count * 4, this.where);
    const nulls = this.fill(codes, from, count);
    const out = this.out.reserve(count * 8, this.where);
    if (values.kind === 'texts') {
      kernel.gatherWords(codes, count, values.pairs, out);
      return { kind: 'texts', rows: count, nulls, pairs: out, codes, dictionary: this.dictionary };
    }
    kernel.gatherNumbers(codes, count, values.values, out);
    const integers = values.integers === 0 ? 0 : this.integers.reserve(count * 8, this.where);
    if (integers !== 0) kernel.gatherWords(codes, count, values.integers, integers);
    const exact = (row: number) => {
      const code = new DataView(kernel.memory.buffer).getInt32(codes + row * 4, true);
      return code < 0 ? undefined : values.exact(code);
    };
    return { ...values, rows: count, nulls, values: out, integers, exact };
  }

  private fill(codes: number, from: number, count: number): number {
    const out = new Int32Array(this.kernel.memory.buffer, codes, count);
    let nulls = 0;
    for (let row = 0; row < count; row += 1) {
      const code = this.present?.[from + row] === 0 ? -1 : this.code(from + row);
      if (
        (code !== -1 && !(code >= 0 && code < this.values.rows)) ||
        (code === -1 && this.present?.[from + row] !== 0)
      )
        throw damaged(this.where, `code ${code} is not in its dictionary of ${this.values.rows}`);
      const there = code >= 0 && !this.missing.has(code);
      if (!there) nulls += 1;
      out[row] = there ? code : -1;
    }
    return nulls;
  }

  release(): void {
    this.source.release();
    for (const room of [this.codes, this.out, this.integers]) room.release();
  }
}
