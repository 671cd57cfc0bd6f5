import { ActionError } from '../errors.ts';
import { LIMITS } from './limits.ts';
import { openTable } from './open-table.ts';
import type { ByteSource, Cell, MalformedRow, Table, TableOptions } from './table.ts';

/**
 * Reads a whole table into memory. Rows that do not fit the header are an error here; blank lines are left out.
 *
 * @throws ActionError as `openTable`, and limit-exceeded beyond 64 Mi values
 */
export async function readTable(source: ByteSource, options: TableOptions = {}): Promise<Table> {
  const reader = await openTable(source, options);
  const data = new Map<string, Cell[]>(reader.columns.map((name) => [name, []]));
  const lines: number[] = [];
  let rowCount = 0;
  for await (const batch of reader.batches()) {
    const ragged = batch.malformed?.find((row) => row.kind !== 'blank-row');
    if (ragged) throw raggedRow(source.name, ragged);
    rowCount += batch.rowCount;
    if (rowCount * reader.columns.length > LIMITS.tableCells)
      throw new ActionError(
        'limit-exceeded',
        `${source.name}: more than ${LIMITS.tableCells} values to hold in memory`,
      );
    for (const [index, name] of reader.columns.entries()) {
      const column = data.get(name);
      for (const cell of batch.columns[index] ?? []) column?.push(cell);
    }
    for (const line of batch.lines ?? []) lines.push(line);
  }
  return {
    format: reader.format,
    columns: reader.columns,
    rowCount,
    column: (name) => data.get(name),
    lineOf: (row) => lines[row],
  };
}

const raggedRow = (name: string, row: MalformedRow): ActionError =>
  new ActionError(
    'invalid-file',
    `${name}:${row.line}: ${row.cells} cells in a row, but the header has ${row.expected} columns`,
  );
