import type { ColumnType } from '../tabular/column-type.ts';
import type { TableFormat } from '../tabular/table.ts';

/** A file whose rows are being read. */
export interface FileView {
  /** Position among the files of the table. */
  readonly index: number;
  readonly name: string;
  readonly format: TableFormat;
  /** Column names in file order. */
  readonly columns: readonly string[];
}

/**
 * A place in a file. While a file is read in blocks by several threads nobody knows how many lines came before a
 * block: then `line` counts from the block's first byte, and the merge of the threads adds what came before.
 */
export interface Place {
  readonly line?: number;
  /** Character in the line, from 1, in UTF-16 code units as editors count. */
  readonly column?: number;
  /** Row of data from 1, where a format has no lines. */
  readonly row?: number;
  /** Block to which `line` is relative; absent once it is resolved. */
  readonly block?: number;
}

/** A row that does not fit the header: reported, never guessed at; its cells are in no column. */
export interface MalformedRow {
  readonly kind: 'extra-cell' | 'missing-cell' | 'blank-row';
  readonly place: Place;
  readonly cells: number;
  readonly expected: number;
}

/** Some rows of a file, column by column. Everything it gives is valid until the next batch is read. */
export interface ColumnBatch {
  readonly file: FileView;
  readonly rows: number;
  /** Rows met since the last batch that are in no column; of very many only the first are listed. */
  readonly malformed: readonly MalformedRow[];
  /** Rows of each kind, those that are not listed included. */
  readonly malformedCounts: Readonly<Record<MalformedRow['kind'], number>>;
  /** NUL characters in the text of this and following batches; of very many only the first are listed. */
  readonly controls: readonly Place[];
  /** `undefined` when the file has no such column. */
  column(name: string): ColumnView | undefined;
  /** Where a row begins, or its cell in a column. */
  place(row: number, column?: string): Place;
  /** What finds a row again: its byte offset in text, its number from 0 in other formats. */
  position(row: number): number;
}

/** One column of a batch. Rows count from 0 within the batch. */
export interface ColumnView {
  /** The contract's type, else the one inferred for the file. */
  readonly type: ColumnType;
  /** Rows without a value: an empty cell, a text that means "no value", `null`. */
  readonly nulls: number;
  isNull(row: number): boolean;
  /** Rows whose value is not of the type, ascending. */
  readonly misfits: Uint32Array;
  /**
   * The values, row by row, `NaN` where there is none: numbers; dates and times in milliseconds (since 1970, since
   * midnight); booleans as 0 and 1. `undefined` for texts, objects and arrays. Whole numbers beyond 2^53 are
   * rounded here; `exact` has them.
   */
  readonly numbers: Float64Array | undefined;
  /** A whole number beyond 2^53, which `numbers` only has rounded; `undefined` for all others. */
  exact(row: number): bigint | undefined;
  /** The value as the file holds it, without quotes and escapes; `null` where there is none. Misfits have theirs. */
  text(row: number): string | null;
  /** How many numbers lie outside of limits; exact for whole numbers beyond 2^53. */
  countOutside(limits: NumberLimits): number;
  /** Rows whose text breaks a rule that was asked for with `BatchSetup.textRule`. */
  broken(rule: TextRuleHandle): BrokenRows;
  /** A 64-bit keyed hash of each value, row by row; 0 where there is none. Equal values have equal hashes. */
  hashes(): BigUint64Array;
}

/** Limits of numbers; absent ones do not limit. */
export interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** Rows of a batch that break a rule. */
export interface BrokenRows {
  readonly count: number;
  rows(): Iterable<number>;
}

/** A demand on the texts of a column. The engine holds each distinct text to it once. */
export type TextRule =
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'values'; readonly values: readonly string[] }
  /** Lengths in Unicode code points. */
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number }
  /** Any other demand; slower for columns with many distinct texts. */
  | { readonly kind: 'test'; readonly holds: (text: string) => boolean };

/** Names a text rule of one column, in one thread. */
export type TextRuleHandle = { readonly column: string; readonly bit: number };

/** What a check may ask for before the first batch of a thread. */
export interface BatchSetup {
  /** Has the engine hold the texts of a column to a rule; at most 16 a column. */
  textRule(column: string, rule: TextRule): TextRuleHandle;
}
