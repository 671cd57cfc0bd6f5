import type { DataColumn, DataTable } from './data-table.ts';
import type { Cell, Table } from './table.ts';

/** A table in typed arrays, cell by cell as models take it; a column's cells are made when they are asked for. */
export function asTable(data: DataTable): Table {
  const made = new Map<string, readonly Cell[]>();
  return {
    format: data.format,
    columns: data.columns,
    rowCount: data.rowCount,
    column(name) {
      const known = made.get(name);
      if (known) return known;
      const column = data.column(name);
      if (!column) return undefined;
      const cells = cellsOf(column);
      made.set(name, cells);
      return cells;
    },
    lineOf: (row) => data.placeOf(row).line,
  };
}

const cellsOf = (column: DataColumn): Cell[] =>
  column.kind === 'numbers'
    ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
    : Array.from(column.codes, (code) => (code < 0 ? null : (column.texts[code] ?? null)));
