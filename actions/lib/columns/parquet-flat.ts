import type { ColumnCursor, ColumnRows } from './parquet-batch.ts';
import type { ParquetKernel } from './parquet-kernel.ts';
import { isText } from './parquet-leaf.ts';
import { NumberAssembly } from './parquet-number-rows.ts';
import type { ColumnPages } from './parquet-pages.ts';
import { PieceReader } from './parquet-pieces.ts';
import { damaged } from './parquet-source.ts';
import { TextAssembly } from './parquet-text-rows.ts';

/** Reads a column that is not repeated. Its buffers serve one row group after the other. */
export class FlatCursor implements ColumnCursor {
  left = 0;
  readonly pages: ColumnPages;
  private readonly reader: PieceReader;
  private readonly assembly: TextAssembly | NumberAssembly;
  private where = '';

  constructor(kernel: ParquetKernel, pages: ColumnPages) {
    const { as } = pages.column.leaf;
    this.pages = pages;
    this.reader = new PieceReader(kernel, pages);
    this.assembly = isText(as) ? new TextAssembly(kernel) : new NumberAssembly(kernel, as);
  }

  /** Begins with a row group; `pages` was told as well. */
  begin(rows: number, where: string): void {
    this.left = rows;
    this.where = where;
    this.reader.begin(where);
  }

  next(rows: number): ColumnRows {
    if (rows > this.left) throw damaged(this.where, `${rows} rows wanted where ${this.left} are left`);
    const pieces = this.reader.take(rows);
    this.left -= rows;
    return this.assembly.assemble(rows, pieces, this.where);
  }

  release(): void {
    this.reader.release();
    this.assembly.release();
  }
}
