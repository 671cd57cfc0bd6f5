import { ActionError } from '../errors.ts';
import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import { CsvCutter } from './csv-cutter.ts';
import type { CsvHead } from './csv-head.ts';
import type { Kernel } from './kernel.ts';
import { StreamBuffer } from './stream-buffer.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { placeIn } from './text-stretch.ts';
import type { LineEnds, Survey } from './text-survey.ts';

/** Reads one CSV text whose bytes come one after the other: unpacked, or decoded to UTF-8. */
export class CsvStream {
  readonly #kernel: Kernel;
  readonly #cutter: CsvCutter;
  readonly #buffer: StreamBuffer;
  readonly #relaxed: boolean;
  #skip: number;

  /** @param head - of the text; `dataStart` counts from its first byte */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    head: Pick<CsvHead, 'delimiter' | 'dataStart' | 'relaxed'>,
  ) {
    this.#kernel = kernel;
    this.#cutter = new CsvCutter(kernel, scan, consumer, file, head);
    this.#relaxed = head.relaxed === true;
    this.#buffer = new StreamBuffer(kernel, file, (line) => tooLong(file, line));
    this.#skip = head.dataStart;
  }

  get lineEnds(): Readonly<LineEnds> {
    return this.#buffer.lineEnds;
  }

  /** What was unusual, for people. */
  get notes(): readonly string[] {
    const { kept } = this.#cutter;
    if (kept === undefined) return [];
    const { count, first } = kept;
    return [
      `${count} ${count === 1 ? 'quote' : 'quotes'} inside of cells ${count === 1 ? 'was' : 'were'} kept as text, the first in line ${first.line}`,
    ];
  }

  close(): void {
    this.#cutter.close();
    this.#buffer.close();
  }

  /** Takes the next bytes of the text. @throws MisplacedQuote, InvalidText, ActionError limit-exceeded */
  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk, () => this.#work(false));
  }

  /** Takes what is left. @throws MisplacedQuote for a quote that is never closed, and as `push` */
  end(): void {
    const { start, end } = this.#buffer;
    // There may be a header, and nothing behind it.
    if (end - start > this.#skip) this.#work(true);
  }

  #work(final: boolean): void {
    const buffer = this.#buffer;
    const end = final ? this.#endOfText() : buffer.end;
    const known = final ? end : buffer.endOfCharacters();
    const survey = buffer.survey(known);
    // Where quotes are relaxed the cutter alone knows which returns are inside of cells.
    if (survey.bareReturns > 0 && !this.#relaxed) this.#mendReturns(survey, known);
    const stretch = buffer.stretch(!survey.nonAscii);
    const controls =
      survey.nuls === 0 ? [] : buffer.nuls(known).map((at) => placeIn(this.#kernel, at, stretch));
    const used = this.#cutter.rows(buffer.start + this.#skip, known, stretch, controls);
    this.#skip = 0;
    if (final && used !== end) this.#cutter.unclosed(stretch);
    buffer.advance(used, end);
  }

  /** A return that ends the text ends its last row; a line feed behind it would make a pair of it. */
  #endOfText(): number {
    const { end } = this.#buffer;
    const { bytes } = this.#kernel;
    if (bytes[end - 1] !== 13) return this.#buffer.endOfText();
    bytes[end] = 0;
    return end;
  }

  /** What is mended here passes for a line feed when its row is taken; returns inside of quotes stay what they are. */
  #mendReturns(survey: Survey, end: number): void {
    const { start, lineEnds } = this.#buffer;
    this.#kernel.run.mendReturns(start, end, 0);
    const mended = survey.bareReturns - this.#buffer.survey(end).bareReturns;
    lineEnds.bareReturns += mended;
    lineEnds.lineFeeds -= mended;
  }
}

const tooLong = ({ name }: FileView, line: number): ActionError =>
  new ActionError(
    'limit-exceeded',
    `${name}:${line}: a row longer than ${LIMITS.recordLength} bytes; is a quote or a line end missing here?`,
  );
