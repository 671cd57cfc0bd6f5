import type { ColumnProfile } from '../documents/profile.ts';

/** What a test found, before all tests are judged together. */
export interface Measured {
  readonly kind: 'measured';
  readonly measure: string;
  readonly effect: number;
  readonly noiseFloor: number;
  readonly significance: string;
  /** `undefined` where the data gives nothing to test. */
  readonly p: number | undefined;
  readonly exact: boolean;
}

/** Why a column was not tested. `inconclusive` where a reader should know that nothing is known. */
export interface Untested {
  readonly kind: 'not-tested' | 'inconclusive';
  readonly reason: string;
}

/** A kind of drift test: whether it fits two columns, and what it measures on them. */
export interface DriftTest {
  readonly fits: (reference: ColumnProfile, current: ColumnProfile) => boolean;
  readonly measure: (reference: ColumnProfile, current: ColumnProfile) => Measured | Untested;
}
