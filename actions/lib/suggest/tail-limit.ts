import { largest, type TailNumbers, valueAtShare } from './tail.ts';

/** How far values reach, by what their tail says. */
export interface TailLimit {
  readonly limit: number;
  /** `end`: the values stop there; `light`, `heavy`: extrapolated in the values, in their logarithms. */
  readonly kind: 'end' | 'light' | 'heavy';
  /** Rows the limit rests on: those at the end, or those of the tail. */
  readonly rows: number;
}

/** How likely as many rows of the same kind exceed a limit. */
const RISK = 1e-4;
/** Fewer numbers say too little about a tail. */
const MIN_ROWS = 100;
/** Values of the tail that are looked at: the square root of all, within these bounds. */
const TAIL_ROWS = [20, 200] as const;
/** Values expected beyond the last one, if numbers of rows fell on as they do before it, that make it an end. */
const MISSED_ROWS = 20;
/** Share of the rows at the last value, at least, that make it an end. */
const END_SHARE = 0.01;
/** How unlikely, under the model of the tail, a last value may be that still belongs to it. */
const STRANGE = 1e-3;
/** How much farther than an exponential tail's the last value must reach for a tail to be heavy. */
const HEAVY_REACH = 1.1;
/** A limit this many times as far from the median as the farthest value says nothing. */
const MAX_REACH = 100;

/**
 * A number that as many rows of the same kind will most likely not exceed (risk 1 in 10,000).
 *
 * Values that stop abruptly end where they stop. Otherwise the excesses of the k largest over the next one are taken
 * to be exponential, of the values or (where the tail is heavier than that) of the logarithms of their distances
 * from the median; then P(any of n rows > t + c·s) ≤ k (1 + c / k)^-k for their mean s, which accounts for s
 * being an estimate. Lighter tails make the limit wider than needed.
 *
 * @returns `undefined` for fewer than 100 numbers, where the last value does not belong to the tail, and where the
 *   tail is too heavy to say anything
 */
export function upperLimit(numbers: TailNumbers): TailLimit | undefined {
  if (numbers.rows < MIN_ROWS) return undefined;
  const end = abruptEnd(numbers);
  if (end) return end;
  const [least, most] = TAIL_ROWS;
  const wanted = Math.min(most, Math.max(least, Math.ceil(Math.sqrt(numbers.rows))));
  const tail = largest(numbers, wanted + 1);
  const threshold = tail.pop() ?? Number.NaN;
  const factor = wanted * ((wanted / RISK) ** (1 / wanted) - 1);
  const middle = valueAtShare(numbers, 0.5);
  const shift = numbers.step / 2;
  const plausible = Math.log(wanted / STRANGE);
  if (isHeavy(numbers, tail, threshold) && threshold > middle) {
    const distance = Math.log(threshold - middle);
    const spread = mean(tail.map((value) => Math.log(value - middle + shift) - distance));
    if (middle + Math.exp(distance + plausible * spread) < last(numbers)) return undefined;
    return reachable(middle + Math.exp(distance + factor * spread), 'heavy', numbers, middle, wanted);
  }
  const spread = mean(tail.map((value) => value - threshold)) + shift;
  if (threshold + plausible * spread < last(numbers)) return undefined;
  return reachable(threshold + factor * spread, 'light', numbers, middle, wanted);
}

function reachable(
  limit: number,
  kind: 'light' | 'heavy',
  numbers: TailNumbers,
  middle: number,
  rows: number,
): TailLimit | undefined {
  const reach = MAX_REACH * Math.max(last(numbers) - middle, numbers.step);
  return Number.isFinite(limit) && limit - middle <= reach ? { limit, kind, rows } : undefined;
}

const last = (numbers: TailNumbers): number => numbers.high[numbers.high.length - 1] ?? Number.NaN;

/** The values stop at the last one though many more should follow if their numbers fell off evenly. */
function abruptEnd(numbers: TailNumbers): TailLimit | undefined {
  const rows = numbers.counts[numbers.counts.length - 1] ?? 0;
  const before = numbers.counts[numbers.counts.length - 2];
  if (numbers.low[numbers.low.length - 1] !== last(numbers)) return undefined;
  if (before === undefined) return undefined;
  const expected = rows * Math.min(1, rows / before);
  return expected >= MISSED_ROWS && rows >= END_SHARE * numbers.rows
    ? { limit: last(numbers), kind: 'end', rows }
    : undefined;
}

/**
 * Heavier than an exponential tail, whose largest of n values is about log2(n) - 1 times as far from the median as
 * the upper quartile, and whose excesses have a standard deviation equal to their mean.
 */
function isHeavy(numbers: TailNumbers, tail: readonly number[], threshold: number): boolean {
  const middle = valueAtShare(numbers, 0.5);
  const quartile = valueAtShare(numbers, 0.75) - middle;
  const expected = (Math.log2(numbers.rows) - 1) * quartile;
  if (last(numbers) - middle > HEAVY_REACH * expected) return true;
  const excesses = tail.map((value) => value - threshold);
  const centre = mean(excesses);
  const squares = mean(excesses.map((excess) => (excess - centre) ** 2));
  return Math.sqrt(squares) > centre * (1 + 1 / Math.sqrt(tail.length));
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;
