import { normalCdf } from '../stats/distributions.ts';

/**
 * The two-sided p-value of the z test that two shares are equal, with the pooled variance.
 *
 * @returns `undefined` when both shares are 0 or both are 1, where there is nothing to test
 */
export function twoProportions(hitsA: number, n: number, hitsB: number, m: number): number | undefined {
  const pooled = (hitsA + hitsB) / (n + m);
  const variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  if (!(variance > 0)) return undefined;
  return 2 * normalCdf(-Math.abs(hitsA / n - hitsB / m) / Math.sqrt(variance));
}
