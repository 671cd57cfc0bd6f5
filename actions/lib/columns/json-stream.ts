import { LIMITS } from '../tabular/limits.ts';
import type { FileView } from './column-batch.ts';
import type { LineEnds } from './csv-blocks.ts';
import { JsonCutter, type LateKey, lateKeyNote } from './json-cutter.ts';
import { JsonFault, TOO_LONG } from './json-fault.ts';
import type { Kernel } from './kernel.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import { InvalidText, type Survey, TextSurvey } from './text-survey.ts';

/** Bytes that are cut at a time. */
const PORTION = 1 << 20;
const MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads one text of JSON Lines, or of one array of objects, whose bytes come one after the other; which of the two, the
 * format of its file says. Memory does not grow with the text.
 */
export class JsonStream {
  readonly #kernel: Kernel;
  readonly #cutter: JsonCutter;
  readonly #survey: TextSurvey;
  readonly #file: FileView;
  #buffer: number;
  #capacity = PORTION * 2;
  #filled = 0;
  /** Bytes of the text before the buffer, and lines before it. */
  #offset = 0;
  #lines = 0;
  readonly lineEnds: LineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };

  /** @param wanted - names of the plan's columns: no value of these may be passed over */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    wanted: ReadonlySet<string>,
  ) {
    this.#kernel = kernel;
    this.#cutter = new JsonCutter(kernel, scan, consumer, file, wanted);
    this.#survey = new TextSurvey(kernel);
    this.#file = file;
    this.#buffer = kernel.alloc(this.#capacity + 64);
  }

  /** Keys met after the columns were settled. */
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

  /** Takes the next bytes of the text. @throws JsonFault, InvalidText, ColumnSurprise */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#capacity - this.#filled);
      this.#kernel.bytes.set(part, this.#buffer + this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#capacity) this.#work(false);
    }
  }

  /** Takes what is left. @throws JsonFault, InvalidText, ColumnSurprise */
  end(): void {
    if (this.#filled > 0 || this.#file.format === 'json') this.#work(true);
  }

  #work(final: boolean): void {
    const start = this.#buffer;
    const array = this.#file.format === 'json';
    const filled = start + this.#filled;
    const end = array ? this.#endOfCharacters(filled, final) : this.#endOfLines(filled, final);
    if (end > start || final) {
      const survey = this.#survey.of(start, end);
      this.#validate(survey, end);
      const from = start + (this.#offset === 0 ? this.#mark() : 0);
      const used = this.#cut(from, end, !survey.nonAscii, final);
      this.#advance(used, Math.max(end, filled));
    } else this.#advance(start, filled);
  }

  /** An array is closed by a zero byte for the kernel, which gives way to the text again. */
  #cut(from: number, end: number, ascii: boolean, final: boolean): number {
    const stretch = {
      start: this.#buffer,
      linesBefore: this.#lines,
      position: (BigInt(this.#file.index) << 48n) + BigInt(this.#offset - this.#buffer),
      ascii,
      controls: [],
    };
    if (this.#file.format !== 'json') return this.#cutter.records(from, end, stretch);
    const saved = this.#kernel.bytes[end] ?? 0;
    this.#kernel.bytes[end] = 0;
    const used = this.#cutter.records(from, end, stretch, final);
    this.#kernel.bytes[end] = saved;
    return used;
  }

  #advance(used: number, end: number): void {
    const taken = this.#survey.of(this.#buffer, used);
    this.#lines += taken.lines;
    this.lineEnds.lineFeeds += taken.lineFeeds - taken.pairs;
    this.lineEnds.pairs += taken.pairs;
    this.lineEnds.bareReturns += taken.bareReturns;
    this.#offset += used - this.#buffer;
    this.#kernel.bytes.copyWithin(this.#buffer, used, end);
    this.#filled = end - used;
    if (this.#filled > LIMITS.recordLength)
      throw new JsonFault(this.#file.name, { line: this.#lines + 1 }, TOO_LONG, 'limit-exceeded');
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

  /** Behind the last line feed; the last line of the text need not have one. */
  #endOfLines(end: number, final: boolean): number {
    const { bytes } = this.#kernel;
    if (!final) return this.#buffer + bytes.subarray(this.#buffer, end).lastIndexOf(10) + 1;
    if (bytes[end - 1] === 10) return end;
    bytes[end] = 10;
    return end + 1;
  }

  /** A carriage return at the end may be half of a pair, a character cut in two: both wait. */
  #endOfCharacters(end: number, final: boolean): number {
    if (final) return end;
    const { bytes } = this.#kernel;
    let at = end;
    while (at > this.#buffer && end - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at -= 1;
    if (at > this.#buffer && (bytes[at - 1] ?? 0) >= 0xc0) at -= 1;
    else at = end;
    return bytes[at - 1] === 13 ? at - 1 : at;
  }

  #mark(): number {
    const { bytes } = this.#kernel;
    const marked = this.#filled >= MARK.length && MARK.every((byte, at) => bytes[this.#buffer + at] === byte);
    return marked ? MARK.length : 0;
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
