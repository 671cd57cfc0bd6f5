import type { Rule, TableSpec } from '../checks/check.ts';
import type { TableFormat } from '../tabular/table.ts';

/** How the columns of the data may differ from those of the contract; terms of Table Schema v2. */
export type FieldsMatch = 'exact' | 'equal' | 'subset' | 'superset' | 'partial';

/** The kinds of files that are read as contracts. */
export type ContractFormat = 'odcs' | 'data-package' | 'table-schema' | 'croissant';

/** How the text of a table's files is written, where the contract says so. */
export interface Dialect {
  readonly format?: TableFormat;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly encoding?: string;
}

/** Files that are one part of a table: the rows to train with, the rows to test with. */
export interface ContractSplit {
  readonly name: string;
  /** Paths and globs, relative to the contract's repository. */
  readonly files: readonly string[];
  /** A regular expression whose first group, found in a file's path, is the name of the split it belongs to. */
  readonly pathPattern?: string;
}

/** One table of a contract: what is known of it, and all that is to be checked. */
export interface ContractTable {
  readonly spec: TableSpec;
  /** In the order of the contract: what its columns ask for first, then its own rules. */
  readonly rules: readonly Rule[];
  /** Texts that mean "no value" in the table's files, besides the empty text. */
  readonly nullTexts: readonly string[];
  /** Paths and globs of its files; empty when the contract does not say where they are. */
  readonly files: readonly string[];
  /** In the contract's order; empty when the table is not split. */
  readonly splits: readonly ContractSplit[];
  /** `undefined`: all columns must be there, others are worth a warning. */
  readonly fieldsMatch?: FieldsMatch;
  /** Names, in the data, of the columns that identify a row together. */
  readonly primaryKey: readonly string[];
  readonly dialect: Dialect;
}

/** What a contract does not say itself. */
export interface ReadOptions {
  /** Texts of the files it refers to, by the paths it names. */
  readonly references?: ReadonlyMap<string, string>;
  /** Which of its servers has the files, where there are several. */
  readonly server?: string;
}

/** A data contract, as far as it can be checked on files. */
export interface Contract {
  readonly format: ContractFormat;
  readonly id: string;
  readonly version: string;
  /** What the paths of files are relative to: the checkout, or the folder of the contract. */
  readonly filesFrom: 'workspace' | 'contract';
  /** At least one. */
  readonly tables: readonly ContractTable[];
  /** What the contract asks for and nobody checks, each in words that make sense alone; to be said in the report. */
  readonly unchecked: readonly string[];
}
