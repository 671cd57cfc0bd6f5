import { type CountedNumbers, lastAtMost } from './counted-numbers.ts';

/** The levels of the quantiles in a profile. */
const LEVELS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** The quantiles of a profile. @param numbers - not empty */
export const profileQuantiles = (numbers: CountedNumbers): { readonly p: number; readonly value: number }[] =>
  LEVELS.map((p) => ({ p, value: quantileOf(numbers, p) }));

/**
 * A quantile by linear interpolation between order statistics (Hyndman and Fan type 7, as numpy's default). Inside
 * a bin its values are taken to be spread evenly, so that a quantile is off by less than the width of its bin.
 *
 * @param numbers - not empty
 * @param p - from 0 to 1
 */
export function quantileOf(numbers: CountedNumbers, p: number): number {
  const position = (numbers.total - 1) * p;
  const below = orderStatistic(numbers, Math.floor(position));
  const above = orderStatistic(numbers, Math.ceil(position));
  const share = position - Math.floor(position);
  if (below === above) return below;
  // From the nearer end, so that equal neighbours give exactly their value; no overflow of the difference.
  return below * (1 - share) + above * share;
}

/** The value of a rank from 0. */
function orderStatistic({ low, high, counts, before }: CountedNumbers, rank: number): number {
  const index = lastAtMost(before, rank);
  const [from, to] = [low[index] ?? Number.NaN, high[index] ?? Number.NaN];
  if (from === to) return from;
  const share = (rank - (before[index] ?? 0) + 0.5) / (counts[index] ?? 1);
  return from * (1 - share) + to * share;
}
