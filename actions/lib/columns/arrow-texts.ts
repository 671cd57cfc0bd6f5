import type { ArrowArray } from './arrow-arrays.ts';
import { intervalText } from './arrow-interval.ts';
import { type Dictionaries, jsonOf, bytesOf as storedBytes } from './arrow-json.ts';
import type { Rendered } from './arrow-rendered.ts';
import type { TextRows } from './parquet-batch.ts';
import { bytesOf, integersAt, type ParquetKernel, Room, wordsAt } from './parquet-kernel.ts';
import { unsupported } from './parquet-source.ts';

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
