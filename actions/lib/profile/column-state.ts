import type { ColumnType } from '../tabular/column-type.ts';

/**
 * What one pass remembers of a column. States of parts of the data (blocks, threads, files, shards) merge into the
 * state of the whole, whatever the split and order: counts add, sketches are defined by what they saw alone.
 */
export interface ColumnState {
  readonly name: string;
  /** The contract's type, else the narrowest type that holds all values seen; `empty` without any value. */
  readonly type: ColumnType | 'empty';
  /** The type comes from the contract. */
  readonly declared: boolean;
  readonly rows: number;
  readonly missing: number;
  /** Values that are not of the type; they are in nothing below. */
  readonly invalid: number;
  /** Of numbers, whole numbers, dates, timestamps (milliseconds since 1970) and times (since midnight). */
  readonly numbers?: NumberState;
  /** Of texts, objects and arrays (as JSON text). */
  readonly texts?: TextState;
  /** Of booleans. */
  readonly booleans?: { readonly yes: number; readonly no: number };
}

/**
 * Numbers, counted by their leading bits. A double is cut after `bits` bits of its mantissa; as many bits are kept
 * as let all values seen fall into at most `capacity` different bins. With all 52 bits the bins are the values
 * themselves, so that columns with few distinct numbers are counted exactly. The bits kept depend on the set of
 * values alone, so that parts merge exactly: cut both to the fewer bits, add, cut on until the bins fit.
 */
export interface NumberState {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly squares: number;
  /** 52: each bin is one value. Else at most 40. */
  readonly bits: number;
  readonly capacity: number;
  /** The double of each bin that is nearest to zero (its bits after the cut are 0), ascending. */
  readonly bins: Float64Array;
  readonly counts: Float64Array;
  /** HyperLogLog registers (2^14) of all values, once `bits` is below 52. */
  readonly registers?: Uint8Array;
}

/** Texts: counted exactly while at most `capacity` distinct ones (and at most 256 KiB of them) were seen. */
export interface TextState {
  readonly count: number;
  /** Lengths in Unicode code points. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly totalLength: number;
  readonly capacity: number;
  /** Every distinct text with its count, by UTF-8 order; absent once there are too many. */
  readonly values?: { readonly texts: readonly string[]; readonly counts: readonly number[] };
  /** HyperLogLog registers (2^14) of all texts; present when `values` is not. */
  readonly registers?: Uint8Array;
}

/** Bits of the index of a HyperLogLog register. */
export const REGISTER_BITS = 14;
