import { dateText, timestampText, timeText } from '../tabular/calendar.ts';
import { isJson } from './json-text.ts';
import { decimalText } from './parquet-decimals.ts';
import { bytesOf, type ParquetKernel } from './parquet-kernel.ts';
import { type ColumnPages, type DecodedPage, PageSlot, type Values } from './parquet-pages.ts';
import { damaged } from './parquet-source.ts';

const NONE = new Uint8Array(0);

/** Gives the entries of one repeated physical column: their levels, and their values as JSON. */
export class EntryStream {
  /** Levels of the current entry; -1 behind the last. */
  repetition = -1;
  definition = -1;
  readonly pages: ColumnPages;
  private readonly kernel: ParquetKernel;
  private readonly slot: PageSlot;
  private page: DecodedPage | undefined;
  private definitions: Uint8Array = NONE;
  private repetitions: Uint8Array = NONE;
  private entry = -1;
  private value = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly decoder = new TextDecoder();

  constructor(kernel: ParquetKernel, pages: ColumnPages) {
    this.kernel = kernel;
    this.pages = pages;
    this.slot = new PageSlot(kernel);
  }

  /** Goes to the first entry of the chunk that `pages` was told to begin with. */
  begin(): void {
    this.page = undefined;
    this.move();
  }

  /** Goes to the next entry. */
  move(): void {
    if (this.definition === this.pages.column.maxDefinition) this.value += 1;
    this.entry += 1;
    while (this.page === undefined || this.entry >= this.page.entries) {
      if (this.pages.left === 0) {
        [this.repetition, this.definition] = [-1, -1];
        return;
      }
      this.load();
    }
    this.repetition = this.repetitions[this.entry] ?? 0;
    this.definition = this.definitions[this.entry] ?? 0;
  }

  private load(): void {
    const page = this.pages.next(this.slot);
    const memory = bytesOf(this.kernel);
    const levels = (at: number) => (at === 0 ? NONE : memory.slice(at, at + page.entries));
    this.page = page;
    this.definitions = levels(page.definitions);
    this.repetitions = levels(page.repetitions);
    [this.entry, this.value] = [0, 0];
  }

  /** The value of the current entry, which has one, as JSON. */
  json(where: string): string {
    const content = this.page?.content;
    if (content === undefined) throw damaged(where, 'a value that is missing');
    if (this.view.buffer !== this.kernel.memory.buffer) this.view = new DataView(this.kernel.memory.buffer);
    if (content.kind !== 'codes') return this.valueJson(content, this.value);
    const code = this.view.getUint32(content.codes + this.value * 4, true);
    return this.valueJson(content.dictionary.values, code);
  }

  private valueJson(values: Values, index: number): string {
    if (values.kind === 'texts') {
      const start = this.view.getUint32(values.pairs + index * 8, true) + 1;
      const end = this.view.getUint32(values.pairs + index * 8 + 4, true);
      const bytes = bytesOf(this.kernel).slice(start, end);
      const text = this.decoder.decode(bytes);
      return this.pages.column.leaf.type === 'object' && isJson(text) ? text : JSON.stringify(text);
    }
    const { numbers } = values;
    const { as } = this.pages.column.leaf;
    if (numbers.integers !== 0) {
      const at = numbers.integers + index * 8;
      const stored =
        as.form === 'uint64' ? this.view.getBigUint64(at, true) : this.view.getBigInt64(at, true);
      return decimalText(numbers.wide.get(index) ?? stored, as.form === 'decimal' ? as.scale : 0);
    }
    return this.numberJson(this.view.getFloat64(numbers.values + index * 8, true));
  }

  private numberJson(value: number): string {
    if (!Number.isFinite(value)) return JSON.stringify(String(value));
    switch (this.pages.column.leaf.type) {
      case 'boolean':
        return value === 1 ? 'true' : 'false';
      case 'date':
        return quoted(value, dateText);
      case 'timestamp':
        return quoted(value, timestampText);
      case 'time':
        return quoted(value, timeText);
      default:
        return String(value);
    }
  }

  release(): void {
    this.slot.release();
    this.pages.release();
  }
}

/** Times that no calendar has are given as their milliseconds. */
const quoted = (ms: number, text: (ms: number) => string): string =>
  Math.abs(ms) <= 8.64e15 ? JSON.stringify(text(ms)) : String(ms);
