/** One value as its file holds it: CSV gives texts, JSON and Parquet give typed values. `null` is "no value". */
export type Cell = string | number | bigint | boolean | null | Date | CellObject;
/** A nested value of JSON or Parquet. */
export type CellObject = { readonly [key: string]: unknown } | readonly unknown[];

/** A peculiarity of a file. `census` notes are only worth a line in a report, `suspicious` ones a warning. */
export interface ReaderNote {
  readonly level: 'census' | 'suspicious';
  readonly message: string;
  /** What a file usually has in its place. */
  readonly expected?: string;
}

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
