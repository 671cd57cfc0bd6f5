import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import type { Kernel } from './kernel.ts';
import { positionOf, type TextStretch } from './text-stretch.ts';
import { InvalidText, type LineEnds, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes that are cut at a time. */
const PORTION = 1 << 20;

/** The window of a reader over one text whose bytes come one after the other. Memory does not grow with the text. */
export class StreamBuffer {
  readonly #kernel: Kernel;
  readonly #file: FileView;
  readonly #survey: TextSurvey;
  readonly #tooLong: (line: number) => Error;
  #start: number;
  #capacity = PORTION * 2;
  #filled = 0;
  #offset = 0;
  #lines = 0;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  /** @param tooLong - the error for a row, in that line, that is longer than a row may be */
  constructor(kernel: Kernel, file: FileView, tooLong: (line: number) => Error) {
    this.#kernel = kernel;
    this.#file = file;
    this.#tooLong = tooLong;
    this.#survey = new TextSurvey(kernel);
    this.#start = kernel.alloc(this.#capacity + 64);
  }

  close(): void {
    this.#survey.close();
    this.#kernel.run.release(this.#start);
  }

  /** Address of the first byte that is not used yet. */
  get start(): number {
    return this.#start;
  }

  /** Address behind the last byte that came. */
  get end(): number {
    return this.#start + this.#filled;
  }

  /** Bytes of the text before the window. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes the next bytes of the text; `work` is called whenever the window is full. */
  push(chunk: Uint8Array, work: () => void): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#capacity - this.#filled);
      this.#kernel.bytes.set(part, this.end);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#capacity) work();
    }
  }

  /** What the window holds up to an address. @throws InvalidText */
  survey(end: number): Survey {
    const survey = this.#survey.of(this.#start, end);
    if (survey.nonAscii) this.#validate(end);
    return survey;
  }

  nuls(end: number): readonly number[] {
    return this.#survey.nuls(this.#start, end);
  }

  stretch(ascii: boolean): TextStretch {
    const position = positionOf(this.#file.index, this.#offset, this.#start);
    return { start: this.#start, linesBefore: this.#lines, position, ascii };
  }

  /** The address up to which all is known: a carriage return may be half of a pair, a character may be cut in two. */
  endOfCharacters(): number {
    const { bytes } = this.#kernel;
    const { start, end } = this;
    let at = end;
    while (at > start && end - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at -= 1;
    if (at > start && (bytes[at - 1] ?? 0) >= 0xc0) at -= 1;
    else at = end;
    return bytes[at - 1] === 13 ? at - 1 : at;
  }

  /** The end of the text, whose last line need not have ended: it is ended here. */
  endOfText(): number {
    const { bytes } = this.#kernel;
    const { end } = this;
    if (bytes[end - 1] === 10) return end;
    bytes[end] = 10;
    this.lineEnds.lineFeeds -= 1; // this one is not the text's
    return end + 1;
  }

  /** Leaves behind what was used; from there up to `end` is kept. Makes room where a row fills half of the window. */
  advance(used: number, end: number): void {
    const taken = this.#survey.of(this.#start, used);
    this.#lines += taken.lines;
    this.lineEnds.lineFeeds += taken.lineFeeds - taken.pairs;
    this.lineEnds.pairs += taken.pairs;
    this.lineEnds.bareReturns += taken.bareReturns;
    this.#offset += used - this.#start;
    this.#kernel.bytes.copyWithin(this.#start, used, end);
    this.#filled = end - used;
    if (this.#filled > LIMITS.recordLength) throw this.#tooLong(this.#lines + 1);
    if (this.#filled > this.#capacity / 2) this.#grow();
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const grown = this.#kernel.alloc(capacity + 64);
    this.#kernel.bytes.copyWithin(grown, this.#start, this.end);
    this.#kernel.run.release(this.#start);
    this.#start = grown;
    this.#capacity = capacity;
  }

  #validate(end: number): void {
    const { bytes, run } = this.#kernel;
    const bad = run.invalidUtf8(this.#start, end, end);
    if (bad === 0) return;
    const line = this.#lines + run.countLines(this.#start, bad) + 1;
    throw new InvalidText(this.#file.name, this.#offset + bad - this.#start, bytes[bad] ?? 0, line);
  }
}
