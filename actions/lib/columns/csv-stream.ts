import { ActionError } from '../errors.ts';
import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import type { LineEnds } from './csv-blocks.ts';
import { CsvCutter, type TextStretch } from './csv-cutter.ts';
import type { CsvHead } from './csv-head.ts';
import type { Kernel } from './kernel.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { InvalidText, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes that are cut at a time. */
const PORTION = 1 << 20;

/** Reads one CSV text whose bytes come one after the other: unpacked, or decoded to UTF-8. */
export class CsvStream {
  readonly #kernel: Kernel;
  readonly #cutter: CsvCutter;
  readonly #survey: TextSurvey;
  readonly #file: FileView;
  #buffer: number;
  #capacity = PORTION * 2;
  #filled = 0;
  /** Bytes of the text before the buffer, and lines before it. */
  #offset = 0;
  #lines = 0;
  #skip: number;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  /** @param head - of the text; `dataStart` counts from its first byte */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    head: Pick<CsvHead, 'delimiter' | 'dataStart'>,
  ) {
    this.#kernel = kernel;
    this.#cutter = new CsvCutter(kernel, scan, consumer, file, head.delimiter);
    this.#survey = new TextSurvey(kernel);
    this.#file = file;
    this.#skip = head.dataStart;
    this.#buffer = kernel.alloc(this.#capacity + 64);
  }

  close(): void {
    this.#cutter.close();
    this.#survey.close();
    this.#kernel.run.release(this.#buffer);
  }

  /** Takes the next bytes of the text. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + Math.max(1, this.#capacity - this.#filled));
      this.#kernel.bytes.set(part, this.#buffer + this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#capacity) this.#work(false);
    }
  }

  /** Takes what is left. @throws MisplacedQuote for a quote that is never closed */
  end(): void {
    if (this.#filled > 0) this.#work(true);
  }

  #work(final: boolean): void {
    const { run } = this.#kernel;
    if (final && this.#skip >= this.#filled) return; // a header, and nothing behind it
    let end = this.#buffer + this.#filled;
    if (final) end = this.#closeText(end);
    const start = this.#buffer;
    // A carriage return at the end may be half of a pair, a character cut in two: both wait, with their row.
    const known = final ? end : this.#wholeCharacters(end);
    const survey = this.#survey.of(start, known);
    this.#validate(survey, known);
    if (survey.bareReturns > 0) run.mendReturns(start, known, 0);
    // What is mended here is a line feed when its row is taken.
    this.lineEnds.bareReturns += survey.bareReturns;
    this.lineEnds.lineFeeds -= survey.bareReturns;
    const stretch: TextStretch = {
      start,
      linesBefore: this.#lines,
      position: (BigInt(this.#file.index) << 48n) + BigInt(this.#offset - start),
      ascii: !survey.nonAscii,
      controls: [],
    };
    const controls =
      survey.nuls === 0 ? [] : this.#survey.nuls(start, known).map((at) => this.#cutter.place(at, stretch));
    const used = this.#cutter.rows(start + this.#skip, known, { ...stretch, controls });
    this.#skip = 0;
    if (final && used !== end) this.#cutter.unclosed(stretch);
    this.#advance(used, end);
  }

  #advance(used: number, end: number): void {
    const taken = this.#survey.of(this.#buffer, used);
    this.#lines += taken.lines;
    this.lineEnds.lineFeeds += taken.lineFeeds - taken.pairs;
    this.lineEnds.pairs += taken.pairs;
    this.#offset += used - this.#buffer;
    this.#kernel.bytes.copyWithin(this.#buffer, used, end);
    this.#filled = end - used;
    if (this.#filled > LIMITS.recordLength)
      throw new ActionError(
        'limit-exceeded',
        `${this.#file.name}:${this.#lines + 1}: a row longer than ${LIMITS.recordLength} bytes; is a quote or a line end missing here?`,
      );
    if (this.#filled > this.#capacity / 2) this.#grow();
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const grown = this.#kernel.alloc(capacity + 64);
    this.#kernel.bytes.copyWithin(grown, this.#buffer, this.#buffer + this.#filled);
    this.#kernel.run.release(this.#buffer);
    this.#buffer = grown;
    this.#capacity = capacity;
  }

  #closeText(end: number): number {
    const { bytes } = this.#kernel;
    if (bytes[end - 1] === 10) return end;
    bytes[end] = 10;
    return end + 1;
  }

  #wholeCharacters(end: number): number {
    const { bytes } = this.#kernel;
    let at = end;
    while (at > this.#buffer && end - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at -= 1;
    if (at > this.#buffer && (bytes[at - 1] ?? 0) >= 0xc0) at -= 1;
    else at = end;
    return bytes[at - 1] === 13 ? at - 1 : at;
  }

  #validate(survey: Survey, end: number): void {
    if (!survey.nonAscii) return;
    const { bytes, run } = this.#kernel;
    const bad = run.invalidUtf8(this.#buffer, end, end);
    if (bad === 0) return;
    const line = this.#lines + run.countLines(this.#buffer, bad) + 1;
    throw new InvalidText(this.#file.name, this.#offset + bad - this.#buffer, bytes[bad] ?? 0, line);
  }
}
