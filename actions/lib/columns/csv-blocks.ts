import { LIMITS } from '../tabular/limits.ts';
import { BlockBuffer, type BlockChain, type FileBytes } from './block-buffer.ts';
import type { FileView } from './column-batch.ts';
import { CsvCutter } from './csv-cutter.ts';
import type { CsvHead } from './csv-head.ts';
import type { Kernel } from './kernel.ts';
import { PlacedError } from './placed-error.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { placeIn } from './text-stretch.ts';
import type { LineEnds, Survey } from './text-survey.ts';

/** Reads blocks of one UTF-8 CSV file, in any order among threads. */
export class CsvBlocks {
  readonly #kernel: Kernel;
  readonly #cutter: CsvCutter;
  readonly #buffer: BlockBuffer;
  readonly #file: FileView;
  readonly #chain: BlockChain;
  readonly #dataStart: number;

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
    this.#cutter = new CsvCutter(kernel, scan, consumer, file, head);
    this.#buffer = new BlockBuffer(kernel, file, bytes);
    this.#file = file;
    this.#chain = chain;
    this.#dataStart = head.dataStart;
  }

  get lineEnds(): Readonly<LineEnds> {
    return this.#buffer.lineEnds;
  }

  close(): void {
    this.#cutter.close();
    this.#buffer.close();
  }

  /** Reads the rows that begin in a block; false where the text ends before it. @throws MisplacedQuote, InvalidText, PlacedError limit-exceeded */
  take(block: number): boolean {
    const buffer = this.#buffer;
    if (!buffer.load(block)) return false;
    const survey = buffer.survey();
    const before = this.#chain.insideBefore(block);
    const after = before !== (survey.quotes % 2 === 1);
    this.#chain.publish(block, after, survey.lines);
    buffer.accept(survey);
    if (survey.bareReturns > 0) this.#kernel.run.mendReturns(buffer.start, buffer.blockEnd, before ? 1 : 0);
    const first = block === 0 ? this.#behindHeader() : this.#behindRow(before);
    // A row that begins right behind the block is the next one's, unless this is the end.
    if (first === undefined) return true;
    const end = this.#endOfRows(first, after);
    const from = buffer.start + first;
    if (from < end) this.#cut(from, end, survey);
    return true;
  }

  /** Where the first row begins, counted from the block's first byte; `undefined` where none does. */
  #behindHeader(): number | undefined {
    return this.#buffer.start + this.#dataStart < this.#buffer.end ? this.#dataStart : undefined;
  }

  #behindRow(inside: boolean): number | undefined {
    const { start, blockEnd } = this.#buffer;
    const found = this.#kernel.run.nextRow(start, blockEnd, inside ? 1 : 0);
    return found === 0 ? undefined : found - start;
  }

  /** The address where the row ends that crosses the block's end; reads on until it is there. */
  #endOfRows(first: number, inside: boolean): number {
    const buffer = this.#buffer;
    let end = buffer.isLast ? buffer.endOfText() : this.#endOfRow(inside);
    while (end === 0 && !buffer.atEnd) {
      if (buffer.tooLong) this.#tooLong(first);
      buffer.readOn();
      end = this.#endOfRow(inside);
    }
    if (end === 0) end = buffer.endOfText();
    if (end - buffer.blockEnd > LIMITS.recordLength) this.#tooLong(first);
    return end;
  }

  /** Carriage returns behind the block end rows as well; 0 where the row does not end in what was read. */
  #endOfRow(inside: boolean): number {
    const { run } = this.#kernel;
    const { blockEnd, end: filledEnd } = this.#buffer;
    const found = run.nextRow(blockEnd, filledEnd, inside ? 1 : 0);
    const end = found === 0 ? filledEnd : found;
    if (this.#buffer.surveyOf(blockEnd, end - 1).bareReturns === 0) return found;
    run.mendReturns(blockEnd, end - 1, inside ? 1 : 0);
    return run.nextRow(blockEnd, end, inside ? 1 : 0);
  }

  #cut(from: number, end: number, survey: Survey): void {
    const buffer = this.#buffer;
    const stretch = buffer.stretch(buffer.isAscii(survey, end));
    const controls = survey.nuls === 0 ? [] : buffer.nuls().map((at) => placeIn(this.#kernel, at, stretch));
    if (this.#cutter.rows(from, end, stretch, controls) !== end) this.#cutter.unclosed(stretch);
  }

  /** @throws MisplacedQuote at the quote that swallowed the rest, else PlacedError limit-exceeded */
  #tooLong(first: number): never {
    const { start, end, block } = this.#buffer;
    const stretch = this.#buffer.stretch(false);
    const begin = this.#cutter.rows(start + first, end, stretch, []);
    if (this.#cutter.opened !== 0) this.#cutter.unclosed(stretch);
    const words = `: a row longer than ${LIMITS.recordLength} bytes; is a quote or a line end missing here?`;
    const { line = 1 } = placeIn(this.#kernel, begin, stretch);
    throw new PlacedError(block, line, [`${this.#file.name}:`, words], 'limit-exceeded');
  }
}
