import type { ArrowArray } from './arrow-arrays.ts';
import { intervalText } from './arrow-interval.ts';
import { codesOf, type Dictionaries, jsonOf, bytesOf as storedBytes } from './arrow-json.ts';
import type { Rendered } from './arrow-rendered.ts';
import type { ColumnRows, TextDictionary, TextRows } from './parquet-batch.ts';
import { bytesOf, integersAt, type ParquetKernel, Room, wordsAt } from './parquet-kernel.ts';
import { damaged, unsupported } from './parquet-source.ts';

/** Gives texts that are made one by one: JSON of lists, durations. */
export class MadeTexts implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly text: (index: number) => string | null;
  private readonly pairs: Room;
  private readonly bytes: Room;
  private readonly where: string;
  private readonly encoder = new TextEncoder();

  constructor(kernel: ParquetKernel, text: (index: number) => string | null, where: string) {
    this.kernel = kernel;
    this.text = text;
    this.where = where;
    this.pairs = new Room(kernel);
    this.bytes = new Room(kernel);
  }

  rows(from: number, count: number): TextRows {
    const texts = Array.from({ length: count }, (_, row) => this.text(from + row));
    const pairs = this.pairs.reserve(count * 8, this.where);
    let at = this.bytes.reserve(3 * texts.reduce((sum, text) => sum + (text?.length ?? 0), 0), this.where);
    const memory = bytesOf(this.kernel);
    const words = wordsAt(this.kernel, pairs, count * 2);
    let nulls = 0;
    for (const [row, text] of texts.entries()) {
      if (text === null) nulls += 1;
      const { written } = this.encoder.encodeInto(text ?? '', memory.subarray(at));
      words[row * 2] = text === null ? 0 : at - 1;
      words[row * 2 + 1] = text === null ? 0 : at + written;
      at += written;
    }
    return { kind: 'texts', rows: count, nulls, pairs, codes: 0, dictionary: undefined };
  }

  release(): void {
    this.pairs.release();
    this.bytes.release();
  }
}

/** What makes the texts of fields that have no bytes of their own. */
export function madeTexts(
  array: ArrowArray,
  present: Uint8Array | undefined,
  dictionaries: Dictionaries,
  where: string,
): (index: number) => string | null {
  const { as } = array.field;
  const there = (index: number) => present === undefined || present[index] !== 0;
  if (as.kind === 'null') return () => null;
  if (as.kind === 'interval') {
    const view = new DataView(array.buffers[0]?.buffer ?? new ArrayBuffer(0));
    return (index) => (there(index) ? intervalText(view, as.unit, index) : null);
  }
  const json = jsonOf(array, dictionaries, where);
  return (index) => (there(index) ? json(index) : null);
}

/** Gives byte strings: texts, or bytes as hexadecimal digits. */
export class StoredTexts implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly form: 'text' | 'hex' | 'uuid';
  private readonly present: Uint8Array | undefined;
  private readonly read: (index: number) => Uint8Array;
  private readonly pairs: Room;
  private readonly bytes: Room;
  private readonly written: Room;
  private readonly where: string;

  constructor(
    kernel: ParquetKernel,
    array: ArrowArray,
    form: 'text' | 'hex' | 'uuid',
    present: Uint8Array | undefined,
    where: string,
  ) {
    this.kernel = kernel;
    this.form = form;
    this.present = present;
    this.where = where;
    this.read = storedBytes(array, new DataView(array.buffers[0]?.buffer ?? new ArrayBuffer(0)));
    this.pairs = new Room(kernel);
    this.bytes = new Room(kernel);
    this.written = new Room(kernel);
  }

  rows(from: number, count: number): TextRows {
    const texts = Array.from({ length: count }, (_, row) =>
      this.present?.[from + row] === 0 ? undefined : this.read(from + row),
    );
    const pairs = this.pairs.reserve(count * 8, this.where);
    const size = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    let at = this.bytes.reserve(size, this.where);
    const memory = bytesOf(this.kernel);
    const words = wordsAt(this.kernel, pairs, count * 2);
    for (const [row, text] of texts.entries()) {
      words[row * 2] = at - 1;
      if (text !== undefined) memory.set(text, at);
      at += text?.length ?? 0;
      words[row * 2 + 1] = at;
    }
    this.rewrite(pairs, count, size);
    return {
      kind: 'texts',
      rows: count,
      nulls: this.wipe(texts, pairs),
      pairs,
      codes: 0,
      dictionary: undefined,
    };
  }

  private rewrite(pairs: number, count: number, size: number): void {
    const { kernel, where } = this;
    if (this.form === 'hex') kernel.hexTexts(pairs, count, this.written.reserve(2 * size + 2 * count, where));
    else if (this.form === 'uuid') kernel.uuidTexts(pairs, count, this.written.reserve(36 * count, where));
    else if (kernel.firstNotUtf8(pairs, count) >= 0)
      throw unsupported(where, 'it holds text that is not UTF-8; write it as UTF-8, or as bytes');
  }

  private wipe(texts: readonly (Uint8Array | undefined)[], pairs: number): number {
    const words = integersAt(this.kernel, pairs, texts.length);
    let nulls = 0;
    for (const [row, text] of texts.entries())
      if (text === undefined) {
        words[row] = 0n;
        nulls += 1;
      }
    return nulls;
  }

  release(): void {
    for (const room of [this.pairs, this.bytes, this.written]) room.release();
  }
}

/** Gives the values of a dictionary by their codes. */
export class CodedRows implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly code: (index: number) => number;
  private readonly present: Uint8Array | undefined;
  private readonly parts: readonly Rendered[];
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
    this.parts = [part];
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
    for (const part of this.parts) part.release();
    for (const room of [this.codes, this.out, this.integers]) room.release();
  }
}
