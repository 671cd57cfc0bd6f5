import { CsvScanner } from './csv-scanner.ts';
import type { Batch, Cell, CellPosition, MalformedRow } from './table.ts';

/** The rows of one batch while they are collected; remembers where each row begins so that cells can be located. */
export class CsvBatch {
  readonly #name: string;
  readonly #delimiter: string;
  readonly #firstRow: number;
  readonly #nulls: ReadonlySet<string>;
  readonly #columns: Cell[][];
  readonly #lines: number[] = [];
  readonly #starts: number[] = [];
  readonly #pieces: { readonly fromRow: number; readonly text: string }[] = [];
  readonly #malformed: MalformedRow[] = [];

  constructor(
    name: string,
    delimiter: string,
    columns: number,
    firstRow: number,
    nulls: ReadonlySet<string>,
  ) {
    this.#name = name;
    this.#delimiter = delimiter;
    this.#firstRow = firstRow;
    this.#nulls = nulls;
    this.#columns = Array.from({ length: columns }, () => []);
  }

  get rows(): number {
    return this.#lines.length;
  }

  get size(): number {
    return this.#lines.length + this.#malformed.length;
  }

  /** Takes the record the scanner read last. */
  add(scanner: CsvScanner, count: number): void {
    const expected = this.#columns.length;
    const blank = count === 1 && scanner.cells[0] === '' && expected > 1;
    if (count !== expected) {
      const kind = blank ? 'blank-row' : count > expected ? 'extra-cell' : 'missing-cell';
      this.#malformed.push({ kind, line: scanner.recordLine, cells: blank ? 0 : count, expected });
      return;
    }
    if (this.#pieces.at(-1)?.text !== scanner.text)
      this.#pieces.push({ fromRow: this.rows, text: scanner.text });
    this.#lines.push(scanner.recordLine);
    this.#starts.push(scanner.recordStart);
    for (let column = 0; column < expected; column += 1) {
      const cell = scanner.cells[column] ?? '';
      this.#columns[column]?.push(cell === '' || this.#nulls.has(cell) ? null : cell);
    }
  }

  finish(): Batch {
    return {
      firstRow: this.#firstRow,
      rowCount: this.rows,
      columns: this.#columns,
      lines: Uint32Array.from(this.#lines),
      malformed: this.#malformed,
      locate: (row, column) => this.#locate(row, column),
    };
  }

  /** Reads the row once more: positions of cells are wanted for few rows, so that they are not kept for all. */
  #locate(row: number, column: number): CellPosition {
    const piece = this.#pieces.findLast(({ fromRow }) => fromRow <= row);
    const line = this.#lines[row] ?? 1;
    const scanner = new CsvScanner(this.#name, this.#delimiter, line);
    scanner.feed(piece?.text.slice(this.#starts[row]) ?? '', true);
    scanner.next();
    return scanner.positionOf(scanner.starts[column] ?? 0);
  }
}
