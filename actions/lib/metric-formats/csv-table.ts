import { ActionError } from '../errors.ts';
import { CsvScanner } from '../tabular/csv-scanner.ts';
import { detectDelimiter } from '../tabular/detect-delimiter.ts';

/** A small table as texts; cells know where they stand. */
export interface CsvTable {
  readonly where: string;
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  readonly cells: readonly string[];
  /** Physical line of the row, from 1. */
  readonly line: number;
}

/** A log of training has a row for each step; beyond this it is data. */
const MAX_ROWS = 1_000_000;

/**
 * Reads a table with a header, as RFC 4180 says, whatever of comma, semicolon, tab and bar stands between its cells.
 *
 * @throws ActionError invalid-file with line and column, limit-exceeded
 */
export function readCsvTable(text: string, where: string): CsvTable {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const delimiter = detectDelimiter(body.slice(0, 65_536), body.length <= 65_536);
  const scanner = new CsvScanner(where, delimiter);
  scanner.feed(body, true);
  let header: readonly string[] | undefined;
  const rows: CsvRow[] = [];
  for (let count = scanner.next(); count >= 0; count = scanner.next()) {
    const cells = scanner.cells.slice(0, count);
    const line = scanner.recordLine;
    if (count === 1 && cells[0] === '') continue;
    if (header === undefined) header = namesOf(cells, `${where}:${line}`);
    else rows.push({ cells: cellsOf(cells, header, `${where}:${line}`), line });
    if (rows.length > MAX_ROWS)
      throw new ActionError('limit-exceeded', `${where}: more than ${MAX_ROWS} rows; no log of metrics`);
  }
  if (header === undefined) throw new ActionError('invalid-file', `${where}: an empty file`);
  return { where, delimiter, header, rows };
}

function namesOf(cells: readonly string[], place: string): readonly string[] {
  const twice = cells.find((cell, index) => cells.indexOf(cell) !== index);
  if (twice !== undefined)
    throw new ActionError('invalid-file', `${place}: the column ${JSON.stringify(twice)} stands there twice`);
  return cells;
}

function cellsOf(cells: readonly string[], header: readonly string[], place: string): readonly string[] {
  if (cells.length === header.length) return cells;
  throw new ActionError(
    'invalid-file',
    `${place}: ${cells.length} cells under ${header.length} column names; is the file cut off, or a number written with a comma?`,
  );
}
