import { type ColumnType, valueText } from '../tabular/column-type.ts';
import { CELLS, type CellLayout, cellText } from './cells.ts';
import type { Kernel } from './kernel.ts';
import { NumberColumn } from './number-column.ts';
import type { ColumnRows, TextRows } from './parquet-batch.ts';
import { decimalText } from './parquet-decimals.ts';
import type { TextColumn } from './text-column.ts';

/** Types of a file's column whose values a column of another type takes, and how. */
const FITS: Readonly<Partial<Record<ColumnType, Readonly<Partial<Record<ColumnType, 'all' | 'whole'>>>>>> = {
  number: { number: 'all', integer: 'all' },
  integer: { integer: 'all', number: 'whole' },
  boolean: { boolean: 'all' },
  date: { date: 'all', timestamp: 'all' },
  timestamp: { date: 'all', timestamp: 'all' },
  time: { time: 'all' },
};

const TEMPORAL: readonly ColumnType[] = ['date', 'timestamp', 'time'];

/** Hands rows of a column of a typed file to a column of the table. */
export class TypedLoader {
  readonly #kernel: Kernel;
  readonly #texts: TextRoom;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#texts = new TextRoom(kernel);
  }

  /**
   * @param found - the rows as the file has them, of the type `type`
   * @param declared - the contract names the column's type: values of another type are misfits
   */
  load(column: NumberColumn | TextColumn, found: ColumnRows, type: ColumnType, declared: boolean): void {
    if (column instanceof NumberColumn) this.#numbers(column, found, type);
    else if (found.kind === 'texts' && (type === column.type || !declared)) column.take(layoutOf(found), 0);
    else if (declared) column.takeMisfits(found.rows, (row) => this.text(found, type, row) === null);
    else
      column.take(
        this.#texts.put(found.rows, (row) => this.text(found, type, row)),
        0,
      );
  }

  /** A value as people write it. */
  text(found: ColumnRows, type: ColumnType, row: number): string | null {
    if (found.kind === 'texts') return cellText(this.#kernel, layoutOf(found), 0, row);
    const word = (found.values >> 2) + row * 2;
    if (this.#kernel.words[word + 1] === 0x7ff80000 && this.#kernel.words[word] === 1) return null;
    const exact = found.exact(row);
    if (exact !== undefined) return decimalText(exact, found.scale);
    return numberText(this.#kernel.doubles[(found.values >> 3) + row] ?? Number.NaN, type);
  }

  #numbers(column: NumberColumn, found: ColumnRows, type: ColumnType): void {
    if (found.kind === 'numbers') column.takeNumbers(found, FITS[column.type]?.[type] ?? 'none');
    else if (TEMPORAL.includes(column.type))
      column.takeTexts(found.rows, (row) => this.text(found, type, row));
    else column.takeMisfits(found.rows, (row) => this.text(found, type, row));
  }
}

const layoutOf = (found: TextRows): CellLayout => ({
  at: found.pairs,
  stride: 8,
  step: 0,
  rows: found.rows,
  form: CELLS.plain,
  ascii: false,
});

function numberText(value: number, type: ColumnType): string {
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  return Number.isFinite(value) ? valueText(value, type) : String(value);
}

const encoder = new TextEncoder();

/** Texts written into the kernel's memory, for columns whose files differ in type. */
class TextRoom {
  readonly #kernel: Kernel;
  #bytes = 0;
  #capacity = 0;
  #pairs = 0;
  #rows = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  put(rows: number, textOf: (row: number) => string | null): CellLayout {
    const texts = Array.from({ length: rows }, (_, row) => {
      const text = textOf(row);
      return text === null ? undefined : encoder.encode(text);
    });
    this.#reserve(
      rows,
      texts.reduce((sum, text) => sum + (text?.length ?? 0), 0),
    );
    let at = this.#bytes;
    for (const [row, text] of texts.entries()) {
      const word = (this.#pairs >> 2) + row * 2;
      this.#kernel.words[word] = text === undefined ? 0 : at - 1;
      this.#kernel.words[word + 1] = text === undefined ? 0 : at + text.length;
      if (text === undefined) continue;
      this.#kernel.bytes.set(text, at);
      at += text.length;
    }
    return { at: this.#pairs, stride: 8, step: 0, rows, form: CELLS.plain, ascii: false };
  }

  #reserve(rows: number, bytes: number): void {
    if (rows > this.#rows) {
      if (this.#pairs !== 0) this.#kernel.run.release(this.#pairs);
      this.#pairs = this.#kernel.alloc(rows * 8);
      this.#rows = rows;
    }
    if (bytes <= this.#capacity && this.#bytes !== 0) return;
    if (this.#bytes !== 0) this.#kernel.run.release(this.#bytes);
    this.#capacity = bytes * 2;
    this.#bytes = this.#kernel.alloc(this.#capacity + 64);
  }
}
