import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Table } from '../tabular/table.ts';
import type { ServedData } from './protocol.ts';

/** A row of a test set for messages: `test.csv:18` where the format has lines, else `test.parquet, row 17`. */
export function rowName(data: Pick<ServedData, 'table' | 'name'>, row: number): string {
  const line = data.table.lineOf(row);
  return line === undefined ? `${data.name}, row ${row + 1}` : `${data.name}:${line}`;
}

/** Several rows for messages, numbered from 1 as people count them. */
export const rowsName = (data: Pick<ServedData, 'name'>, from: number, to: number): string =>
  to - from === 1 ? `row ${to} of ${data.name}` : `rows ${from + 1} to ${to} of ${data.name}`;

/**
 * The columns a model is given: those the user named, or else all that have no other purpose.
 *
 * @throws ActionError invalid-input for names the data does not have, or when nothing is left
 */
export function featureColumns(data: ServedData): readonly string[] {
  const { table, name, features, excluded } = data;
  for (const column of features) requireColumn(table, name, column, 'features');
  const columns =
    features.length > 0 ? features : table.columns.filter((column) => !excluded.includes(column));
  if (columns.length === 0)
    throw new ActionError(
      'invalid-input',
      `features: ${name} has no columns besides ${table.columns.join(', ')}, so there is nothing to send to the model`,
    );
  return columns;
}

/** @throws ActionError invalid-input that offers the nearest name */
export function requireColumn(table: Table, name: string, column: string, who: string): void {
  if (table.column(column) === undefined)
    throw new ActionError(
      'invalid-input',
      `${who}: ${name} has no column "${column}"${didYouMean(column, table.columns)} (columns: ${table.columns.join(', ')})`,
    );
}
