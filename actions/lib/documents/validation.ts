import type { TableFormat } from '../tabular/table.ts';
import type { Envelope } from './envelope.ts';

/** How much a finding matters. */
export type Severity = 'error' | 'warning' | 'info';

/** One place where the data is not as it should be. */
export interface Finding {
  /** Name of the check that found it. */
  readonly check: string;
  readonly severity: Severity;
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
  /** What it is about, for a table: the rule's own name, else what it demands. */
  readonly title: string;
  readonly field?: string;
  readonly severity: Severity;
  readonly dimension?: string;
  /** `undefined` when it could not be measured: no rows, or no such column. */
  readonly status: 'pass' | 'fail' | 'undefined';
  /** The measured number; `null` when undefined. */
  readonly measured: number | null;
  readonly unit: 'rows' | 'percent' | 'columns' | 'files';
  readonly expected: string;
  /** Findings counted; only the first of them are in the report. */
  readonly findings: number;
}

/** How a column of the data compares to the reference. */
export interface DriftResult {
  readonly field: string;
  readonly test: 'distribution' | 'completeness';
  readonly status: 'drifted' | 'stable' | 'inconclusive' | 'not-tested';
  /** Why, where it is not plain from the numbers. */
  readonly reason?: string;
  /** Name of the effect size: `wasserstein_normed`, `jensen_shannon_distance`, `missing_share_difference`. */
  readonly measure?: string;
  readonly effect?: number;
  readonly threshold?: number;
  /** Effect that two samples of these sizes without any difference rarely exceed. */
  readonly noiseFloor?: number;
  /** Name of the significance test: `kolmogorov_smirnov`, `chi_square`, `two_proportion_z`. */
  readonly significance?: string;
  readonly pValue?: number;
  /** After Benjamini-Hochberg over all tests of the report. */
  readonly adjustedP?: number;
  /** Values in the reference and in the current data. */
  readonly referenceCount: number;
  readonly currentCount: number;
  /** Computed from all values; `false` when either side is a sketch. */
  readonly exact: boolean;
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
  };
  /** What a reader should know besides: parts of the contract that are not checked, peculiarities of files. */
  readonly notes: readonly string[];
  /** Paths relative to the document. */
  readonly files: { readonly profile: string; readonly report: string };
}
