import { kolmogorovTail } from './kolmogorov-tail.ts';
import type { NumberPair } from './number-pair.ts';

/** Lattice points an exact p-value may visit (some 20 ms); beyond that the samples are large. */
const EXACT_WORK = 5_000_000;

/** The largest distance of two distribution functions. */
export interface KsStatistic {
  /** The distance times n m: whole where counts are, so that equal distances are equal. */
  readonly scaled: number;
  readonly statistic: number;
  /** How much larger the distance may be inside the bins; 0 when every value is known. */
  readonly error: number;
}

/**
 * The two-sample Kolmogorov-Smirnov statistic, from 0 to 1. From bins it is taken at their edges, where both
 * distribution functions are known: it is then too small by at most `error`.
 */
export function ksStatistic({ low, high, first, second, n, m }: NumberPair): KsStatistic {
  let [x, y, largest, most] = [0, 0, 0, 0];
  for (let index = 0; index < low.length; index += 1) {
    const [nextX, nextY] = [x + (first[index] ?? 0), y + (second[index] ?? 0)];
    const distance = Math.abs(nextX * m - nextY * n);
    if (distance > largest) largest = distance;
    if (low[index] !== high[index]) most = Math.max(most, nextX * m - y * n, nextY * n - x * m);
    [x, y] = [nextX, nextY];
  }
  const statistic = largest / (n * m);
  return { scaled: largest, statistic, error: Math.max(0, most / (n * m) - statistic) };
}

/**
 * The probability of a distance at least as large without a difference, two-sided. Exact (equal to
 * `scipy.stats.ks_2samp(method="exact")`) while that takes at most 5 million steps, else by the one-sample
 * distribution at n m / (n + m) as `method="asymp"`.
 */
export function ksTail({ scaled, statistic }: KsStatistic, n: number, m: number): number {
  const band = 2 * statistic * Math.min(n, m) + 1;
  const whole = Number.isInteger(n) && Number.isInteger(m) && n * m < Number.MAX_SAFE_INTEGER;
  return whole && Math.max(n, m) * band <= EXACT_WORK
    ? exactTail(n, m, scaled)
    : kolmogorovTail(statistic, Math.max(1, Math.round((n * m) / (n + m))));
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
