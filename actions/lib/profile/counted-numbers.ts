import type { ColumnProfile, Distribution } from '../documents/profile.ts';
import { ALL_BITS, binHigh, binKeys, binLow } from './bin-keys.ts';
import type { NumberState } from './column-state.ts';

/** Numbers in ascending order with their counts: single values where `low` equals `high`, else bins. */
export interface CountedNumbers {
  /** Every value is known. */
  readonly exact: boolean;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly counts: Float64Array;
  /** Of each entry, the values before it. */
  readonly before: Float64Array;
  readonly total: number;
}

/** The numbers of a state. Bins are clipped to the extremes seen. */
export function countedNumbers({ bits, bins, counts, min, max }: NumberState): CountedNumbers {
  if (bits === ALL_BITS) return { exact: true, low: bins, high: bins, counts, ...runningSum(counts) };
  return binned(binKeys(bins, bits), bits, counts, [min, max]);
}

/** The numbers of a profile's column; `undefined` for texts, and where values are left out. */
export function profiledNumbers(profile: ColumnProfile): CountedNumbers | undefined {
  const { distribution, numeric } = profile;
  if (distribution === undefined || numeric === undefined) return undefined;
  if (distribution.kind === 'bins')
    return binned(keysOf(distribution), distribution.bits, Float64Array.from(distribution.counts), [
      numeric.min,
      numeric.max,
    ]);
  const low = Float64Array.from(distribution.values, Number);
  const counts = Float64Array.from(distribution.counts);
  return { exact: true, low, high: low, counts, ...runningSum(counts) };
}

/** The keys of the bins of a distribution, ascending. */
export function keysOf({ first, steps }: Extract<Distribution, { kind: 'bins' }>): Float64Array {
  const keys = new Float64Array(steps.length + 1);
  keys[0] = first;
  for (let index = 0; index < steps.length; index += 1)
    keys[index + 1] = (keys[index] ?? 0) + (steps[index] ?? 0);
  return keys;
}

function binned(
  keys: Float64Array,
  bits: number,
  counts: Float64Array,
  [min, max]: readonly [number, number],
): CountedNumbers {
  const low = new Float64Array(keys.length);
  const high = new Float64Array(keys.length);
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? 0;
    low[index] = Math.max(binLow(key, bits), min);
    high[index] = Math.min(binHigh(key, bits), max);
  }
  return { exact: false, low, high, counts, ...runningSum(counts) };
}

function runningSum(counts: Float64Array): Pick<CountedNumbers, 'before' | 'total'> {
  const before = new Float64Array(counts.length);
  let total = 0;
  for (let index = 0; index < counts.length; index += 1) {
    before[index] = total;
    total += counts[index] ?? 0;
  }
  return { before, total };
}

/** The last entry of ascending numbers that is at most a limit; -1 when all are larger. */
export function lastAtMost(ascending: Float64Array, limit: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? 0) <= limit) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
