/** A row that no metric can use. */
export interface InvalidRow {
  /** Index in the table. */
  readonly row: number;
  readonly column: string;
  readonly problem: string;
}

/** Invalid rows that are described one by one; of the others only the number is known. */
const DESCRIBED = 1000;

/** Which rows of a table are used, and why the others are not. */
export class KeptRows {
  readonly invalid: InvalidRow[] = [];
  /** Rows that are not used, those that are not described included. */
  refused = 0;
  readonly #rows: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.#rows = new Uint32Array(size);
  }

  accept(row: number): void {
    this.#rows[this.#count++] = row;
  }

  refuse(row: number, column: string, problem: string): void {
    this.refused++;
    if (this.invalid.length < DESCRIBED) this.invalid.push({ row, column, problem });
  }

  /** Index in the table of each row that is used. */
  get source(): Uint32Array {
    return this.#rows.subarray(0, this.#count);
  }

  /** `width` numbers of each used row; the same array when all are used. */
  numbers(values: Float64Array, width = 1): Float64Array {
    if (this.refused === 0) return values;
    const picked = new Float64Array(this.#count * width);
    for (let at = 0; at < this.#count; at++) {
      const from = (this.#rows[at] ?? 0) * width;
      for (let part = 0; part < width; part++) picked[at * width + part] = values[from + part] ?? Number.NaN;
    }
    return picked;
  }

  codes(values: Int32Array): Int32Array {
    if (this.refused === 0) return values;
    const picked = new Int32Array(this.#count);
    for (let at = 0; at < this.#count; at++) picked[at] = values[this.#rows[at] ?? 0] ?? -1;
    return picked;
  }
}
