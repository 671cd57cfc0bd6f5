import type { TableFormat } from './table.ts';

/** Numbers, NaN for no value. */
export interface NumbersColumn {
  readonly kind: 'numbers';
  readonly values: Float64Array;
}

/** Texts, each different one once; −1 for no value. */
export interface TextsColumn {
  readonly kind: 'texts';
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

export type DataColumn = NumbersColumn | TextsColumn;

/** Where a row stands: its line in the file, or its number from 1 where a format has no lines. */
export interface RowPlace {
  /** Index into `files`. */
  readonly file: number;
  readonly line?: number;
  readonly row?: number;
}

/** Chosen columns of one or more files in memory, in typed arrays: ten million rows of a few columns fit. */
export interface DataTable {
  /** What to call it in messages: the file, or the location of several. */
  readonly name: string;
  /** Name for messages and path in the workspace for annotations. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
  readonly format: TableFormat;
  /** All columns of the files, those that were not read included. */
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** `undefined` for a column that is not there or was not asked for. */
  column(name: string): DataColumn | undefined;
  placeOf(row: number): RowPlace;
}

/** `data/test.csv:17`, or `data/test.parquet, row 17` where the format has no lines. */
export function placeText({ files, placeOf }: Pick<DataTable, 'files' | 'placeOf'>, row: number): string {
  const { file, line, row: number } = placeOf(row);
  const name = files[file]?.name ?? '';
  return line === undefined ? `${name}, row ${number ?? row + 1}` : `${name}:${line}`;
}

/** The value of a row as text; `undefined` for none. Numbers are written as JavaScript does: 1.0 is `1`. */
export function textAt(column: DataColumn, row: number): string | undefined {
  if (column.kind === 'texts') return column.texts[column.codes[row] ?? -1];
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? undefined : String(value);
}
