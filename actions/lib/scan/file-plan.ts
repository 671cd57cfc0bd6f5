import type { CsvHead } from '../columns/csv-head.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { ReaderNote, TableFormat } from '../tabular/table.ts';

/** How a file is packed as a whole, by the ending of its name. */
export type Packing = 'none' | 'gzip' | 'zstd' | 'brotli';

/** How the characters of a text file are written. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' | 'windows-1252';

/** What is known of a file before its rows are read; plain JSON, so that threads can be told. */
export interface FilePlan {
  /** Position among the files of the table. */
  readonly index: number;
  readonly name: string;
  /** Where it really is. */
  readonly path: string;
  readonly format: TableFormat;
  /** Bytes as stored. */
  readonly size: number;
  readonly packing: Packing;
  readonly encoding: Encoding;
  /** Bytes of a byte order mark. */
  readonly mark: number;
  readonly columns: readonly string[];
  /** Columns that have one value in the whole file: `key=value` folders of its path. */
  readonly partitions: readonly Partition[];
  /** The types its columns seem to have; `undefined` where the beginning of the file does not tell. */
  readonly types: readonly (ColumnType | undefined)[];
  readonly csv?: Pick<CsvHead, 'delimiter' | 'quote' | 'relaxed' | 'dataStart'>;
  /** Parts that threads take one at a time: blocks of text, groups of rows; 1 for a stream. */
  readonly tasks: number;
  /** The parts are blocks of text that begin anywhere. */
  readonly blocks: boolean;
  /** Rows of each group of a typed file. */
  readonly groups?: readonly number[];
  /** Peculiarities that are known already. */
  readonly notes: readonly ReaderNote[];
}

/** A column that a path gives; `null` for no value. */
export interface Partition {
  readonly name: string;
  readonly value: string | null;
}

/** All columns of a file: those that it holds, then those of its path. */
export const fileColumns = ({
  columns,
  partitions,
}: Pick<FilePlan, 'columns' | 'partitions'>): readonly string[] => [
  ...columns,
  ...partitions.map(({ name }) => name),
];

/** Options for reading text. */
export interface ReadOptions {
  readonly format: TableFormat | 'auto';
  readonly delimiter?: string;
  readonly quote?: string;
  /** Quotes out of place are text, rather than an error. */
  readonly relaxed?: boolean;
  readonly header?: boolean;
  readonly encoding: Encoding | 'auto';
  readonly nullTexts: readonly string[];
  /** Columns that `key=value` folders of a path may give; all of them without a contract. */
  readonly partitions?: readonly string[] | 'all';
  /** Columns whose types need not be inferred: a contract says them. */
  readonly declared?: readonly string[];
}
