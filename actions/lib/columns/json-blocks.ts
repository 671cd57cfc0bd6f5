import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import { BLOCK_BYTES, type BlockChain, type FileBytes, type LineEnds } from './csv-blocks.ts';
import type { TextStretch } from './csv-cutter.ts';
import { JsonCutter, type LateKey, lateKeyNote } from './json-cutter.ts';
import { JsonFault, TOO_LONG } from './json-fault.ts';
import type { Kernel } from './kernel.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { InvalidText, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes read behind a block at first, for the line that crosses its end. */
const TAIL_BYTES = 1 << 16;

/**
 * Reads blocks of one UTF-8 file of JSON Lines, in any order among threads. A line feed never stands inside a text of
 * JSON, so that no block depends on those before it.
 */
export class JsonBlocks {
  readonly #kernel: Kernel;
  readonly #cutter: JsonCutter;
  readonly #survey: TextSurvey;
  readonly #file: FileView;
  readonly #bytes: FileBytes;
  readonly #chain: Pick<BlockChain, 'publish'>;
  readonly #mark: number;
  #buffer: number;
  #capacity = BLOCK_BYTES + TAIL_BYTES;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  /**
   * @param mark - bytes of the byte order mark
   * @param wanted - names of the plan's columns: no value of these may be passed over
   */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    bytes: FileBytes,
    chain: Pick<BlockChain, 'publish'>,
    mark: number,
    wanted: ReadonlySet<string>,
  ) {
    this.#kernel = kernel;
    this.#cutter = new JsonCutter(kernel, scan, consumer, file, wanted);
    this.#survey = new TextSurvey(kernel);
    this.#file = file;
    this.#bytes = bytes;
    this.#chain = chain;
    this.#mark = mark;
    this.#buffer = kernel.alloc(this.#capacity + 64);
  }

  static count = (size: number): number => Math.ceil(size / BLOCK_BYTES);

  /** Keys met after the columns were settled, in the blocks read here. */
  get lateKeys(): readonly LateKey[] {
    return this.#cutter.lateKeys;
  }

  get notes(): readonly string[] {
    return this.lateKeys.map(lateKeyNote);
  }

  close(): void {
    this.#cutter.close();
    this.#survey.close();
    this.#kernel.run.release(this.#buffer);
  }

  /** Reads the lines that begin in a block. @throws JsonFault, InvalidText, ColumnSurprise */
  take(block: number): void {
    const offset = block * BLOCK_BYTES;
    const { size } = this.#bytes;
    const length = Math.min(BLOCK_BYTES, size - offset);
    const filled = this.#fill(0, offset, Math.min(this.#capacity, size - offset));
    const survey = this.#survey.of(this.#buffer, this.#buffer + length);
    this.#chain.publish(block, false, survey.lines);
    this.#countLineEnds(survey);
    this.#validate(survey, offset, length, filled);
    const from = block === 0 ? this.#mark : this.#behindLine(0, length);
    if (from < 0) return;
    const end = this.#endOfLine(from, length, filled, block, offset);
    if (from >= end) return;
    const tail = end > length ? this.#survey.of(this.#buffer + length, this.#buffer + end) : undefined;
    const ascii = !survey.nonAscii && !tail?.nonAscii;
    this.#cutter.records(this.#buffer + from, this.#buffer + end, this.#stretch(block, offset, ascii));
  }

  /** Where the line that crosses the end of the block ends, counted from the block's beginning. */
  #endOfLine(from: number, length: number, filledFirst: number, block: number, offset: number): number {
    const { size } = this.#bytes;
    if (offset + length === size) return this.#closeText(filledFirst);
    for (let filled = filledFirst, searched = length; ; ) {
      const end = this.#behindLine(searched, filled);
      if (end >= 0) return end;
      if (offset + filled === size) return this.#closeText(filled);
      if (filled - length > LIMITS.recordLength) this.#tooLong(from, length, block, offset);
      searched = filled;
      filled = this.#readOn(offset, filled);
    }
  }

  /** The first byte behind a line feed; -1 where there is none. */
  #behindLine(from: number, to: number): number {
    const found = this.#kernel.run.find(this.#buffer + from, this.#buffer + to, 10);
    return found === 0 ? -1 : found + 1 - this.#buffer;
  }

  #fill(at: number, offset: number, length: number): number {
    const { bytes } = this.#kernel;
    const read = this.#bytes.read(bytes.subarray(this.#buffer + at, this.#buffer + at + length), offset + at);
    return at + read;
  }

  /** Makes room for a line that is longer than the tail, and reads on. */
  #readOn(offset: number, filled: number): number {
    if (filled === this.#capacity) {
      const capacity = BLOCK_BYTES + (this.#capacity - BLOCK_BYTES) * 4;
      const grown = this.#kernel.alloc(capacity + 64);
      this.#kernel.bytes.copyWithin(grown, this.#buffer, this.#buffer + filled);
      this.#kernel.run.release(this.#buffer);
      this.#buffer = grown;
      this.#capacity = capacity;
    }
    return this.#fill(filled, offset, Math.min(this.#capacity - filled, this.#bytes.size - offset - filled));
  }

  /** Ends the last line with a line feed if the file does not. */
  #closeText(filled: number): number {
    const { bytes } = this.#kernel;
    if (filled > 0 && bytes[this.#buffer + filled - 1] === 10) return filled;
    bytes[this.#buffer + filled] = 10;
    return filled + 1;
  }

  #tooLong(from: number, length: number, block: number, offset: number): never {
    const { bytes } = this.#kernel;
    const last = bytes.subarray(this.#buffer + from, this.#buffer + length).lastIndexOf(10) + 1;
    const place = this.#cutter.place(this.#buffer + from + last, this.#stretch(block, offset, false));
    throw new JsonFault(this.#file.name, place, TOO_LONG, 'limit-exceeded');
  }

  #stretch(block: number, offset: number, ascii: boolean): TextStretch {
    const position = (BigInt(this.#file.index) << 48n) + BigInt(offset - this.#buffer);
    return { start: this.#buffer, linesBefore: 0, block, position, ascii, controls: [] };
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
    const at = offset + bad - this.#buffer;
    throw new InvalidText(this.#file.name, at, bytes[bad] ?? 0, line, offset / BLOCK_BYTES);
  }

  #countLineEnds({ lineFeeds, pairs, bareReturns }: Survey): void {
    this.lineEnds.lineFeeds += lineFeeds - pairs;
    this.lineEnds.pairs += pairs;
    this.lineEnds.bareReturns += bareReturns;
  }
}
