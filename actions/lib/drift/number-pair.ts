import type { ColumnProfile } from '../documents/profile.ts';
import { ALL_BITS, binEdges, binKey } from '../profile/bin-keys.ts';
import { keysOf } from '../profile/counted-numbers.ts';

/**
 * The numbers of a reference and of current data over the same ascending stretches: single values where `low` equals
 * `high`, else bins, over which values are taken to be spread evenly.
 */
export interface NumberPair {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How many numbers of the reference and of the current data lie in each stretch. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly n: number;
  readonly m: number;
  /** Standard deviations about the mean, dividing by the count; of all numbers, also where there are bins. */
  readonly spread: readonly [first: number, second: number];
  /** Every value is known. */
  readonly exact: boolean;
}

/** Pairs two samples. @param a - ascending, finite, not empty @param b - likewise */
export function pairOfSorted(a: Float64Array, b: Float64Array): NumberPair {
  const [n, m] = [a.length, b.length];
  const low = new Float64Array(n + m);
  const first = new Float64Array(n + m);
  const second = new Float64Array(n + m);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    // Past its end a sample has nothing to offer.
    const x = i < n ? (a[i] ?? 0) : Number.POSITIVE_INFINITY;
    const y = j < m ? (b[j] ?? 0) : Number.POSITIVE_INFINITY;
    const value = Math.min(x, y);
    const nextI = x === value ? endOfTies(a, i + 1, value) : i;
    const nextJ = y === value ? endOfTies(b, j + 1, value) : j;
    low[size] = value;
    first[size] = nextI - i;
    second[size] = nextJ - j;
    i = nextI;
    j = nextJ;
    size += 1;
  }
  const values = low.subarray(0, size);
  return {
    low: values,
    high: values,
    first: first.subarray(0, size),
    second: second.subarray(0, size),
    n,
    m,
    spread: [spreadOf(a), spreadOf(b)],
    exact: true,
  };
}

function endOfTies(values: Float64Array, from: number, value: number): number {
  let at = from;
  while (at < values.length && values[at] === value) at += 1;
  return at;
}

/** The standard deviation about the mean, dividing by the count, in two passes. */
function spreadOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Counts by value (52 bits) or by key of a bin. */
interface KeyedCounts {
  readonly keys: Float64Array;
  readonly counts: Float64Array;
  readonly bits: number;
}

/**
 * Pairs the numbers of two profiles, at the precision of the coarser one.
 *
 * @returns `undefined` when either holds no numbers
 */
export function pairOfProfiles(reference: ColumnProfile, current: ColumnProfile): NumberPair | undefined {
  const [a, b] = [keyedCounts(reference), keyedCounts(current)];
  if (!a || !b || !reference.numeric || !current.numeric) return undefined;
  const bits = Math.min(a.bits, b.bits);
  const { keys, first, second } = align(cutTo(a, bits), cutTo(b, bits));
  const least = Math.min(reference.numeric.min, current.numeric.min);
  const most = Math.max(reference.numeric.max, current.numeric.max);
  const exact = bits === ALL_BITS;
  const edges = exact ? undefined : Array.from(keys, (key) => binEdges(key, bits));
  const low = edges ? Float64Array.from(edges, ([from]) => Math.max(from, least)) : keys;
  const high = edges ? Float64Array.from(edges, ([, to]) => Math.min(to, most)) : keys;
  const spread = [spreadOfProfile(reference), spreadOfProfile(current)] as const;
  return { low, high, first, second, n: total(first), m: total(second), spread, exact };
}

/** Infinite where the numbers are too large for their spread to be a number. */
function spreadOfProfile({ numeric, rows, missing, invalid }: ColumnProfile): number {
  return Math.sqrt((numeric?.squares ?? Number.POSITIVE_INFINITY) / (rows - missing - invalid));
}

function keyedCounts({ distribution, numeric }: ColumnProfile): KeyedCounts | undefined {
  if (distribution === undefined || numeric === undefined) return undefined;
  const counts = Float64Array.from(distribution.counts);
  return distribution.kind === 'bins'
    ? { keys: keysOf(distribution), counts, bits: distribution.bits }
    : { keys: Float64Array.from(distribution.values, Number), counts, bits: ALL_BITS };
}

/** The counts at a lower precision; keys that become equal are joined when the two sides are aligned. */
function cutTo({ keys, counts, bits }: KeyedCounts, to: number): KeyedCounts {
  if (bits === to) return { keys, counts, bits };
  const cut = (key: number): number =>
    bits === ALL_BITS ? binKey(key, to) : Math.floor(key / 2 ** (bits - to));
  return { keys: keys.map(cut), counts, bits: to };
}

function align(a: KeyedCounts, b: KeyedCounts) {
  const keys = new Float64Array(a.keys.length + b.keys.length);
  const first = new Float64Array(keys.length);
  const second = new Float64Array(keys.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.keys.length || j < b.keys.length) {
    const key = Math.min(a.keys[i] ?? Number.POSITIVE_INFINITY, b.keys[j] ?? Number.POSITIVE_INFINITY);
    let [x, y] = [0, 0];
    for (; a.keys[i] === key; i += 1) x += a.counts[i] ?? 0;
    for (; b.keys[j] === key; j += 1) y += b.counts[j] ?? 0;
    keys[size] = key;
    first[size] = x;
    second[size] = y;
    size += 1;
  }
  return { keys: keys.slice(0, size), first: first.slice(0, size), second: second.slice(0, size) };
}

function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
