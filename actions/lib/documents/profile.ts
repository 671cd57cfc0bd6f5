import type { ColumnType } from '../tabular/column-type.ts';
import type { Envelope } from './envelope.ts';

/**
 * The values of a column with their counts, as drift tests and merging need them.
 *
 * `values`: every distinct value, ascending (texts by UTF-8 order; `false`, `true`); dates and times are milliseconds.
 * `bins`: numbers cut after `bits` bits of their mantissa. A bin's key is a whole number in the order of the numbers;
 * `first` is the key of the first bin, `steps` the differences to the keys of the following ones
 * (`profile/bin-keys.ts` turns keys into edges).
 */
export type Distribution = ValueDistribution | BinDistribution;

export interface ValueDistribution {
  readonly kind: 'values';
  readonly values: readonly (number | string)[];
  readonly counts: readonly number[];
}

export interface BinDistribution {
  readonly kind: 'bins';
  readonly bits: number;
  readonly first: number;
  /** One less than `counts`. */
  readonly steps: readonly number[];
  readonly counts: readonly number[];
}

/** What a column looks like. With `sketch` it holds all that merging with the profile of other rows needs. */
export interface ColumnProfile {
  readonly name: string;
  /** The contract's type, else the narrowest type all values have; `empty` without any value. */
  readonly type: ColumnType | 'empty';
  /** The type comes from the contract. */
  readonly declared?: true;
  readonly rows: number;
  /** Rows without a value. */
  readonly missing: number;
  /** Values that are not of the type, left out of everything below. */
  readonly invalid: number;
  readonly distinct: {
    /** Counted, or estimated; of merged redacted columns, the least it can be. */
    readonly count: number;
    readonly exact: boolean;
    /** One standard deviation of an estimated count, relative. */
    readonly relativeError?: number;
    /** The most it can be, where nothing better is known. */
    readonly atMost?: number;
  };
  /** The most frequent values as text; empty where not every value is known. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Of numbers, dates and times. */
  readonly numeric?: NumericProfile;
  /** Lengths of texts in Unicode code points. */
  readonly length?: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    /** Of all texts together. */
    readonly total: number;
  };
  /** Absent where values are classified, or texts too many to keep. */
  readonly distribution?: Distribution;
  readonly sketch?: {
    /** Distinct values, bins or texts that are kept at most. */
    readonly capacity: number;
    /** HyperLogLog registers (2^14, a base64 digit each) where not every value is known. */
    readonly registers?: string;
  };
  /** Values are classified and left out; such profiles merge by their counts alone. */
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
  /** Sum of squared distances from the mean; `null` beyond the largest double. */
  readonly squares: number | null;
  /** By linear interpolation (type 7); from bins, linear inside the bin. */
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Quantiles and histogram come from all values. */
  readonly exact: boolean;
  /** Of binned numbers: width of a bin, and so the largest error of a quantile, relative to the number. */
  readonly relativeError?: number;
}

/** `profile.json`: what data looked like, small enough to be kept and compared with later data. */
export interface ProfileDocument extends Envelope<'profile'> {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}
