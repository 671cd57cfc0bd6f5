import type { ColumnType } from '../tabular/column-type.ts';
import type { Envelope } from './envelope.ts';

/**
 * The values of a column with their counts, as drift tests need them. `values`: every distinct value, ascending;
 * dates and times are milliseconds. `bins`: numbers in bins from `low` (inclusive) to `high`.
 */
export type Distribution =
  | {
      readonly kind: 'values';
      readonly values: readonly (number | string)[];
      readonly counts: readonly number[];
    }
  | {
      readonly kind: 'bins';
      readonly low: readonly number[];
      readonly high: readonly number[];
      readonly counts: readonly number[];
    };

/** What a column looks like. */
export interface ColumnProfile {
  readonly name: string;
  /** The contract's type, else the narrowest type all values have; `empty` without any value. */
  readonly type: ColumnType | 'empty';
  readonly rows: number;
  /** Rows without a value. */
  readonly missing: number;
  /** Values that are not of the contract's type, left out of everything below. */
  readonly invalid: number;
  readonly distinct: {
    readonly count: number;
    readonly exact: boolean;
    /** One standard deviation of an estimated count, relative. */
    readonly relativeError?: number;
  };
  /** The most frequent values as text; complete only where `distinct` is exact. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Of numbers, dates and times. */
  readonly numeric?: NumericProfile;
  /** Lengths of texts in characters. */
  readonly length?: { readonly min: number; readonly max: number; readonly mean: number };
  /** Absent where values are classified, or texts too many to keep. */
  readonly distribution?: Distribution;
  /** Values are classified and left out. */
  readonly redacted?: true;
}

/** Moments and order statistics; dates and times in milliseconds. */
export interface NumericProfile {
  readonly min: number;
  readonly max: number;
  /** `null` where the sum is beyond the largest double. */
  readonly mean: number | null;
  /** Of a sample (n - 1); `null` for one value, and beyond the largest double. */
  readonly standardDeviation: number | null;
  /** By linear interpolation (type 7); from bins, the middle of the bin. */
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Quantiles and histogram come from all values. */
  readonly exact: boolean;
  /** Of binned numbers: half a bin's width relative to the value; days for dates and times. */
  readonly relativeError?: number;
}

/** `profile.json`: what data looked like, small enough to be kept and compared with later data. */
export interface ProfileDocument extends Envelope<'profile'> {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}
