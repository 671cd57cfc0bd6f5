import type { ColumnRows } from './parquet-batch.ts';

/** A column of a batch that gives any of its rows in the memory of the kernels. */
export interface Rendered {
  /** Valid until the next call. */
  rows(from: number, count: number): ColumnRows;
  release(): void;
}
