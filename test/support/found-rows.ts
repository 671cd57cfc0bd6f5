import type { PlainMalformedRow } from './plain-csv.ts';

/** What a reader found in a file: its rows as texts, `null` where there is no value. */
export interface FoundRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Physical line on which each row starts; empty where a format has no lines. */
  readonly lines: readonly number[];
  readonly malformed: readonly PlainMalformedRow[];
  /** Line and column of each NUL. */
  readonly controls: readonly (readonly [number, number])[];
}
