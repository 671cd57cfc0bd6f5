import { mergedSteps } from './merged-steps.ts';
import type { NumericSample } from './sample.ts';

/** Lattice points an exact p-value may visit; beyond that the limiting distribution is as good. */
const EXACT_WORK = 50_000_000;

/**
 * The two-sample Kolmogorov-Smirnov test, two-sided: the largest distance of the two distribution functions and the
 * probability of one at least as large without a difference. Exact (equal to `scipy.stats.ks_2samp(method="exact")`)
 * while that takes at most 50 million steps, else by Kolmogorov's limit.
 *
 * @param a - not empty
 * @param b - not empty
 */
export function kolmogorovSmirnov(
  a: NumericSample,
  b: NumericSample,
): { readonly statistic: number; readonly p: number } {
  const n = a.total;
  const m = b.total;
  let largest = 0;
  // Distances as whole multiples of 1/(n·m), so that equal ones are equal.
  for (const { first, second } of mergedSteps(a, b))
    largest = Math.max(largest, Math.abs(first * m - second * n));
  const statistic = largest / (n * m);
  const band = 2 * statistic * Math.min(n, m) + 1;
  const p =
    Math.max(n, m) * band <= EXACT_WORK
      ? exactTail(n, m, largest)
      : limitTail(statistic * Math.sqrt((n * m) / (n + m)));
  return { statistic, p };
}

/**
 * The share of the paths from (0, 0) to (n, m) that leave the band |i·m - j·n| < distance: each point's share is the
 * mean of its two predecessors', weighted by how many paths come from each. Outside the band it is 1.
 */
function exactTail(n: number, m: number, distance: number): number {
  if (distance === 0) return 1;
  if (m > n) return exactTail(m, n, distance);
  const shares = new Float64Array(m + 1).fill(1); // of (i, j) by j; 1 outside the band
  shares.fill(0, 0, Math.min(m, Math.ceil(distance / n) - 1) + 1);
  let from = 0;
  for (let i = 1; i <= n; i += 1) {
    const low = Math.max(0, Math.floor((i * m - distance) / n) + 1);
    const high = Math.min(m, Math.ceil((i * m + distance) / n) - 1);
    shares.fill(1, from, Math.min(low, m + 1)); // what the band has left behind
    for (let j = low; j <= high; j += 1) {
      const left = j === 0 ? 0 : (shares[j - 1] ?? 1);
      shares[j] = (i * (shares[j] ?? 1) + j * left) / (i + j);
    }
    from = low;
  }
  return Math.min(1, Math.max(0, shares[m] ?? 1));
}

/** Kolmogorov's limiting distribution: the probability of more than `x`. */
function limitTail(x: number): number {
  if (x < 0.2) return 1;
  let total = 0;
  for (let k = 1; k <= 100; k += 1) {
    const term = 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
    total += term;
    if (Math.abs(term) < 1e-17) break;
  }
  return Math.min(1, Math.max(0, total));
}
