import type { BatchSetup, ColumnBatch, ColumnView } from '../columns/column-batch.ts';
import type { Discoveries, RowsWork } from './check.ts';

/** Why a value is counted. */
export interface Reason {
  readonly expected: string;
  readonly hint?: string;
}

/** The rows of one column in a batch that are not right. */
export interface RowsFound {
  readonly count: number;
  /** Ascending. Only asked for while findings are wanted. */
  rows(): Iterable<number>;
  reason(row: number): Reason;
}

/** Finds the rows of one column that are not right, batch by batch. */
export type FindRows = (view: ColumnView, batch: ColumnBatch) => RowsFound;

/** Work that counts rows of one column; undefined when no file has the column. */
export const columnRows = (column: string, prepare: (setup: BatchSetup) => FindRows): RowsWork => ({
  kind: 'rows',
  start(setup, discoveries) {
    const find = prepare(setup);
    let seen = false;
    let count = 0;
    let rows = 0;
    return {
      openFile(file) {
        seen ||= file.columns.includes(column);
      },
      batch(batch) {
        const view = batch.column(column);
        if (view === undefined) return;
        seen = true;
        rows += batch.rows;
        const found = find(view, batch);
        count += found.count;
        discoveries.count(found.count - describe(found, column, view, batch, discoveries));
      },
      counted: () => (seen ? { count, of: rows } : undefined),
    };
  },
});

/** Describes the rows found while findings are wanted, and says how many it did. */
function describe(
  found: RowsFound,
  column: string,
  view: ColumnView,
  batch: ColumnBatch,
  discoveries: Discoveries,
): number {
  if (found.count === 0 || !discoveries.wanted) return 0;
  let described = 0;
  for (const row of found.rows()) {
    if (!discoveries.wanted) break;
    described += 1;
    discoveries.add(() => ({
      file: batch.file.name,
      place: batch.place(row, column),
      field: column,
      value: view.text(row) ?? '',
      ...found.reason(row),
    }));
  }
  return described;
}

/** Nothing was found. */
export const NOTHING: RowsFound = { count: 0, rows: () => [], reason: () => ({ expected: '' }) };

/** Rows of a batch for which something holds, ascending. */
export function* rowsWhere(rows: number, holds: (row: number) => boolean): Generator<number> {
  for (let row = 0; row < rows; row += 1) if (holds(row)) yield row;
}

/** Whether a row is among ascending rows. */
export function includesRow(rows: Uint32Array, row: number): boolean {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows[middle] ?? 0;
    if (found === row) return true;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
