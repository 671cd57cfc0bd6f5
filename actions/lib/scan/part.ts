import type { RunState } from '../checks/run-checks.ts';
import type { KeyRun } from '../columns/key-collector.ts';
import type { ActionErrorCode } from '../errors.ts';
import type { ColumnState } from '../profile/column-state.ts';
import type { ColumnType } from '../tabular/column-type.ts';

/** What one thread knows at the end; it travels between threads, so it is plain. */
export interface ScanPart {
  readonly rows: number;
  readonly columns: readonly ColumnState[];
  /** For each key of the job. */
  readonly keys: readonly { readonly bijective: boolean; readonly runs: readonly KeyRun[] }[];
  /** What the checks counted and found. */
  readonly checks: RunState;
  /** For each file of which it read something. */
  readonly files: readonly FileTally[];
}

/** What a thread met in a file. */
export interface FileTally {
  readonly file: number;
  readonly rows: number;
  readonly malformed: number;
  readonly lineFeeds: number;
  readonly pairs: number;
  readonly bareReturns: number;
  readonly notes: readonly string[];
}

/** How a thread ended before the data did. */
export type ScanFailure =
  /** A column holds values that its inferred type does not, or is new: the scan begins anew. */
  | { readonly kind: 'surprise'; readonly column: string; readonly type: ColumnType }
  /** A record has a column of the contract that its file did not seem to have. */
  | { readonly kind: 'column'; readonly file: number; readonly column: string }
  /** Something at a place in a text file; `line` counts from the block. */
  | {
      readonly kind: 'placed';
      readonly file: number;
      readonly block: number;
      readonly line: number;
      readonly code: ActionErrorCode;
      /** The message for people, given the line in the file. */
      readonly message: readonly [before: string, after: string];
    }
  /** Another thread failed. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'error';
      readonly file: number;
      readonly part: number;
      readonly code: ActionErrorCode | undefined;
      readonly message: string;
      readonly stack: string | undefined;
    };
