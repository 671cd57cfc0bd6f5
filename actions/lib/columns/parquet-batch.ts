/** Some consecutive rows of a column in the memory of the kernels. Valid until the column's next rows are read. */
export type ColumnRows = NumberRows | TextRows;

/** Numbers, booleans (0, 1), dates and timestamps (milliseconds since 1970, UTC), times (since midnight). */
export interface NumberRows {
  readonly kind: 'numbers';
  readonly rows: number;
  readonly nulls: number;
  /**
   * Address of a double for each row. Rows without a value have the NaN `NOTHING` of the kernels, values that are not
   * a number the NaN `MISFIT`. Whole numbers beyond 2^53 are rounded.
   */
  readonly values: number;
  /**
   * Address of the 64 bits of each whole number (a decimal without its point; 0 where there is none), where one of
   * them lies beyond 2^53 and none needs more than 64 bits; else 0.
   */
  readonly integers: number;
  /** Those 64 bits have no sign. */
  readonly unsigned: boolean;
  /** Digits after the point of `exact`. */
  readonly scale: number;
  /** A whole number, or decimal without its point, beyond 2^53; `undefined` for all others. */
  exact(row: number): bigint | undefined;
  /** NaN or infinite values may be among them. */
  readonly odd: boolean;
}

/** Texts in UTF-8, which was checked; bytes as `0x…`; lists, maps and structs as JSON. */
export interface TextRows {
  readonly kind: 'texts';
  readonly rows: number;
  readonly nulls: number;
  /** Address of two u32 for each row: the address before its text and the one behind it; (0, 0) where there is none. */
  readonly pairs: number;
  /** Address of a code (i32, -1: no value) for each row, when all are from the dictionary; else 0. */
  readonly codes: number;
  /** The distinct texts, in the order of their codes; the same object for all rows of a row group. */
  readonly dictionary: TextDictionary | undefined;
}

/** Distinct texts, each once. */
export interface TextDictionary {
  readonly size: number;
  /** Address of pairs as above. */
  readonly pairs: number;
}

/** Gives the rows of a column in one row group, in order. */
export interface ColumnCursor {
  /** Rows that are left. */
  readonly left: number;
  /**
   * The next rows.
   *
   * @throws ActionError invalid-file when there are fewer, or they cannot be read; limit-exceeded
   */
  next(rows: number): ColumnRows;
}
