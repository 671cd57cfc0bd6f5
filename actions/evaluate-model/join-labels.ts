import { ActionError } from '../lib/errors.ts';
import { type DataColumn, type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import { columnOf } from './columns.ts';
import type { Inputs } from './inputs.ts';

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
      return own ? picked(own, at) : data.column(name);
    },
  };
}

function matched(data: DataTable, written: DataTable, id: string | undefined): Int32Array {
  if (id !== undefined && written.columns.includes(id) && data.columns.includes(id))
    return byId(data, written, id);
  if (data.rowCount === written.rowCount) return Int32Array.from({ length: data.rowCount }, (_, row) => row);
  throw new ActionError(
    'invalid-file',
    `command: it wrote ${written.rowCount} predictions for the ${data.rowCount} rows of ${data.name}; expected one for each, or ids in both`,
  );
}

function byId(data: DataTable, written: DataTable, id: string): Int32Array {
  const theirs = columnOf(written, id, 'id');
  const known = new Map<string, number>();
  for (let row = 0; row < written.rowCount; row++) {
    const own = textAt(theirs, row) ?? '';
    const earlier = known.get(own);
    if (earlier !== undefined)
      throw new ActionError(
        'invalid-file',
        `${placeText(written, row)}: column "${id}": the id "${own.slice(0, 80)}" is that of ${placeText(written, earlier)} too; a command writes one prediction for each row`,
      );
    known.set(own, row);
  }
  const own = columnOf(data, id, 'id');
  const at = Int32Array.from({ length: data.rowCount }, (_, row) => known.get(textAt(own, row) ?? '') ?? -1);
  const without = at.indexOf(-1);
  if (without < 0) return at;
  throw new ActionError(
    'invalid-file',
    `command: it wrote no prediction for the ${id} "${(textAt(own, without) ?? '').slice(0, 80)}" of ${data.name}`,
  );
}

const picked = (column: DataColumn, at: Int32Array): DataColumn =>
  column.kind === 'numbers'
    ? { kind: 'numbers', values: Float64Array.from(at, (row) => column.values[row] ?? Number.NaN) }
    : { ...column, codes: at.map((row) => column.codes[row] ?? -1) };
