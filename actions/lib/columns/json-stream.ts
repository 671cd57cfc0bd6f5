import type { FileView } from './column-batch.ts';
import { JsonCutter, type LateKey, lateKeyNote } from './json-cutter.ts';
import { JsonFault, TOO_LONG } from './json-fault.ts';
import type { Kernel } from './kernel.ts';
import { StreamBuffer } from './stream-buffer.ts';
import type { BatchConsumer, TableScan } from './table-scan.ts';
import type { LineEnds } from './text-survey.ts';

const MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads one text of JSON Lines, or of one array of objects, whose bytes come one after the other; which of the two, the
 * format of its file says.
 */
export class JsonStream {
  readonly #kernel: Kernel;
  readonly #cutter: JsonCutter;
  readonly #buffer: StreamBuffer;
  readonly #array: boolean;

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
    this.#buffer = new StreamBuffer(
      kernel,
      file,
      (line) => new JsonFault(file.name, { line }, TOO_LONG, 'limit-exceeded'),
    );
    this.#array = file.format === 'json';
  }

  /** Keys met after the columns were settled. */
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

  /** Takes the next bytes of the text. @throws JsonFault, InvalidText, ColumnSurprise */
  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk, () => this.#work(false));
  }

  /** Takes what is left. @throws JsonFault, InvalidText, ColumnSurprise */
  end(): void {
    if (this.#array || this.#buffer.end > this.#buffer.start) this.#work(true);
  }

  #work(final: boolean): void {
    const buffer = this.#buffer;
    const filled = buffer.end;
    const end = this.#array ? this.#endOfCharacters(final) : this.#endOfLines(final);
    const used = end > buffer.start || final ? this.#cut(end, final) : buffer.start;
    buffer.advance(used, Math.max(end, filled));
  }

  /** An array is closed by a zero byte for the kernel, which gives way to the text again. */
  #cut(end: number, final: boolean): number {
    const buffer = this.#buffer;
    const stretch = buffer.stretch(!buffer.survey(end).nonAscii);
    const from = buffer.start + (buffer.offset === 0 ? this.#mark() : 0);
    if (!this.#array) return this.#cutter.records(from, end, stretch);
    const saved = this.#kernel.bytes[end] ?? 0;
    this.#kernel.bytes[end] = 0;
    const used = this.#cutter.records(from, end, stretch, final);
    this.#kernel.bytes[end] = saved;
    return used;
  }

  /** Behind the last line feed; the last line of the text need not have one. */
  #endOfLines(final: boolean): number {
    const { start, end } = this.#buffer;
    if (final) return this.#buffer.endOfText();
    return start + this.#kernel.bytes.subarray(start, end).lastIndexOf(10) + 1;
  }

  #endOfCharacters(final: boolean): number {
    return final ? this.#buffer.end : this.#buffer.endOfCharacters();
  }

  /** Bytes of the byte order mark. */
  #mark(): number {
    const { bytes } = this.#kernel;
    const { start, end } = this.#buffer;
    const marked = end - start >= MARK.length && MARK.every((byte, at) => bytes[start + at] === byte);
    return marked ? MARK.length : 0;
  }
}
