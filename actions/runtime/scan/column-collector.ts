import type { ColumnView } from '../../lib/columns/column-batch.ts';
import { TypeSurprise } from '../../lib/columns/infer-type.ts';
import type { DataColumn } from '../../lib/tabular/data-table.ts';
import { TextCodes } from './text-codes.ts';

/** Whole numbers beyond this are rounded as doubles. */
const LARGEST_EXACT = 2 ** 53;

/** @throws TypeSurprise for whole numbers that a double only has rounded: they are names */
function refuseRounded(values: Float64Array, name: string): void {
  for (let row = 0; row < values.length; row += 1)
    if (Math.abs(values[row] ?? 0) > LARGEST_EXACT) throw new TypeSurprise(name, 'string');
}

/** Gathers one column batch by batch: numbers as doubles, everything else as codes of its different texts. */
export class ColumnCollector {
  readonly #numbers: Float64Array[] = [];
  readonly #codes: Int32Array[] = [];
  readonly #texts = new TextCodes();
  /** Booleans as the file writes them, false and true. */
  readonly #flags: [string | undefined, string | undefined] = [undefined, undefined];

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
      const at = value === 1 ? 1 : 0;
      this.#flags[at] ??= view.text(row) ?? undefined;
      return at;
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
    const [no, yes] = this.#flags;
    const booleans = no !== undefined || yes !== undefined;
    return { kind: 'texts', codes, texts: booleans ? [no ?? 'false', yes ?? 'true'] : this.#texts.texts };
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
