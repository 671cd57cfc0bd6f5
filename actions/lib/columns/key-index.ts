/**
 * What identifies rows by content: hashes of the values of some columns with the place of their row, sorted by hash.
 * Built in parts by threads, files and shards, and joined by merging sorted runs.
 */

/** Which columns make a key. */
export interface KeySpec {
  /** Names of the columns whose values are the key together; `all` stands for every column, in order of name. */
  readonly columns: readonly string[] | 'all';
  /** Columns left out of `all`. */
  readonly except?: readonly string[];
  /** Rows in which any of the columns has no value have no key; otherwise "no value" is a value like others. */
  readonly skipNulls: boolean;
}

/** Where a row is: which file of the table, and its byte offset or number there. */
export interface Position {
  readonly file: number;
  /** Byte offset of the row in text files, number of the row (from 0) in others. */
  readonly at: number;
}

/** Rows with equal hashes; in the order of their positions. */
export interface KeyGroup {
  readonly positions: readonly Position[];
}

/** The keys of all rows of a table (or of one split of it). */
export interface KeyIndex {
  /** Rows that have a key. */
  readonly rows: number;
  /** Equal hashes mean equal values: single numbers, whose hash can be turned back. */
  readonly bijective: boolean;
  /** Different hashes. */
  distinct(): number;
  /** Groups of rows that share a hash. */
  repeats(): Iterable<KeyGroup>;
  /** Groups of this index whose hash the other index has as well. */
  common(other: KeyIndex): Iterable<KeyGroup>;
  /** Groups of this index whose hash the other index lacks. */
  missingFrom(other: KeyIndex): Iterable<KeyGroup>;
}

/** Reads single rows once more, to compare them by their bytes and to name their lines. */
export interface RowLookup {
  /** The rows were read by another job: of them only the files can be said, and hashes have to be trusted. */
  readonly elsewhere?: boolean;
  /** The texts of columns (`null`: no value) and the line or row of each position. */
  fetch(positions: readonly Position[], columns: readonly string[] | 'all'): Promise<readonly FetchedRow[]>;
}

/** A row that was read once more. */
export interface FetchedRow {
  readonly position: Position;
  readonly file: string;
  readonly line?: number;
  readonly row?: number;
  /** In the order of the columns asked for; for `all`, by name. None of a row that another job read. */
  readonly texts: readonly (string | null)[];
}
