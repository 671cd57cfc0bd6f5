import { ActionError } from '../errors.ts';
import { bytesOf, type ParquetKernel, Room, wordsAt } from './parquet-kernel.ts';
import type { Leaf, TextForm } from './parquet-leaf.ts';
import { damaged, unsupported } from './parquet-source.ts';

const MAX_TEXTS = 1024 * 1024 * 1024;

/** Decodes byte strings to pairs of addresses. The buffers belong to one page and are used again for the next. */
export class TextPages {
  private readonly kernel: ParquetKernel;
  private readonly pairs: Room;
  private readonly written: Room;
  private readonly rewritten: Room;
  private readonly lengths: Room;
  private readonly prefixes: Room;

  constructor(kernel: ParquetKernel) {
    this.kernel = kernel;
    this.pairs = new Room(kernel);
    this.written = new Room(kernel);
    this.rewritten = new Room(kernel);
    this.lengths = new Room(kernel);
    this.prefixes = new Room(kernel);
  }

  /**
   * Values of any length.
   *
   * @returns the address of `count` pairs, `undefined` for an encoding that byte strings cannot have
   * @throws ActionError invalid-file, limit-exceeded
   */
  variable(encoding: string, at: number, end: number, count: number, where: string): number | undefined {
    if (encoding === 'PLAIN' && count * 4 > end - at)
      throw damaged(where, `a page of fewer than ${count} texts`);
    const pairs = this.pairs.reserve(count * 8, where);
    const checked = (read: number) => {
      if (read < 0) throw damaged(where, `a page of texts whose lengths do not fit (${encoding})`);
      return read;
    };
    switch (encoding) {
      case 'PLAIN':
        checked(this.kernel.plainTexts(at, end, count, pairs));
        return pairs;
      case 'DELTA_LENGTH_BYTE_ARRAY': {
        const lengths = this.lengths.reserve(count * 4, where);
        const texts = at + checked(this.kernel.deltas(at, end, count, 4, lengths));
        checked(this.kernel.lengthTexts(texts, end, lengths, count, pairs));
        return pairs;
      }
      case 'DELTA_BYTE_ARRAY': {
        const prefixes = this.prefixes.reserve(count * 4, where);
        const lengths = this.lengths.reserve(count * 4, where);
        const second = at + checked(this.kernel.deltas(at, end, count, 4, prefixes));
        const texts = second + checked(this.kernel.deltas(second, end, count, 4, lengths));
        const size = checked(this.kernel.frontCodedSize(prefixes, lengths, count));
        const out = this.textRoom(this.written, size, where);
        checked(this.kernel.frontCoded(texts, end, prefixes, lengths, count, out, pairs));
        return pairs;
      }
      default:
        return undefined;
    }
  }

  /** Values of `width` bytes, one after the other. */
  fixed(at: number, count: number, width: number, where: string): number {
    const pairs = this.pairs.reserve(count * 8, where);
    this.kernel.fixedTexts(at, count, width, pairs);
    return pairs;
  }

  /**
   * Turns the bytes at the pairs into what people read.
   *
   * @throws ActionError invalid-file for texts that are not UTF-8
   */
  rewrite(form: TextForm['form'], pairs: number, count: number, where: string): void {
    switch (form) {
      case 'text':
        if (this.kernel.firstNotUtf8(pairs, count) >= 0)
          throw unsupported(where, 'it holds text that is not UTF-8; write it as UTF-8, or as bytes');
        return;
      case 'hex': {
        const size = 2 * this.kernel.textBytes(pairs, count) + 2 * count;
        this.kernel.hexTexts(pairs, count, this.textRoom(this.rewritten, size, where));
        return;
      }
      case 'uuid':
        this.kernel.uuidTexts(pairs, count, this.textRoom(this.rewritten, 36 * count, where));
        return;
      case 'interval':
        this.writeIntervals(pairs, count, where);
    }
  }

  /** Texts of the pairs are to have a length: those of fixed-length columns that were front-coded. */
  checkLengths(pairs: number, count: number, leaf: Leaf, where: string): void {
    const words = wordsAt(this.kernel, pairs, count * 2);
    for (let index = 0; index < words.length; index += 2)
      if ((words[index + 1] ?? 0) - (words[index] ?? 0) - 1 !== leaf.width)
        throw damaged(where, `a value that has not ${leaf.width} bytes`);
  }

  /** Months, days and milliseconds as a duration of ISO 8601. */
  private writeIntervals(pairs: number, count: number, where: string): void {
    const out = this.textRoom(this.rewritten, 48 * count, where);
    const memory = bytesOf(this.kernel);
    const view = new DataView(memory.buffer);
    let at = out;
    for (let pair = pairs; pair < pairs + count * 8; pair += 8) {
      const from = view.getUint32(pair, true) + 1;
      const [months, days, millis] = [0, 4, 8].map((offset) => view.getUint32(from + offset, true));
      view.setUint32(pair, at - 1, true);
      for (const letter of `P${months}M${days}DT${(millis ?? 0) / 1000}S`)
        memory[at++] = letter.charCodeAt(0);
      view.setUint32(pair + 4, at, true);
    }
  }

  private textRoom(room: Room, size: number, where: string): number {
    if (size > MAX_TEXTS)
      throw new ActionError(
        'limit-exceeded',
        `${where}: a page of ${size} bytes of text, at most ${MAX_TEXTS} are read; write smaller pages`,
      );
    return room.reserve(size, where);
  }

  release(): void {
    for (const room of [this.pairs, this.written, this.rewritten, this.lengths, this.prefixes])
      room.release();
  }
}
