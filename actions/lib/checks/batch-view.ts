import type { Convert, Misfit, Value } from '../tabular/column-type.ts';
import type { Batch, Cell } from '../tabular/table.ts';
import type { BatchView, FileView, Place } from './check.ts';

/** A batch of a file as checks look at it; a column is converted once, when the first check asks for its values. */
export function batchView(
  file: FileView,
  batch: Batch,
  conversions: ReadonlyMap<string, Convert>,
): BatchView {
  const index = new Map(file.columns.map((name, position) => [name, position]));
  const converted = new Map<string, readonly (Value | Misfit | null)[]>();
  const cells = (column: string): readonly Cell[] | undefined => batch.columns[index.get(column) ?? -1];
  return {
    file,
    rows: batch.rowCount,
    malformed: batch.malformed ?? [],
    cells,
    values(column) {
      const known = converted.get(column);
      if (known) return known;
      const raw = cells(column);
      if (raw === undefined) return undefined;
      const convert = conversions.get(column);
      const values = convert === undefined ? raw.map(plain) : raw.map(convert);
      converted.set(column, values);
      return values;
    },
    place: (row, column) => place(batch, row, column === undefined ? undefined : index.get(column)),
  };
}

/** Without a type a cell means what it says. */
const plain = (cell: Cell): Value | null => (cell instanceof Date ? cell.getTime() : cell);

function place(batch: Batch, row: number, column: number | undefined): Place {
  if (batch.lines === undefined) return { row: batch.firstRow + row + 1 };
  if (column !== undefined && batch.locate) return batch.locate(row, column);
  return { line: batch.lines[row] ?? 1 };
}
