import { ActionError } from '../errors.ts';
import { numberHint } from '../tabular/number-text.ts';
import type { CsvRow, CsvTable } from './csv-table.ts';
import { numberOfText } from './entry.ts';

/** Which row of a log is the model's: the last, or the one in which a column is best. */
export type RowChoice =
  | { readonly kind: 'last' }
  | { readonly kind: 'least' | 'greatest'; readonly column: string };

/** What may follow the name of a format that reads logs. */
export const ROW_CHOICES = 'min(<column>) or max(<column>), as in min(val_loss); the last row without one';

/** @throws ActionError invalid-input for anything but `min(<column>)` and `max(<column>)` */
export function rowChoice(choice: string | undefined, format: string): RowChoice {
  if (choice === undefined) return { kind: 'last' };
  const [, best, column] = /^(min|max)\((.+)\)$/.exec(choice) ?? [];
  if (column !== undefined) return { kind: best === 'min' ? 'least' : 'greatest', column };
  throw new ActionError(
    'invalid-input',
    `format: ${format}:${choice}: after the colon, expected ${ROW_CHOICES}`,
  );
}

/** The place of a cell: `metrics.csv:7, column val_loss`. */
export const cellPlace = (table: CsvTable, row: CsvRow, column: number) => (): string =>
  `${table.where}:${row.line}, column ${table.header[column] ?? column + 1}`;

/** The number of a cell; `undefined` for an empty one. @throws ActionError invalid-file with line and column */
export function cellNumber(table: CsvTable, row: CsvRow, column: number): number | undefined {
  const text = row.cells[column] ?? '';
  if (text === '') return undefined;
  const value = numberOfText(text);
  if (value !== undefined) return value;
  const hint = numberHint(text);
  throw new ActionError(
    'invalid-file',
    `${cellPlace(table, row, column)()}: expected a number, found ${JSON.stringify(text.slice(0, 40))}${hint === '' ? '' : `: ${hint}`}`,
  );
}

/** The row in which a column is least or greatest, the first of equals. @throws ActionError invalid-input, invalid-file */
export function bestRow(
  table: CsvTable,
  { kind, column: name }: RowChoice & { readonly column: string },
): CsvRow {
  const column = table.header.indexOf(name);
  if (column < 0)
    throw new ActionError(
      'invalid-input',
      `${table.where}: has no column ${name} to choose a row by; it has ${table.header.join(', ')}`,
    );
  let best: { readonly row: CsvRow; readonly value: number } | undefined;
  for (const row of table.rows) {
    const value = row.cells[column] === 'NA' ? undefined : cellNumber(table, row, column);
    if (value === undefined || Number.isNaN(value)) continue;
    const better = best === undefined || (kind === 'least' ? value < best.value : value > best.value);
    if (better) best = { row, value };
  }
  if (best !== undefined) return best.row;
  throw new ActionError('invalid-file', `${table.where}: the column ${name} holds no number`);
}

/** The last row. @throws ActionError invalid-file for a table without rows */
export function lastRow(table: CsvTable): CsvRow {
  const row = table.rows.at(-1);
  if (row !== undefined) return row;
  throw new ActionError('invalid-file', `${table.where}: a header and no row; nothing was logged`);
}
