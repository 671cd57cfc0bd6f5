import { ActionError } from '../errors.ts';
import { checkColumnNames } from '../tabular/column-names.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { CsvScanner } from '../tabular/csv-scanner.ts';
import { detectDelimiter } from '../tabular/detect-delimiter.ts';
import { joinTypes, typeOfText } from './infer-type.ts';

/** How a CSV file is to be read; what is absent is found out. */
export interface CsvOptions {
  readonly delimiter?: string;
  /** Empty: cells are never quoted. */
  readonly quote?: string;
  /** Quotes out of place are text. */
  readonly relaxed?: boolean;
  /** `false`: the first row is data, and columns are named column1, column2, … A list: these are the names. */
  readonly header?: boolean | readonly string[];
  /** Columns whose types need not be inferred. */
  readonly declared?: ReadonlySet<string>;
}

/** What the beginning of a CSV file says. */
export interface CsvHead {
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly quote: string;
  readonly relaxed?: boolean;
  /** Bytes before the first row of data, from the beginning of the text. */
  readonly dataStart: number;
  /** The type of each column by the first rows; `undefined` where these have no value. */
  readonly types: readonly (ColumnType | undefined)[];
}

/** Rows that types are inferred from at first. */
const SAMPLE_ROWS = 1_000;
const encoder = new TextEncoder();

/**
 * Reads the header of CSV and looks at its first rows.
 *
 * @param text - the beginning of the file, without a byte order mark
 * @param whole - it is the whole file
 * @throws ActionError invalid-file for an empty file, column names that are blank or alike, quotes out of place;
 *   limit-exceeded for a header that does not end in the text
 */
export function readCsvHead(
  name: string,
  text: string,
  whole: boolean,
  options: CsvOptions,
  nullTexts: ReadonlySet<string>,
): CsvHead {
  if (text.trim() === '' && whole)
    throw new ActionError('invalid-file', `${name}: the file is empty; expected a header and rows`);
  // Looked for first: cutting a line of a gigabyte into cells to find no end takes long.
  if (!whole && !/[\r\n]/.test(text)) throw endless(name, text);
  const { quote = '"', relaxed = false } = options;
  const delimiter = options.delimiter ?? detectDelimiter(text, whole, relaxed);
  const scanner = new CsvScanner(name, delimiter, 1, quote, relaxed);
  scanner.feed(text, whole);
  const count = scanner.next();
  if (count < 0) throw endless(name, text);
  const first = scanner.cells.slice(0, count);
  const columns = columnNames(first, options.header ?? true);
  checkColumnNames(`${name}:${scanner.recordLine}`, columns);
  const isHeader = (options.header ?? true) === true;
  const types: (ColumnType | undefined)[] = columns.map(() => undefined);
  const open = columns.flatMap((column, cell) => (options.declared?.has(column) ? [] : [cell]));
  const dataStart = isHeader ? encoder.encode(text.slice(0, text.length - scanner.waiting)).length : 0;
  if (!isHeader) widen(types, open, first, nullTexts);
  if (open.length > 0) sample(scanner, types, open, nullTexts);
  return { columns, delimiter, quote, ...(relaxed && { relaxed }), dataStart, types };
}

const endless = (name: string, text: string): ActionError =>
  new ActionError(
    'limit-exceeded',
    `${name}:1: the header does not end within ${text.length} characters; is a quote or a line end missing?`,
  );

function columnNames(first: readonly string[], header: boolean | readonly string[]): readonly string[] {
  if (header === true) return first;
  return header === false ? first.map((_, index) => `column${index + 1}`) : header;
}

/** Quotes out of place are reported by the engine, with all it read before. */
function sample(
  scanner: CsvScanner,
  types: (ColumnType | undefined)[],
  open: readonly number[],
  nullTexts: ReadonlySet<string>,
): void {
  try {
    for (let rows = 0; rows < SAMPLE_ROWS; rows += 1) {
      const count = scanner.next();
      if (count < 0) return;
      if (count === types.length) widen(types, open, scanner.cells, nullTexts);
    }
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
  }
}

function widen(
  types: (ColumnType | undefined)[],
  open: readonly number[],
  cells: readonly string[],
  nullTexts: ReadonlySet<string>,
): void {
  for (const index of open) {
    const cell = cells[index] ?? '';
    if (cell === '' || nullTexts.has(cell) || types[index] === 'string') continue;
    types[index] = joinTypes(types[index], typeOfText(cell));
  }
}
