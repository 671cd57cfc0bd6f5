/** How far from the diagonal cells are filled; Tercom's beam. */
const BEAM = 25;
const UNREACHED = 1e9;

const KEEP = 0;
const REPLACE = 1;
const DELETE = 2;
const INSERT = 3;

/** Which word of one text stands for which of the other, and where they differ. */
export interface Alignment {
  /** For each wanted word the place of the said word it is aligned with, or of the last one before it; −1 for none. */
  readonly places: Int32Array;
  /** 1 for words that are not the same in the other text. */
  readonly wantedWrong: Uint8Array;
  readonly saidWrong: Uint8Array;
}

/**
 * The table of edit distances between the beginnings of two texts, a row for each said word, near the diagonal alone.
 * Of equal ways it prefers to keep or replace, then to delete, then to insert, as Tercom does.
 */
export class EditTable {
  readonly #wanted: Int32Array;
  readonly #rows: number;
  readonly #width: number;
  readonly #costs: Int32Array;
  readonly #moves: Uint8Array;

  /** @param size - said words; every text that fills the table has so many */
  constructor(size: number, wanted: Int32Array) {
    this.#wanted = wanted;
    this.#rows = size;
    this.#width = wanted.length + 1;
    this.#costs = new Int32Array((size + 1) * this.#width);
    this.#moves = new Uint8Array((size + 1) * this.#width).fill(INSERT, 0, this.#width);
    for (let column = 0; column < this.#width; column++) this.#costs[column] = column;
  }

  /** The distance of the texts that fill the table. */
  get distance(): number {
    return this.#costs[this.#costs.length - 1] ?? 0;
  }

  /** Fills the table for a text, from the row of its word `from`; the rows before are those that are there. */
  fill(said: Int32Array, from = 0): void {
    const ratio = this.#rows > 0 ? this.#wanted.length / this.#rows : 1;
    // Where one text is far longer, neighbouring rows would not meet.
    const beam = BEAM < ratio / 2 ? Math.ceil(ratio / 2 + BEAM) : BEAM;
    for (let row = from + 1; row <= this.#rows; row++) {
      const diagonal = Math.floor(row * ratio);
      const end = row === this.#rows ? this.#width : Math.min(this.#width, diagonal + beam);
      this.#fillRow(row, said[row - 1] ?? -1, Math.max(0, diagonal - beam), end);
    }
  }

  #fillRow(row: number, word: number, start: number, end: number): void {
    const own = row * this.#width;
    const above = own - this.#width;
    this.#costs.fill(UNREACHED, own, own + this.#width);
    for (let column = start; column < end; column++) {
      const same = word === this.#wanted[column - 1];
      let move = column > 0 && same ? KEEP : REPLACE;
      let cost = column > 0 ? this.#at(above + column - 1) + (same ? 0 : 1) : UNREACHED;
      const deleted = this.#at(above + column) + 1;
      if (deleted < cost) [cost, move] = [deleted, DELETE];
      const inserted = column > 0 ? this.#at(own + column - 1) + 1 : UNREACHED;
      if (inserted < cost) [cost, move] = [inserted, INSERT];
      this.#costs[own + column] = cost;
      this.#moves[own + column] = move;
    }
  }

  #at(cell: number): number {
    return this.#costs[cell] ?? UNREACHED;
  }

  /** The first rows of another table of the same texts' sizes: those of `count` words they have in common. */
  take(other: EditTable, count: number): void {
    const row = count * this.#width;
    this.#costs.set(other.#costs.subarray(row, row + this.#width), row);
  }

  /** How the texts are made of each other. */
  alignment(): Alignment {
    const places = new Int32Array(this.#wanted.length);
    const wantedWrong = new Uint8Array(this.#wanted.length);
    const saidWrong = new Uint8Array(this.#rows);
    let said = this.#rows;
    let wanted = this.#wanted.length;
    while (said > 0 || wanted > 0) {
      const move = this.#moves[said * this.#width + wanted] ?? KEEP;
      const wrong = move === KEEP ? 0 : 1;
      if (move !== DELETE) {
        places[wanted - 1] = said - 1;
        wantedWrong[wanted - 1] = wrong;
      }
      if (move !== INSERT) saidWrong[said - 1] = wrong;
      if (move !== DELETE) wanted--;
      if (move !== INSERT) said--;
    }
    return { places, wantedWrong, saidWrong };
  }
}
