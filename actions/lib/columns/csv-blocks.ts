import { LIMITS } from '../tabular/limits.ts';
import type { FileView, Place } from './column-batch.ts';
import { CsvCutter, type TextStretch } from './csv-cutter.ts';
import type { CsvHead } from './csv-head.ts';
import type { Kernel } from './kernel.ts';
import { PlacedError } from './placed-error.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { InvalidText, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes of a block; a thread takes one at a time. */
export const BLOCK_BYTES = 1 << 20;
/** Bytes read behind a block at first, for the row that crosses its end. */
const TAIL_BYTES = 1 << 16;

/** The bytes of a file, read wherever a thread wants them. */
export interface FileBytes {
  readonly size: number;
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

/** How lines ended in what a thread read. */
export interface LineEnds {
  lineFeeds: number;
  pairs: number;
  bareReturns: number;
}

/** Reads blocks of one UTF-8 CSV file, in any order among threads. */
export class CsvBlocks {
  readonly #kernel: Kernel;
  readonly #cutter: CsvCutter;
  readonly #survey: TextSurvey;
  readonly #file: FileView;
  readonly #bytes: FileBytes;
  readonly #chain: BlockChain;
  readonly #dataStart: number;
  #buffer: number;
  #capacity: number;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  /** @param head - of the file; `dataStart` counts from its first byte, a byte order mark included */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    head: Pick<CsvHead, 'delimiter' | 'dataStart'>,
    bytes: FileBytes,
    chain: BlockChain,
  ) {
    this.#kernel = kernel;
    this.#cutter = new CsvCutter(kernel, scan, consumer, file, head.delimiter);
    this.#survey = new TextSurvey(kernel);
    this.#file = file;
    this.#bytes = bytes;
    this.#chain = chain;
    this.#dataStart = head.dataStart;
    this.#capacity = BLOCK_BYTES + TAIL_BYTES;
    this.#buffer = kernel.alloc(this.#capacity + 64);
  }

  static count = (size: number): number => Math.ceil(size / BLOCK_BYTES);

  close(): void {
    this.#cutter.close();
    this.#survey.close();
    this.#kernel.run.release(this.#buffer);
  }

  /** Reads the rows that begin in a block. @throws MisplacedQuote, InvalidText, PlacedError limit-exceeded */
  take(block: number): void {
    const offset = block * BLOCK_BYTES;
    const { size } = this.#bytes;
    const length = Math.min(BLOCK_BYTES, size - offset);
    let filled = this.#fill(0, offset, Math.min(this.#capacity, size - offset));
    const blockEnd = this.#buffer + length;
    const survey = this.#survey.of(this.#buffer, blockEnd);
    const before = this.#chain.insideBefore(block);
    const after = before !== (survey.quotes % 2 === 1);
    this.#chain.publish(block, after, survey.lines);
    this.#countLineEnds(survey);
    this.#validate(survey, offset, length, filled);
    if (survey.bareReturns > 0) this.#kernel.run.mendReturns(this.#buffer, blockEnd, before ? 1 : 0);
    const first = block === 0;
    let from = first
      ? this.#firstRow(filled)
      : this.#kernel.run.nextRow(this.#buffer, blockEnd, before ? 1 : 0);
    // A row that begins right behind the block is the next one's, unless this is the end.
    if (from === 0) return;
    let end = offset + length === size ? this.#closeText(filled) : this.#endOfRow(length, filled, after);
    while (end === 0) {
      if (offset + filled === size) {
        end = this.#closeText(filled);
        break;
      }
      if (filled - BLOCK_BYTES > LIMITS.recordLength) this.#tooLong(from, filled, block, offset);
      from -= this.#buffer;
      filled = this.#readOn(offset, filled);
      from += this.#buffer;
      end = this.#endOfRow(length, filled, after);
    }
    if (end - this.#buffer - length > LIMITS.recordLength) this.#tooLong(from, filled, block, offset);
    if (from < end) this.#cut(from, end, block, offset, survey);
  }

  /** The end of the row that crosses the block's end; carriage returns there end rows as well. */
  #endOfRow(length: number, filled: number, inside: boolean): number {
    const { run } = this.#kernel;
    const blockEnd = this.#buffer + length;
    const filledEnd = this.#buffer + filled;
    const found = run.nextRow(blockEnd, filledEnd, inside ? 1 : 0);
    const end = found === 0 ? filledEnd : found;
    const rest = this.#survey.of(blockEnd, end - 1);
    if (rest.bareReturns === 0) return found;
    run.mendReturns(blockEnd, end - 1, inside ? 1 : 0);
    return run.nextRow(blockEnd, end, inside ? 1 : 0);
  }

  #cut(from: number, end: number, block: number, offset: number, survey: Survey): void {
    const blockEnd = this.#buffer + Math.min(BLOCK_BYTES, this.#bytes.size - offset);
    const tail = end > blockEnd ? this.#survey.of(blockEnd, end) : undefined;
    const stretch = this.#stretch(block, offset, !survey.nonAscii && !tail?.nonAscii);
    const controls: readonly Place[] =
      survey.nuls === 0
        ? []
        : this.#survey.nuls(this.#buffer, blockEnd).map((at) => this.#cutter.place(at, stretch));
    if (this.#cutter.rows(from, end, { ...stretch, controls }) !== end) this.#cutter.unclosed(stretch);
  }

  #fill(at: number, offset: number, length: number): number {
    return this.#bytes.read(
      this.#kernel.bytes.subarray(this.#buffer + at, this.#buffer + at + length),
      offset + at,
    );
  }

  /** Where the rows begin, 0 where there is nothing behind the header. */
  #firstRow(filled: number): number {
    return this.#dataStart < filled ? this.#buffer + this.#dataStart : 0;
  }

  /** Ends the last row with a line feed if the file does not. */
  #closeText(filled: number): number {
    const end = this.#buffer + filled;
    const { bytes } = this.#kernel;
    if (filled > 0 && bytes[end - 1] === 10) return end;
    bytes[end] = 10;
    return end + 1;
  }

  /** @throws MisplacedQuote at the quote that swallowed the rest, else PlacedError limit-exceeded */
  #tooLong(from: number, filled: number, block: number, offset: number): never {
    const stretch = this.#stretch(block, offset, false);
    const begin = this.#cutter.rows(from, this.#buffer + filled, stretch);
    if (this.#cutter.opened !== 0) this.#cutter.unclosed(stretch);
    const words = `: a row longer than ${LIMITS.recordLength} bytes; is a quote or a line end missing here?`;
    const { line = 1 } = this.#cutter.place(begin, stretch);
    throw new PlacedError(block, line, [`${this.#file.name}:`, words], 'limit-exceeded');
  }

  #stretch(block: number, offset: number, ascii: boolean): TextStretch {
    const position = (BigInt(this.#file.index) << 48n) + BigInt(offset - this.#buffer);
    return { start: this.#buffer, linesBefore: 0, block, position, ascii, controls: [] };
  }

  /** Makes room for a row that is longer than the tail, and reads on. */
  #readOn(offset: number, filled: number): number {
    if (filled === this.#capacity) {
      const tail = Math.min((this.#capacity - BLOCK_BYTES) * 4, LIMITS.recordLength + TAIL_BYTES);
      const capacity = BLOCK_BYTES + tail;
      const grown = this.#kernel.alloc(capacity + 64);
      this.#kernel.bytes.copyWithin(grown, this.#buffer, this.#buffer + filled);
      this.#kernel.run.release(this.#buffer);
      this.#buffer = grown;
      this.#capacity = capacity;
    }
    const room = Math.min(this.#capacity - filled, this.#bytes.size - offset - filled);
    return filled + this.#fill(filled, offset, room);
  }

  #validate(survey: Survey, offset: number, length: number, filled: number): void {
    if (!survey.nonAscii) return;
    const { bytes, run } = this.#kernel;
    let start = this.#buffer;
    // The block before has looked at a character that it began.
    if (offset > 0) while (start < this.#buffer + 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    const bad = run.invalidUtf8(start, this.#buffer + length, this.#buffer + filled);
    if (bad === 0) return;
    const line = run.countLines(this.#buffer, bad) + 1;
    throw new InvalidText(
      this.#file.name,
      offset + bad - this.#buffer,
      bytes[bad] ?? 0,
      line,
      offset / BLOCK_BYTES,
    );
  }

  #countLineEnds({ lineFeeds, pairs, bareReturns }: Survey): void {
    this.lineEnds.lineFeeds += lineFeeds - pairs;
    this.lineEnds.pairs += pairs;
    this.lineEnds.bareReturns += bareReturns;
  }
}
