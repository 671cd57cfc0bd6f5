import { ActionError } from '../lib/errors.ts';
import { type DataTable, textAt } from '../lib/tabular/data-table.ts';
import { columnOf } from './columns.ts';
import type { Inputs } from './inputs.ts';
import { columnAt, rowByRow, rowsById } from './rows-by-id.ts';

/**
 * A test set with predictions that were written apart from it: matched by the id column where both have it, else row
 * by row. What both have is the predictions'.
 *
 * @throws ActionError invalid-file when the rows do not match
 */
export function joinLabels(
  data: DataTable,
  written: DataTable,
  { columns }: Pick<Inputs, 'columns'>,
): DataTable {
  const at = matched(data, written, columns.id);
  return {
    ...data,
    columns: [...new Set([...written.columns, ...data.columns])],
    column(name) {
      const own = name === columns.id ? undefined : written.column(name);
      return own ? columnAt(own, at) : data.column(name);
    },
  };
}

function matched(data: DataTable, written: DataTable, id: string | undefined): Int32Array {
  if (id !== undefined && written.columns.includes(id) && data.columns.includes(id))
    return byId(data, written, id);
  if (data.rowCount === written.rowCount) return rowByRow(data);
  throw new ActionError(
    'invalid-file',
    `command: it wrote ${written.rowCount} predictions for the ${data.rowCount} rows of ${data.name}; expected one for each, or ids in both`,
  );
}

function byId(data: DataTable, written: DataTable, id: string): Int32Array {
  const theirs = columnOf(written, id, 'id');
  const known = rowsById(
    written,
    id,
    (row) => textAt(theirs, row) ?? '',
    'a command writes one prediction for each row',
  );
  const own = columnOf(data, id, 'id');
  const at = Int32Array.from({ length: data.rowCount }, (_, row) => known.get(textAt(own, row) ?? '') ?? -1);
  const without = at.indexOf(-1);
  if (without < 0) return at;
  throw new ActionError(
    'invalid-file',
    `command: it wrote no prediction for the ${id} "${(textAt(own, without) ?? '').slice(0, 80)}" of ${data.name}`,
  );
}
