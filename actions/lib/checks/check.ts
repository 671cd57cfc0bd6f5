import type { BatchSetup, ColumnBatch, FileView, Place } from '../columns/column-batch.ts';
import type { KeyIndex, KeySpec, RowLookup } from '../columns/key-index.ts';
import type { ColumnProfile } from '../documents/profile.ts';
import type { Severity } from '../documents/validation.ts';
import type { Threshold } from '../stats/threshold.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { ReaderNote, TableFormat } from '../tabular/table.ts';

/** Plain JSON: what a rule's arguments and the states of checks are made of, so that they can travel. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One use of a check, as a contract or an input asks for it. It is plain JSON: threads and shards plan the same
 * check from the same rule.
 */
export interface Rule {
  /** Name of the check in the catalog. */
  readonly check: string;
  readonly severity: Severity;
  readonly dimension?: string;
  /** The rule's own name, for reports. */
  readonly title?: string;
  /** What its measured number must satisfy; the check's own default when absent. */
  readonly threshold?: Threshold;
  readonly unit?: Unit;
  /** The column it is about, by its name in the data. */
  readonly column?: string;
  /** As the check's `parameters` describe them. */
  readonly arguments: Readonly<Record<string, Json>>;
  /** Where it is written, `file:line:column`, for messages. */
  readonly at?: string;
}

export type Unit = 'rows' | 'percent' | 'columns' | 'files' | 'value';

/** What is known of a table before it is read. */
export interface TableSpec {
  /** Name of the contract's object; empty without a contract. */
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  /** Names of the splits its files come in; empty when there are none. */
  readonly splits: readonly string[];
}

/** What a contract says of a column. */
export interface ColumnSpec {
  readonly name: string;
  readonly type?: ColumnType;
  /** Pattern of dates and times that are not in ISO 8601. */
  readonly format?: string;
  /** Its values must not be shown. */
  readonly classified: boolean;
  readonly role?: ColumnRole;
}

/** What a column is for in machine learning. */
export type ColumnRole = 'label' | 'group' | 'time' | 'id' | 'weight' | 'feature';

/** A finding as a check gives it; the run adds the check's name and severity, and redacts. */
export interface Discovery {
  readonly file?: string;
  readonly place?: Place;
  readonly field?: string;
  /** The columns that `value` is of, where `field` names several. */
  readonly columns?: readonly string[];
  /** The value found, as text. */
  readonly value?: string;
  readonly expected: string;
  /** More about what is wrong; must not hold the value. */
  readonly hint?: string;
}

/** Takes the findings of one check: counts all, keeps the first ones. */
export interface Discoveries {
  /** False once enough are kept: then `count` alone will do. */
  readonly wanted: boolean;
  /** @param describe - called only for findings that are kept, so that describing may cost something */
  add(describe: () => Discovery): void;
  /** Counts findings that are not described. */
  count(findings: number): void;
}

/** What a check measured: a number that its threshold is about. */
export interface Measurement {
  /** A count of rows (columns, files), or the value itself. `undefined`: there was nothing to measure. */
  readonly count: number | undefined;
  /** What `percent` refers to. */
  readonly of?: number;
  readonly discoveries?: readonly Discovery[];
  /** The number is itself a value of a classified column, or tells one: only the decision may be shown. */
  readonly hidden?: boolean;
  /** Why it could not be measured, or what a reader must know to trust it. */
  readonly note?: string;
  /** What it was held to, where the threshold does not say: limits that depend on the data. */
  readonly expected?: string;
  /** Decides in place of the threshold, where more than one number does: an effect and its significance. */
  readonly verdict?: MeasuredVerdict;
  /** What names the rows meant: looked for in a second pass, when the check fails. */
  readonly locate?: Locate;
}

/** A decision that a threshold alone cannot give; a severity here replaces the rule's. */
export interface MeasuredVerdict {
  readonly status: 'pass' | 'fail' | 'inconclusive';
  readonly severity?: Severity;
}

/** A rule whose findings are the rows meant, and the split to look in when it is not the whole table. */
export interface Locate {
  readonly rule: Rule;
  readonly split?: string;
}

/** A planned check: what it is called in reports, and the work it needs. */
export interface PlannedCheck {
  readonly check: string;
  readonly title: string;
  readonly field?: string;
  readonly severity: Severity;
  readonly dimension?: string;
  readonly threshold: Threshold;
  readonly unit: Unit;
  readonly work: Work;
}

export type Work = RowsWork | AggregateWork | ProfileWork | KeysWork;

/** Looks at the rows and counts those that are not right. Counts and findings of parts add up by themselves. */
export interface RowsWork {
  readonly kind: 'rows';
  start(setup: BatchSetup, discoveries: Discoveries): RowsCounter;
  /** What is known once of a file and not once in each thread that reads a part of it; added to the count. */
  once?(evidence: Evidence): { readonly count: number; readonly discoveries: readonly Discovery[] };
}

/** A counting check at work in one thread. */
export interface RowsCounter {
  openFile?(file: FileView): void;
  batch?(batch: ColumnBatch): void;
  closeFile?(file: FileView): void;
  /** `undefined` when there was nothing to count: no file had the column. */
  counted(): { readonly count: number; readonly of: number } | undefined;
}

/** Gathers something from all rows that merges, and judges it at the end. */
export interface AggregateWork<State extends Json = Json> {
  readonly kind: 'aggregate';
  start(setup: BatchSetup): { batch(batch: ColumnBatch): void; state(): State };
  merge(a: State, b: State): State;
  decide(state: State | undefined, evidence: Evidence): Measurement;
}

/** Judges profiles: of the table, of its splits, of other tables, of the baseline. Costs nothing while reading. */
export interface ProfileWork {
  readonly kind: 'profile';
  decide(evidence: Evidence): Measurement;
}

/** Compares rows by content, over the whole table, between its splits, or with another table. */
export interface KeysWork {
  readonly kind: 'keys';
  /** The keys it needs; `decide` gets one index for each, in this order; none where a column or table is missing. */
  readonly keys: readonly KeyNeed[];
  decide(
    indexes: readonly (KeyIndex | undefined)[],
    rows: readonly (RowLookup | undefined)[],
    evidence: Evidence,
  ): Promise<Measurement>;
}

/** A key of this table, of one of its splits, or of another table of the contract. */
export interface KeyNeed extends KeySpec {
  readonly split?: string;
  readonly table?: string;
}

/** All that is known once every row was read. */
export interface Evidence {
  readonly table: TableEvidence;
  readonly splits: ReadonlyMap<string, TableEvidence>;
  /** Other tables of the contract, by name. */
  readonly tables: ReadonlyMap<string, TableEvidence>;
  /** The same table before: the base branch's, the last release's. */
  readonly baseline: TableEvidence | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A table (or a split) that was read, as its profile shows it. */
export interface TableEvidence {
  /** Rows whose cells are in columns. */
  readonly rows: number;
  /** Rows that do not fit the header, blank lines left out; none when absent. */
  readonly malformed?: number;
  readonly files: readonly FileEvidence[];
  /** In the order of the first file; with all values, those of classified columns too. */
  readonly columns: readonly ColumnProfile[];
}

/** A file that was read. Of a baseline only what its documents keep is known. */
export interface FileEvidence {
  readonly name: string;
  readonly format: TableFormat;
  /** Size as stored, compressed if the file is. */
  readonly bytes: number;
  /** sha256 of the bytes as stored, in lower-case hexadecimal. */
  readonly sha256?: string;
  /** `utf-8`, `utf-16le`, `utf-16be`, `iso-8859-1`; absent in formats that are not text. */
  readonly encoding?: string;
  /** Column names in file order. */
  readonly columns: readonly string[];
  /** The header as it is written, where it differs from `columns`: repeated and blank labels. */
  readonly labels?: readonly string[];
  readonly notes: readonly ReaderNote[];
}

/** What an argument of a check may be; the contract reader checks values by it. */
export type ParameterKind =
  | 'number'
  | 'count'
  | 'text'
  | 'boolean'
  | 'column'
  | 'columns'
  /** Texts, numbers, booleans and `null`. */
  | 'values'
  /** A number, or a text written like the column's values. */
  | 'bound'
  /** A regular expression of the RE2 syntax. */
  | 'pattern'
  | 'duration'
  | 'split'
  | 'splits'
  /** `baseline`, or a split of the table. */
  | 'reference'
  | 'expression'
  | 'table'
  /** A JSON Schema. */
  | 'schema'
  /** Only for rules that other checks make: texts by texts. Contracts cannot give it. */
  | 'internal'
  | { readonly oneOf: readonly string[] }
  | { readonly manyOf: readonly string[] };

/** An argument of a check, as its documentation and the contract reader know it. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly required?: boolean;
  readonly about: string;
}

/** A kind of check: one per file of this folder, listed in `catalog.ts`. */
export interface CheckDefinition {
  readonly name: string;
  /** What it looks at, in one sentence. */
  readonly about: string;
  /** Where rules may stand: on a column or on the table. */
  readonly level: readonly ('column' | 'table')[];
  /** Names of the same idea in other tools, with the tool: `['Great Expectations', 'expect_column_values_to_not_be_null']`. */
  readonly aliases: readonly (readonly [tool: string, name: string])[];
  readonly dimension: Dimension;
  /** Demanded when the rule gives no limit; a rule without either is refused. */
  readonly threshold?: Threshold;
  /** The first is meant when the rule names none. */
  readonly units: readonly Unit[];
  readonly parameters: readonly Parameter[];
  /** A worked example: a rule in a contract, in YAML. */
  readonly example: string;
  /** @throws ActionError invalid-file for arguments that cannot be used together */
  plan(rule: Rule, table: TableSpec): PlannedCheck;
}

export type Dimension =
  | 'accuracy'
  | 'completeness'
  | 'conformity'
  | 'consistency'
  | 'coverage'
  | 'timeliness'
  | 'uniqueness';
