import { BlockBuffer, type BlockChain, type FileBytes } from './block-buffer.ts';
import type { FileView } from './column-batch.ts';
import { JsonCutter, type LateKey, lateKeyNote } from './json-cutter.ts';
import { JsonFault, TOO_LONG } from './json-fault.ts';
import type { Kernel } from './kernel.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { placeIn } from './text-stretch.ts';
import type { LineEnds } from './text-survey.ts';

/**
 * Reads blocks of one UTF-8 file of JSON Lines, in any order among threads. A line feed never stands inside a text of
 * JSON, so that no block depends on those before it.
 */
export class JsonBlocks {
  readonly #kernel: Kernel;
  readonly #cutter: JsonCutter;
  readonly #buffer: BlockBuffer;
  readonly #file: FileView;
  readonly #chain: Pick<BlockChain, 'publish'>;
  readonly #mark: number;

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
    this.#buffer = new BlockBuffer(kernel, file, bytes);
    this.#file = file;
    this.#chain = chain;
    this.#mark = mark;
  }

  /** Keys met after the columns were settled, in the blocks read here. */
  get lateKeys(): readonly LateKey[] {
    return this.#cutter.lateKeys;
  }

  get notes(): readonly string[] {
    return this.lateKeys.map(lateKeyNote);
  }

  get lineEnds(): Readonly<LineEnds> {
    return this.#buffer.lineEnds;
  }

  close(): void {
    this.#cutter.close();
    this.#buffer.close();
  }

  /** Reads the lines that begin in a block; false where the text ends before it. @throws JsonFault, InvalidText, ColumnSurprise */
  take(block: number): boolean {
    const buffer = this.#buffer;
    if (!buffer.load(block)) return false;
    const survey = buffer.survey();
    this.#chain.publish(block, false, survey.lines);
    buffer.accept(survey);
    const first = block === 0 ? buffer.start + this.#mark : this.#behindLine(buffer.start, buffer.blockEnd);
    if (first === 0) return true;
    const skipped = first - buffer.start;
    const end = this.#endOfLines(skipped);
    const from = buffer.start + skipped;
    if (from < end) this.#cutter.records(from, end, buffer.stretch(buffer.isAscii(survey, end)));
    return true;
  }

  /** The address where the line ends that crosses the end of the block; reads on until it is there. */
  #endOfLines(skipped: number): number {
    const buffer = this.#buffer;
    if (buffer.isLast) return buffer.endOfText();
    for (let searched = buffer.blockEnd - buffer.start; ; ) {
      const end = this.#behindLine(buffer.start + searched, buffer.end);
      if (end !== 0) return end;
      if (buffer.atEnd) return buffer.endOfText();
      if (buffer.tooLong) this.#tooLong(buffer.start + skipped);
      searched = buffer.end - buffer.start;
      buffer.readOn();
    }
  }

  /** The address behind the next line feed; 0 where there is none. */
  #behindLine(from: number, to: number): number {
    const found = this.#kernel.run.find(from, to, 10);
    return found === 0 ? 0 : found + 1;
  }

  #tooLong(from: number): never {
    const { blockEnd } = this.#buffer;
    const last = this.#kernel.bytes.subarray(from, blockEnd).lastIndexOf(10) + 1;
    const place = placeIn(this.#kernel, from + last, this.#buffer.stretch(false));
    throw new JsonFault(this.#file.name, place, TOO_LONG, 'limit-exceeded');
  }
}
