/** One value as its file holds it: CSV gives texts, JSON and Parquet give typed values. `null` is "no value". */
export type Cell = string | number | bigint | boolean | null | Date | CellObject;
/** A nested value of JSON or Parquet. */
export type CellObject = { readonly [key: string]: unknown } | readonly unknown[];

/** Some consecutive rows of a table, column by column: `columns[c][r]`. */
export interface Batch {
  /** Index of the first row of this batch in the file, from 0; the header is not a row. */
  readonly firstRow: number;
  readonly rowCount: number;
  readonly columns: readonly (readonly Cell[])[];
  /** Physical line in the file on which each row starts, from 1; absent where a format has no lines (Parquet). */
  readonly lines?: Uint32Array;
  /** Rows between those of this batch that are not in it, because their cells cannot be assigned to columns. */
  readonly malformed?: readonly MalformedRow[];
  /** Where a cell begins in the file; only while the batch is being worked on. Absent where a format has no lines. */
  locate?(row: number, column: number): CellPosition;
}

/** A place in a text file, both from 1; `column` counts UTF-16 code units, as editors and annotations do. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

/** A row with more or fewer cells than there are columns, or without any: reported, never guessed at. */
export interface MalformedRow {
  readonly kind: 'extra-cell' | 'missing-cell' | 'blank-row';
  /** Physical line on which the row starts. */
  readonly line: number;
  readonly cells: number;
  readonly expected: number;
}

/** A table that is read once, in batches, with memory independent of its number of rows. */
export interface TableReader {
  readonly format: TableFormat;
  /** Column names in file order. */
  readonly columns: readonly string[];
  /** What was unusual about the file but read all the same; complete once the last batch was given. */
  readonly notes: readonly ReaderNote[];
  /** The rows in order. A reader is read once. */
  batches(): AsyncIterable<Batch>;
}

/** A peculiarity of a file. `census` notes are only worth a line in a report, `suspicious` ones a warning. */
export interface ReaderNote {
  readonly level: 'census' | 'suspicious';
  readonly message: string;
}

/** How to read a file. */
export interface TableOptions {
  /** `auto` (the default) goes by the name, and by the content where the name says nothing. */
  readonly format?: TableFormat | 'auto';
  /** Column delimiter of CSV; detected when absent. */
  readonly delimiter?: string;
  /** Texts that mean "no value" in CSV and TSV, besides the empty text. */
  readonly nullValues?: readonly string[];
  /** Unpacks gzip; the pure library has no decompressor of its own. Needed for `.gz` only. */
  readonly gunzip?: Gunzip;
  /** Called between pieces of work; throws to stop at a deadline or on cancellation. */
  readonly checkpoint?: () => void;
}

/** Unpacks a gzip stream of one or more members; throws on anything that is not gzip. */
export type Gunzip = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export type TableFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet' | 'arrow';

/** The bytes of one file, given by the runtime; the pure library never opens files itself. */
export interface ByteSource {
  /** Name for messages and for guessing the format, for example `data/train.csv.gz`. */
  readonly name: string;
  /** Size in bytes as stored. */
  readonly size: number;
  /** All bytes in order, as stored (compressed if the file is). */
  stream(): AsyncIterable<Uint8Array>;
  /** Bytes `start` (inclusive) to `end` (exclusive). */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** A whole table in memory, for sets of predictions and other data that is worked on as a whole. */
export interface Table {
  readonly format: TableFormat;
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** All values of a column, or `undefined` for an unknown name. */
  column(name: string): readonly Cell[] | undefined;
  /** Physical line of a row, from 1, where the format has lines. */
  lineOf(row: number): number | undefined;
}
