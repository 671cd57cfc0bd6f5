/**
 * The p-quantile of a sample by linear interpolation (Hyndman & Fan type 7, the default of numpy and R).
 *
 * @param sorted - finite values in ascending order
 * @param p - from 0 to 1
 * @returns the quantile, or `undefined` for an empty sample or p outside its range
 */
export function quantile(sorted: ArrayLike<number>, p: number): number | undefined {
  if (sorted.length === 0 || !(p >= 0 && p <= 1)) return undefined;
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  const share = position - Math.floor(position);
  // numpy's rule: interpolate from the nearer end, so that equal neighbours give exactly their value.
  return share < 0.5 ? below + (above - below) * share : above - (above - below) * (1 - share);
}
