import { CELLS, type CellLayout } from './cells.ts';
import type { Kernel } from './kernel.ts';

/** A column with one value in all rows: every row points to the same cell. */
interface ConstantColumn {
  readonly layout: CellLayout;
  readonly text: string | null;
}

/** Columns of a file that stand in its path. */
export class ConstantColumns {
  readonly #kernel: Kernel;
  readonly #columns = new Map<number, ConstantColumn>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get(cell: number): ConstantColumn | undefined {
    return this.#columns.get(cell);
  }

  /** Takes the values of another file. @param first - cell of the first of them */
  lay(first: number, texts: readonly (string | null)[]): void {
    for (const { layout } of this.#columns.values()) this.#kernel.run.release(layout.at);
    this.#columns.clear();
    for (const [index, text] of texts.entries()) this.#columns.set(first + index, this.#column(text));
  }

  #column(text: string | null): ConstantColumn {
    const bytes = new TextEncoder().encode(text ?? '');
    const at = this.#kernel.alloc(8 + bytes.length);
    this.#kernel.bytes.set(bytes, at + 8);
    this.#kernel.words[at >> 2] = at + 7;
    this.#kernel.words[(at >> 2) + 1] = at + 8 + bytes.length;
    return { layout: { at, stride: 0, step: 0, rows: 0, form: CELLS.csv, ascii: false }, text };
  }
}
