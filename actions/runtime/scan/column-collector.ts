import type { ColumnView } from '../../lib/columns/column-batch.ts';
import { TypeSurprise } from '../../lib/columns/infer-type.ts';
import type { DataColumn } from '../../lib/tabular/data-table.ts';
import { TextCodes } from './text-codes.ts';

/** From here on whole numbers may be rounded as doubles: this one itself may be the next one, rounded. */
const FIRST_ROUNDED = 2 ** 53;

/** @throws TypeSurprise for whole numbers that a double only has rounded: they are names */
function refuseRounded(values: Float64Array, name: string): void {
  for (let row = 0; row < values.length; row += 1)
    if (Math.abs(values[row] ?? 0) >= FIRST_ROUNDED) throw new TypeSurprise(name, 'string');
}

/** Gathers one column batch by batch: numbers as doubles, everything else as codes of its different texts. */
export class ColumnCollector {
  readonly #numbers: Float64Array[] = [];
  readonly #codes: Int32Array[] = [];
  readonly #texts = new TextCodes();
  /** Booleans as the file writes them, in the order they come: a column may hold but one of them. */
  readonly #flags: { readonly value: number; readonly text: string }[] = [];

  /**
   * @param view - absent where a file does not have the column
   * @throws TypeSurprise for numbers that doubles cannot hold: they are names
   */
  take(view: ColumnView | undefined, rows: number, name: string): void {
    if (view === undefined) this.#absent(rows);
    else if (view.numbers === undefined) this.#codes.push(this.#texts.take(view, rows));
    else if (view.type === 'boolean') this.#codes.push(this.#booleans(view, view.numbers));
    else {
      if (view.type === 'integer') refuseRounded(view.numbers, name);
      this.#numbers.push(view.numbers.slice());
    }
  }

  /** Numbers when there are any: a file without the column says nothing of its type. */
  #absent(rows: number): void {
    if (this.#numbers.length > 0) this.#numbers.push(new Float64Array(rows).fill(Number.NaN));
    else this.#codes.push(new Int32Array(rows).fill(-1));
  }

  #booleans(view: ColumnView, values: Float64Array): Int32Array {
    return Int32Array.from(values, (value, row) => {
      if (Number.isNaN(value)) return -1;
      const at = this.#flags.findIndex((flag) => flag.value === value);
      return at >= 0 ? at : this.#flags.push({ value, text: view.text(row) ?? String(value === 1) }) - 1;
    });
  }

  /** All that was gathered; to be called once. */
  column(rows: number): DataColumn {
    if (this.#numbers.length > 0) return { kind: 'numbers', values: this.#joinedNumbers(rows) };
    const codes = new Int32Array(rows).fill(-1);
    let at = 0;
    for (const chunk of this.#codes) {
      codes.set(chunk, at);
      at += chunk.length;
    }
    const flags = this.#flags.map(({ text }) => text);
    return { kind: 'texts', codes, texts: flags.length > 0 ? flags : this.#texts.texts };
  }

  #joinedNumbers(rows: number): Float64Array {
    const values = new Float64Array(rows).fill(Number.NaN);
    // Files before the first with numbers did not have the column.
    let at = rows - this.#numbers.reduce((sum, { length }) => sum + length, 0);
    for (const chunk of this.#numbers) {
      values.set(chunk, at);
      at += chunk.length;
    }
    // Twice the memory is only needed for a moment.
    this.#numbers.length = 0;
    return values;
  }
}
