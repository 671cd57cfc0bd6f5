import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import type { Kernel } from './kernel.ts';
import { positionOf, type TextStretch } from './text-stretch.ts';
import { InvalidText, type LineEnds, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes of a block; a thread takes one at a time. */
export const BLOCK_BYTES = 1 << 20;
/** Bytes read behind a block at first, for the row that crosses its end. */
const TAIL_BYTES = 1 << 16;

/** How many blocks a text of so many bytes has. */
export const blocksIn = (size: number): number => Math.ceil(size / BLOCK_BYTES);

/** The bytes of a file, read wherever a thread wants them. */
export interface FileBytes {
  /** How many bytes there are, or any number over `wanted` where there are more; may wait until that is known. */
  extent(wanted: number): number;
  /** Fills `into` from `offset` on as far as there are bytes; gives how many. */
  read(into: Uint8Array, offset: number): number;
}

/**
 * What threads that read blocks of one file tell each other: whether a block begins inside of quotes, which depends
 * on all blocks before it, and how many lines it has.
 */
export interface BlockChain {
  /** Whether the block begins inside of quotes; waits for the block before it. @throws when that failed */
  insideBefore(block: number): boolean;
  publish(block: number, insideAfter: boolean, lines: number): void;
}

/** The window of a reader over a block of a text, and over as much behind it as its last row needs. */
export class BlockBuffer {
  readonly #kernel: Kernel;
  readonly #file: FileView;
  readonly #bytes: FileBytes;
  readonly #survey: TextSurvey;
  #start: number;
  #capacity = BLOCK_BYTES + TAIL_BYTES;
  #filled = 0;
  #length = 0;
  #block = 0;
  /** Bytes of the whole text, as far as it is known. */
  #size = 0;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  constructor(kernel: Kernel, file: FileView, bytes: FileBytes) {
    this.#kernel = kernel;
    this.#file = file;
    this.#bytes = bytes;
    this.#survey = new TextSurvey(kernel);
    this.#start = kernel.alloc(this.#capacity + 64);
  }

  close(): void {
    this.#survey.close();
    this.#kernel.run.release(this.#start);
  }

  /** Addresses move when more is read. */
  get start(): number {
    return this.#start;
  }

  get blockEnd(): number {
    return this.#start + this.#length;
  }

  /** Address behind the last byte that was read. */
  get end(): number {
    return this.#start + this.#filled;
  }

  get block(): number {
    return this.#block;
  }

  /** Whether the text ends with this block. */
  get isLast(): boolean {
    return this.#offset + this.#length === this.#size;
  }

  /** Whether the text was read to its end. */
  get atEnd(): boolean {
    return this.#offset + this.#filled === this.#size;
  }

  get #offset(): number {
    return this.#block * BLOCK_BYTES;
  }

  /** @returns false where the text ends before this block */
  load(block: number): boolean {
    this.#block = block;
    this.#filled = 0;
    this.#fill();
    this.#length = Math.min(BLOCK_BYTES, this.#size - this.#offset);
    return this.#length > 0;
  }

  /** What the block holds. */
  survey(): Survey {
    return this.#survey.of(this.#start, this.blockEnd);
  }

  /** What lies between two addresses. */
  surveyOf(start: number, end: number): Survey {
    return this.#survey.of(start, end);
  }

  nuls(): readonly number[] {
    return this.#survey.nuls(this.#start, this.blockEnd);
  }

  /** Counts the line ends of a block that is taken. @throws InvalidText */
  accept({ lineFeeds, pairs, bareReturns, nonAscii }: Survey): void {
    this.lineEnds.lineFeeds += lineFeeds - pairs;
    this.lineEnds.pairs += pairs;
    this.lineEnds.bareReturns += bareReturns;
    if (nonAscii) this.#validate();
  }

  /** @param ascii - whether all of it is, what lies behind the block included */
  stretch(ascii: boolean): TextStretch {
    const position = positionOf(this.#file.index, this.#offset, this.#start);
    return { start: this.#start, linesBefore: 0, block: this.#block, position, ascii };
  }

  /** Whether more was read behind the block than a row may have. */
  get tooLong(): boolean {
    return this.#filled - this.#length > LIMITS.recordLength;
  }

  /** Whether the block, up to the end of its last row, is ASCII. */
  isAscii(block: Survey, end: number): boolean {
    return !block.nonAscii && (end <= this.blockEnd || !this.#survey.of(this.blockEnd, end).nonAscii);
  }

  /** The end of the text, whose last line need not have ended: it is ended here. */
  endOfText(): number {
    const { bytes } = this.#kernel;
    const { end } = this;
    if (this.#filled > 0 && bytes[end - 1] === 10) return end;
    bytes[end] = 10;
    return end + 1;
  }

  /** Reads on behind the block, in more memory where a row is longer than the tail. */
  readOn(): void {
    if (this.#filled === this.#capacity) this.#grow();
    this.#fill();
  }

  #fill(): void {
    this.#size = this.#bytes.extent(this.#offset + this.#capacity);
    const length = Math.max(0, Math.min(this.#capacity, this.#size - this.#offset) - this.#filled);
    const room = this.#kernel.bytes.subarray(this.end, this.end + length);
    this.#filled += this.#bytes.read(room, this.#offset + this.#filled);
    // A return that ends the text must not make a pair with what another block left here.
    this.#kernel.bytes[this.end] = 0;
  }

  #grow(): void {
    const tail = Math.min((this.#capacity - BLOCK_BYTES) * 4, LIMITS.recordLength + TAIL_BYTES);
    const capacity = BLOCK_BYTES + tail;
    const grown = this.#kernel.alloc(capacity + 64);
    this.#kernel.bytes.copyWithin(grown, this.#start, this.end);
    this.#kernel.run.release(this.#start);
    this.#start = grown;
    this.#capacity = capacity;
  }

  #validate(): void {
    const { bytes, run } = this.#kernel;
    let from = this.#start;
    // The block before has looked at a character that it began.
    if (this.#block > 0) while (from < this.#start + 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
    const bad = run.invalidUtf8(from, this.blockEnd, this.end);
    if (bad === 0) return;
    const line = run.countLines(this.#start, bad) + 1;
    const at = this.#offset + bad - this.#start;
    throw new InvalidText(this.#file.name, at, bytes[bad] ?? 0, line, this.#block);
  }
}
