import type { Severity } from '../documents/validation.ts';
import type { Threshold } from '../stats/threshold.ts';
import type { Misfit, Value } from '../tabular/column-type.ts';
import type { Cell, MalformedRow, ReaderNote, TableFormat } from '../tabular/table.ts';

/** A file whose rows are about to be checked. */
export interface FileView {
  readonly name: string;
  readonly format: TableFormat;
  readonly columns: readonly string[];
  readonly notes: readonly ReaderNote[];
}

/** Some rows of a file, as checks look at them. */
export interface BatchView {
  readonly file: FileView;
  readonly rows: number;
  readonly malformed: readonly MalformedRow[];
  /** The cells of a column as the file holds them; `undefined` when the file has no such column. */
  cells(column: string): readonly Cell[] | undefined;
  /** The cells as the contract's type of the column means them. */
  values(column: string): readonly (Value | Misfit | null)[] | undefined;
  /** Where a row, or its cell in a column, is in the file. */
  place(row: number, column?: string): Place;
}

/** A place in a file: a line and column of text, or a row where the format has no lines. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
  readonly row?: number;
}

/** A finding as a check gives it; the run adds the check's name and severity. */
export interface Discovery {
  readonly file?: string;
  readonly place?: Place;
  readonly field?: string;
  /** The value found, as text. */
  readonly value?: string;
  readonly expected: string;
  /** More about what is wrong; must not hold the value. */
  readonly hint?: string;
}

/** Takes the findings of one check: counts all, keeps the first ones. */
export interface Discoveries {
  readonly count: number;
  /** @param describe - called only for findings that are kept, so that describing may cost something */
  add(describe: () => Discovery): void;
}

/** What a check counted: the number that its limit is about, out of how many. */
export interface Count {
  readonly count: number;
  /** What `percent` refers to. */
  readonly of: number;
}

/** A check at work on one data set. */
export interface RunningCheck {
  openFile?(file: FileView): void;
  batch?(view: BatchView): void;
  closeFile?(file: FileView): void;
  /** `undefined` when there was nothing to count, because the column is missing. */
  finish(): Count | undefined;
}

/** A check with everything it needs to know, ready to be run. */
export interface PlannedCheck {
  readonly check: string;
  readonly title: string;
  readonly field?: string;
  readonly severity: Severity;
  readonly dimension?: string;
  readonly threshold: Threshold;
  readonly unit: 'rows' | 'percent' | 'columns' | 'files';
  start(discoveries: Discoveries): RunningCheck;
}

/** What every check may be told. */
export interface CommonSpec {
  readonly severity: Severity;
  readonly dimension?: string;
  /** The rule's own name, for reports. */
  readonly title?: string;
}

/** A check about a number of rows may be told how many, and in which unit. */
export interface CountSpec extends CommonSpec {
  readonly threshold: Threshold;
  readonly unit: 'rows' | 'percent';
}

/** A kind of check: one per file of this folder, listed in `catalog.ts`. */
export interface CheckDefinition<Spec extends CommonSpec> {
  readonly name: string;
  /** What it looks at, in one sentence. */
  readonly about: string;
  plan(spec: Spec): PlannedCheck;
}

/** The parts of a planned check that come from its specification alone. */
export const planned = (name: string, spec: CommonSpec, title: string) => ({
  check: name,
  title: spec.title ?? title,
  severity: spec.severity,
  ...(spec.dimension !== undefined && { dimension: spec.dimension }),
});
