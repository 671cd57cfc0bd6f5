import type { ColumnProfile, Distribution } from '../documents/profile.ts';
import { ALL_BITS, binEdges, binKey } from './bin-keys.ts';
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
  return binned(
    Array.from(bins, (bin) => binKey(bin, bits)),
    bits,
    counts,
    [min, max],
  );
}

/** The numbers of a profile's column; `undefined` for texts, and where values are left out. */
export function profiledNumbers(profile: ColumnProfile): CountedNumbers | undefined {
  const { distribution, numeric } = profile;
  if (distribution === undefined || numeric === undefined) return undefined;
  if (distribution.kind === 'bins')
    return binned(binKeys(distribution), distribution.bits, Float64Array.from(distribution.counts), [
      numeric.min,
      numeric.max,
    ]);
  const low = Float64Array.from(distribution.values, Number);
  const counts = Float64Array.from(distribution.counts);
  return { exact: true, low, high: low, counts, ...runningSum(counts) };
}

/** The keys of the bins of a distribution, ascending. */
export function binKeys({ first, steps }: Extract<Distribution, { kind: 'bins' }>): readonly number[] {
  const keys = [first];
  let key = first;
  for (const step of steps) {
    key += step;
    keys.push(key);
  }
  return keys;
}

function binned(
  keys: readonly number[],
  bits: number,
  counts: Float64Array,
  [min, max]: readonly [number, number],
): CountedNumbers {
  const low = new Float64Array(keys.length);
  const high = new Float64Array(keys.length);
  for (let index = 0; index < keys.length; index += 1) {
    const [from, to] = binEdges(keys[index] ?? 0, bits);
    low[index] = Math.max(from, min);
    high[index] = Math.min(to, max);
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
