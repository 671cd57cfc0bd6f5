import type { Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import { columnOf } from './columns.ts';
import type { Columns } from './inputs.ts';
import { rowsById } from './rows-by-id.ts';

/** What identifies the rows of a table: a column's texts, or their numbers from 0. */
export interface RowIds {
  /** Whether a column names rows, so that their order does not matter. */
  readonly named: boolean;
  of(row: number): string;
}

/**
 * The ids of a table's rows; of a ranking those of its queries.
 *
 * @throws ActionError invalid-file for a row without an id, and for an id that two rows share
 */
export function readIds(table: DataTable, { id: name, query }: Columns, task: Task): RowIds {
  if (task === 'ranking' && query !== undefined) {
    const queries = columnOf(table, query, 'query');
    return { named: true, of: (row) => textAt(queries, row) ?? '' };
  }
  if (name === undefined) return { named: false, of: String };
  const column = columnOf(table, name, 'id');
  rowsById(table, name, (row) => {
    const id = textAt(column, row) ?? '';
    if (id !== '') return id;
    throw new ActionError('invalid-file', `${placeText(table, row)}: column "${name}": no id`);
  });
  return { named: true, of: (row) => textAt(column, row) ?? '' };
}
