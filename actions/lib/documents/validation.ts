import type { TableFormat } from '../tabular/table.ts';
import type { Envelope } from './envelope.ts';

/** How much a finding matters. */
export type Severity = 'error' | 'warning' | 'info';

/** One place where the data is not as it should be. */
export interface Finding {
  /** Name of the check that found it. */
  readonly check: string;
  readonly severity: Severity;
  /** The table it is in, where several were read. */
  readonly table?: string;
  readonly file?: string;
  /** Physical line in the file, from 1, and character in it; absent in formats without lines. */
  readonly line?: number;
  readonly column?: number;
  /** Row of data, from 1, in formats without lines. */
  readonly row?: number;
  /** Name of the column of the table. */
  readonly field?: string;
  /** The value found, shortened; `[redacted]` in classified columns. */
  readonly value?: string;
  readonly expected: string;
  /** The whole finding as one sentence. */
  readonly message: string;
}

/** What one check measured. */
export interface CheckResult {
  readonly check: string;
  /** The table it is about, where several were read. */
  readonly table?: string;
  /** What it is about, for a table: the rule's own name, else what it demands. */
  readonly title: string;
  readonly field?: string;
  readonly severity: Severity;
  readonly dimension?: string;
  /**
   * `undefined` when it could not be measured: no rows, no such column, nothing to compare with. `inconclusive` when
   * it was measured and chance or an estimate's error may explain the answer.
   */
  readonly status: 'pass' | 'fail' | 'inconclusive' | 'undefined';
  /** The measured number; `null` when undefined, and where it would tell a value of a classified column. */
  readonly measured: number | null;
  readonly unit: 'rows' | 'percent' | 'columns' | 'files' | 'value';
  readonly expected: string;
  /** Findings counted; only the first of them are in the report. */
  readonly findings: number;
  /** Why it could not be measured, or what a reader must know to trust the number. */
  readonly note?: string;
}

/** How a column of the data compares to the reference. */
export interface DriftResult {
  readonly field: string;
  readonly test: 'distribution' | 'completeness';
  readonly status: 'drifted' | 'stable' | 'inconclusive' | 'not-tested';
  /** Of drift: how much it matters, where that is not the same for all columns. */
  readonly severity?: Severity;
  /** Why, where it is not plain from the numbers. */
  readonly reason?: string;
  /** What changed most, in words: `median 41 → 47`. */
  readonly change?: string;
  /** Name of the effect in the catalog of drift measures; `missingShare` for completeness. */
  readonly measure?: string;
  readonly effect?: number;
  readonly threshold?: number;
  /** Effect from which on drift is a warning. */
  readonly warnAt?: number;
  /** Effect that two samples of these sizes without any difference rarely exceed. */
  readonly noiseFloor?: number;
  /** How far the effect may be off because a side is known by its bins only. */
  readonly effectError?: number;
  /** Name of the significance test in the catalog of drift measures. */
  readonly significance?: string;
  /** Of the significance test, where it differs from the effect. */
  readonly statistic?: number;
  readonly pValue?: number;
  /** After Benjamini-Hochberg over all tests that were judged together. */
  readonly adjustedP?: number;
  readonly alpha?: number;
  /** The tool whose rule was followed. */
  readonly compat?: string;
  /** Values in the reference and in the current data. */
  readonly referenceCount: number;
  readonly currentCount: number;
  /** Computed from all values; `false` when either side is a sketch. */
  readonly exact: boolean;
}

/** Whether the data as a whole drifted: which share of its columns did. */
export interface DatasetDrift {
  /** `inconclusive`: the columns in doubt could turn the answer, or there were none to compare. */
  readonly status: 'drifted' | 'stable' | 'inconclusive';
  readonly drifted: number;
  readonly inconclusive: number;
  /** Columns that were compared, those in doubt included. */
  readonly compared: number;
  /** Drifted of compared, and the share from which on the data as a whole drifted. */
  readonly share: number;
  readonly limit: number;
}

/** One file that was read. */
export interface CheckedFile {
  readonly name: string;
  readonly format: TableFormat;
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** `report.json`: is this data what the contract says, and is it still the data we know? */
export interface ValidationDocument extends Envelope<'validation'> {
  readonly dataset: {
    readonly files: readonly CheckedFile[];
    readonly rows: number;
    readonly columns: readonly string[];
  };
  /** Findings counted, by severity. */
  readonly counts: { readonly errors: number; readonly warnings: number; readonly infos: number };
  readonly checks: readonly CheckResult[];
  /** The first findings of each check. */
  readonly findings: readonly Finding[];
  readonly drift?: {
    readonly reference: string;
    readonly severity: Severity;
    readonly alpha: number;
    readonly threshold: number;
    readonly minSample: number;
    readonly results: readonly DriftResult[];
    readonly dataset?: DatasetDrift;
  };
  /** What a reader should know besides: parts of the contract that are not checked, peculiarities of files. */
  readonly notes: readonly string[];
  /** Paths relative to the document. */
  readonly files: {
    readonly profile: string;
    readonly report: string;
    readonly html?: string;
    readonly findings?: string;
    readonly sarif?: string;
    readonly junit?: string;
  };
}
