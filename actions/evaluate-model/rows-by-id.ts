import { ActionError } from '../lib/errors.ts';
import { type DataColumn, type DataTable, placeText } from '../lib/tabular/data-table.ts';

/**
 * The row of each id; rows without one are left out.
 *
 * @param column - name of the column, for messages
 * @param rule - why an id may come only once
 * @throws ActionError invalid-file for an id that two rows share
 */
export function rowsById(
  table: DataTable,
  column: string,
  idOf: (row: number) => string | undefined,
  rule = 'ids must be unique',
): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < table.rowCount; row++) {
    const id = idOf(row);
    if (id === undefined) continue;
    const earlier = rows.get(id);
    if (earlier !== undefined)
      throw new ActionError(
        'invalid-file',
        `${placeText(table, row)}: column "${column}": the id "${id.slice(0, 80)}" is that of ${placeText(table, earlier)} too; ${rule}`,
      );
    rows.set(id, row);
  }
  return rows;
}

/** Every row beside the one of the same number. */
export const rowByRow = ({ rowCount }: DataTable): Int32Array =>
  Int32Array.from({ length: rowCount }, (_, row) => row);

/** A column's values at these rows, in their order; no value at −1. */
export const columnAt = (column: DataColumn, rows: Int32Array): DataColumn =>
  column.kind === 'numbers'
    ? { kind: 'numbers', values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
    : { ...column, codes: rows.map((row) => column.codes[row] ?? -1) };
