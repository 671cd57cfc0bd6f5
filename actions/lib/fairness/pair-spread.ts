import { quantile } from '../stats/quantile.ts';
import { runningDeviation } from '../stats/running-deviation.ts';
import type { RateDraws } from './rate-draws.ts';

/** Rates are compared by what they differ by, or by the logarithm of their ratio. */
export type Scale = 'difference' | 'ratio';

/** How far apart each two groups are, and how sure that is. */
export interface PairSpread {
  /** Of each pair of groups the distance, ≥ 0, and its standard error. */
  readonly distances: Float64Array;
  readonly errors: Float64Array;
  /** For each draw the largest error of any pair's distance, in standard errors; NaN where a group has no rate. */
  readonly worst: Float64Array;
}

/** Indexes of two groups. */
type Pair = readonly [number, number];

const measured = (scale: Scale, rate: number): number => (scale === 'ratio' ? Math.log(rate) : rate);

/**
 * Compares each two groups.
 *
 * Errors on the scale of ratios are to first order, rate by rate: the logarithm of a drawn rate of 0 has no variance,
 * and any positive numbers may serve to make pairs comparable.
 */
export function pairSpread(rates: RateDraws, scale: Scale): PairSpread {
  const { observed, drawn } = rates;
  const groups = observed.length;
  if (groups > MAX_PAIRED_GROUPS) return rangeSpread(rates, scale);
  const pairs = (groups * (groups - 1)) / 2;
  const spread = {
    distances: new Float64Array(pairs),
    errors: new Float64Array(pairs),
    worst: new Float64Array(drawn.length / groups),
  };
  const own = observed.map((rate) => measured(scale, rate));
  const others = scale === 'ratio' ? drawn.map(Math.log) : drawn;
  let pair = 0;
  for (let one = 0; one < groups; one++)
    for (let other = one + 1; other < groups; other++) {
      const distance = (own[one] ?? 0) - (own[other] ?? 0);
      const error = pairError(observed, drawn, scale, [one, other]);
      spread.distances[pair] = Math.abs(distance);
      spread.errors[pair] = error;
      pair++;
      if (error > 0) widen(spread.worst, others, [one, other], { distance, error });
    }
  return spread;
}

/** With more groups than this, pairs are too many to look at one by one. */
const MAX_PAIRED_GROUPS = 150;

/**
 * The distance of the two groups that lie furthest apart, as the only one: it is off by at most the range of the errors
 * of all groups. Unlike pairs by their standard errors, small groups then make it less sure for all.
 */
function rangeSpread({ observed, drawn }: RateDraws, scale: Scale): PairSpread {
  const groups = observed.length;
  const own = observed.map((rate) => measured(scale, rate));
  const worst = new Float64Array(drawn.length / groups);
  for (let round = 0; round < worst.length; round++) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let group = 0; group < groups; group++) {
      const off = measured(scale, drawn[round * groups + group] ?? 0) - (own[group] ?? 0);
      least = Math.min(least, off);
      most = Math.max(most, off);
    }
    worst[round] = most - least;
  }
  const distance =
    own.reduce((high, rate) => Math.max(high, rate)) - own.reduce((low, rate) => Math.min(low, rate));
  return { distances: Float64Array.of(distance), errors: Float64Array.of(1), worst };
}

/** Takes the errors of one pair into the largest of each draw. A draw without one of the rates stays NaN. */
function widen(
  worst: Float64Array,
  drawn: Float64Array,
  [one, other]: Pair,
  { distance, error }: { readonly distance: number; readonly error: number },
): void {
  const groups = drawn.length / worst.length;
  for (let round = 0; round < worst.length; round++) {
    const at = round * groups;
    const off = (drawn[at + one] ?? 0) - (drawn[at + other] ?? 0) - distance;
    worst[round] = Math.max(worst[round] ?? 0, Math.abs(off) / error);
  }
}

/** The standard deviation of the difference of two groups over the draws; of ratios, of rates over what was observed. */
function pairError(observed: Float64Array, drawn: Float64Array, scale: Scale, [one, other]: Pair): number {
  const groups = observed.length;
  const unitOne = scale === 'ratio' ? (observed[one] ?? 1) : 1;
  const unitOther = scale === 'ratio' ? (observed[other] ?? 1) : 1;
  return runningDeviation(
    drawn.length / groups,
    (draw) => (drawn[draw * groups + one] ?? 0) / unitOne - (drawn[draw * groups + other] ?? 0) / unitOther,
  );
}

/** More draws without a rate than this, and they say too little about the groups. */
const MAX_UNDEFINED_SHARE = 0.05;

/**
 * How many standard errors all distances of some spreads together are off by at most, with the given probability.
 *
 * @returns `undefined` when distances do not vary, or too many draws have none
 */
export function jointFactor(spreads: readonly PairSpread[], level: number): number | undefined {
  const draws = spreads[0]?.worst.length ?? 0;
  const worst = new Float64Array(draws);
  for (let round = 0; round < draws; round++)
    for (const spread of spreads) worst[round] = Math.max(worst[round] ?? 0, spread.worst[round] ?? 0);
  const known = worst.filter((value) => !Number.isNaN(value)).sort();
  if (known.length < draws * (1 - MAX_UNDEFINED_SHARE)) return undefined;
  const factor = quantile(known, level);
  return factor !== undefined && factor > 0 && Number.isFinite(factor) ? factor : undefined;
}

/** The largest distance of any pair, at least and at most, when all are off by at most `factor` standard errors. */
export function widestBetween(
  { distances, errors }: PairSpread,
  factor: number,
): { readonly low: number; readonly high: number } {
  let low = 0;
  let high = 0;
  for (let pair = 0; pair < distances.length; pair++) {
    const reach = factor * (errors[pair] ?? 0);
    low = Math.max(low, (distances[pair] ?? 0) - reach);
    high = Math.max(high, (distances[pair] ?? 0) + reach);
  }
  return { low, high };
}
