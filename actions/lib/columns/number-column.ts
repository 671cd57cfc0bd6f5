import type { NumberState } from '../profile/column-state.ts';
import { type ColumnType, type Convert, conversion, Misfit } from '../tabular/column-type.ts';
import { type DateParser, parseDate, parseTimestamp } from '../tabular/date-format.ts';
import type { Cell } from '../tabular/table.ts';
import { CELLS, type CellForm, type CellLayout, cellBytes, cellText, isJsonText } from './cells.ts';
import type { Kernel } from './kernel.ts';
import type { NumberRows } from './parquet-batch.ts';
import { sketchState } from './sketch-state.ts';

/** Types whose values are doubles in the engine. */
export type NumericType = 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'time';

export const isNumericType = (type: ColumnType): type is NumericType =>
  type !== 'string' && type !== 'object' && type !== 'array';

/** Bits of the doubles that stand for "no value" and "not of the type", in two words. */
const NAN_HIGH = 0x7ff80000;
const NOTHING_LOW = 1;
const MISFIT_LOW = 2;

/** Values that did not fit a type that was only inferred: the type that would hold them. */
export type Wider = (text: string, quoted: boolean) => void;

export interface NumberColumnOptions {
  readonly type: NumericType;
  /** Pattern of dates; ISO 8601 when absent. */
  readonly parseDates: DateParser | undefined;
  readonly nullTexts: ReadonlySet<string>;
  /** Called with a value that an inferred type does not hold; absent for a declared type. */
  readonly wider?: Wider;
  /** 0: no profile. */
  readonly capacity: number;
  readonly maxRows: number;
}

/** Cells that are decided in TypeScript often repeat (`NA`, `1e-5`): so many answers are kept. */
const REMEMBERED = 10_000;

type Answer = number | bigint | Misfit | null;

/** A column whose values become doubles: parsed by the kernels, and by TypeScript where those are not sure. */
export class NumberColumn {
  readonly #kernel: Kernel;
  readonly #options: NumberColumnOptions;
  readonly #convert: Convert;
  readonly #convertTyped: Convert;
  readonly #values: number;
  readonly #slow: number;
  readonly #parsed: number;
  readonly #sketch: number;
  readonly #answers = new Map<string, Answer>();
  #misfits: number[] = [];
  #exact = new Map<number, bigint>();
  #rows = 0;
  nulls = 0;

  constructor(kernel: Kernel, options: NumberColumnOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#convert = this.#conversion(true);
    this.#convertTyped = conversion(options.type, false, options.parseDates);
    this.#values = kernel.alloc(options.maxRows * 8);
    this.#slow = kernel.alloc(options.maxRows * 4);
    this.#parsed = kernel.alloc(8);
    this.#sketch = options.capacity > 0 ? kernel.run.newNumberSketch(options.capacity) : 0;
  }

  get type(): NumericType {
    return this.#options.type;
  }

  get address(): number {
    return this.#values;
  }

  get values(): Float64Array {
    return this.#kernel.doubles.subarray(this.#values >> 3, (this.#values >> 3) + this.#rows);
  }

  get misfits(): readonly number[] {
    return this.#misfits;
  }

  exact(row: number): bigint | undefined {
    return this.#exact.get(row);
  }

  get hasExact(): boolean {
    return this.#exact.size > 0;
  }

  isNull(row: number): boolean {
    const word = (this.#values >> 2) + row * 2;
    return this.#kernel.words[word + 1] === NAN_HIGH && this.#kernel.words[word] === NOTHING_LOW;
  }

  /** Takes the cells of a batch. */
  take(layout: CellLayout, cell: number): void {
    const { run } = this.#kernel;
    const { type } = this.#options;
    const at = layout.at + cell * layout.step;
    const common = [at, layout.stride, layout.rows, this.#values, layout.form] as const;
    if (this.#options.parseDates !== undefined || type === 'time') this.#allSlow(layout);
    else if (type === 'date' || type === 'timestamp')
      run.parseDates(...common, type === 'timestamp' ? 1 : 0, this.#slow, this.#parsed);
    else if (type === 'boolean') run.parseBooleans(...common, this.#slow, this.#parsed);
    else
      run.parseNumbers(
        ...common,
        type === 'integer' ? 1 : 0,
        this.#options.wider && layout.form === CELLS.csv ? 1 : 0,
        this.#slow,
        this.#parsed,
      );
    this.#begin(layout.rows, this.#kernel.words[this.#parsed >> 2] ?? 0);
    this.#decide(layout, cell, this.#kernel.words[(this.#parsed >> 2) + 1] ?? 0);
    this.#profile();
  }

  /**
   * Takes values of a typed format.
   *
   * @param fits - `all`; `whole`: those without a fraction; `none`: the file's type is another
   */
  takeNumbers(found: NumberRows, fits: 'all' | 'whole' | 'none'): void {
    this.#begin(found.rows, found.nulls);
    const { bytes } = this.#kernel;
    bytes.copyWithin(this.#values, found.values, found.values + found.rows * 8);
    if (fits !== 'all' || found.odd) this.#sift(found.rows, fits);
    if (found.integers !== 0 && found.scale === 0) this.#keepExact(found);
    this.#profile();
  }

  /** Takes texts of a typed format, where dates may be written as such. */
  takeTexts(rows: number, textOf: (row: number) => string | null): void {
    this.#begin(rows, 0);
    for (let row = 0; row < rows; row += 1) {
      const text = textOf(row);
      if (text === null) {
        this.nulls += 1;
        this.#mark(row, NOTHING_LOW);
        continue;
      }
      const answer = numeric(this.#convertTyped(text));
      if (answer === null || answer instanceof Misfit) this.#misfit(row, text);
      else this.#kernel.doubles[(this.#values >> 3) + row] = Number(answer);
    }
    this.#profile();
  }

  /** Every value is of another type than the column. @param textOf - a value, `null` where there is none */
  takeMisfits(rows: number, textOf: (row: number) => string | null): void {
    this.#begin(rows, 0);
    for (let row = 0; row < rows; row += 1) {
      const text = textOf(row);
      if (text !== null) {
        this.#misfit(row, text);
        continue;
      }
      this.nulls += 1;
      this.#mark(row, NOTHING_LOW);
    }
  }

  #sift(rows: number, fits: 'all' | 'whole' | 'none'): void {
    for (let row = 0; row < rows; row += 1) {
      if (this.isNull(row)) continue;
      const value = this.#kernel.doubles[(this.#values >> 3) + row] ?? Number.NaN;
      const good = fits === 'whole' ? Number.isInteger(value) : fits === 'all' && Number.isFinite(value);
      if (good) continue;
      this.#misfits.push(row);
      this.#mark(row, MISFIT_LOW);
    }
  }

  #keepExact(found: NumberRows): void {
    for (let row = 0; row < found.rows; row += 1) {
      const value = found.exact(row);
      if (value !== undefined) this.#exact.set(row, value);
    }
  }

  /** What is known of all values so far; `undefined` where nothing is profiled. */
  state(): NumberState | undefined {
    return this.#sketch === 0 ? undefined : sketchState(this.#kernel, this.#sketch);
  }

  #begin(rows: number, nulls: number): void {
    this.#rows = rows;
    this.nulls = nulls;
    if (this.#misfits.length > 0) this.#misfits = [];
    if (this.#exact.size > 0) this.#exact = new Map();
  }

  #profile(): void {
    if (this.#sketch !== 0) this.#kernel.run.addNumbers(this.#sketch, this.#values, this.#rows);
  }

  /** Types that no kernel reads: every cell is decided here. */
  #allSlow(layout: CellLayout): void {
    const { words } = this.#kernel;
    for (let row = 0; row < layout.rows; row += 1) words[(this.#slow >> 2) + row] = row;
    words[this.#parsed >> 2] = 0;
    words[(this.#parsed >> 2) + 1] = layout.rows;
  }

  #decide(layout: CellLayout, cell: number, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const row = this.#kernel.words[(this.#slow >> 2) + index] ?? 0;
      const answer = this.#answer(layout, cell, row);
      if (answer === null) {
        this.nulls += 1;
        this.#mark(row, NOTHING_LOW);
      } else if (answer instanceof Misfit) {
        const quoted = layout.form === CELLS.json && isJsonText(cellBytes(this.#kernel, layout, cell, row));
        this.#misfit(row, cellText(this.#kernel, layout, cell, row) ?? '', quoted);
      } else {
        this.#kernel.doubles[(this.#values >> 3) + row] = Number(answer);
        if (typeof answer === 'bigint') this.#exact.set(row, answer);
      }
    }
  }

  #answer(layout: CellLayout, cell: number, row: number): Answer {
    const bytes = cellBytes(this.#kernel, layout, cell, row);
    const text = cellText(this.#kernel, layout, cell, row);
    if (text === null || bytes === undefined) return null;
    const key = layout.form === CELLS.json && isJsonText(bytes) ? `"${text}` : text;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#read(text, layout.form, isJsonText(bytes));
    if (this.#answers.size < REMEMBERED) this.#answers.set(key, answer);
    return answer;
  }

  #read(text: string, form: CellForm, quoted: boolean): Answer {
    if (form !== CELLS.json) {
      if (this.#options.nullTexts.has(text)) return null;
      return numeric(this.#convert(text));
    }
    return numeric(this.#convertTyped(quoted ? text : jsonCell(text)));
  }

  #mark(row: number, low: number): void {
    const word = (this.#values >> 2) + row * 2;
    this.#kernel.words[word] = low;
    this.#kernel.words[word + 1] = NAN_HIGH;
  }

  /** @param quoted - it is a text of JSON, whatever it looks like */
  #misfit(row: number, text: string, quoted = false): void {
    this.#options.wider?.(text, quoted);
    this.#misfits.push(row);
    this.#mark(row, MISFIT_LOW);
  }

  /** Digits that begin with zero, such as post codes, are names where no contract calls them numbers. */
  #conversion(textual: boolean): Convert {
    const { type, parseDates, wider } = this.#options;
    const convert = conversion(type, textual, parseDates);
    if (wider === undefined) return convert;
    if (type === 'timestamp')
      return (cell) =>
        typeof cell === 'string' ? (parseTimestamp(cell) ?? parseDate(cell) ?? convert(cell)) : convert(cell);
    const numbers = type === 'integer' || type === 'number';
    return (cell) =>
      numbers && typeof cell === 'string' && /^[+-]?0\d/.test(cell) ? new Misfit('') : convert(cell);
  }
}

function numeric(value: ReturnType<Convert>): Answer {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (
    typeof value === 'string' ||
    (typeof value === 'object' && !(value instanceof Misfit) && value !== null)
  )
    return new Misfit('');
  return value;
}

/** A number or literal of JSON as a cell; whole numbers beyond 2^53 keep all digits. */
function jsonCell(token: string): Cell {
  if (token === 'true') return true;
  if (token === 'false') return false;
  if (token.startsWith('{') || token.startsWith('[')) return { nested: token };
  if (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))) return BigInt(token);
  return Number(token);
}
