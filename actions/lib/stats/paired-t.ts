import { studentTCdf, studentTQuantile } from './distributions.ts';
import { type PairedDifference, tail } from './paired-difference.ts';

/**
 * The difference of two means over the same rows, by Student's t on the differences of the rows' values.
 * Equals `scipy.stats.ttest_rel(candidate, baseline)`; with weights, the linearized (sandwich) standard error of
 * a weighted mean, which is the same for equal weights.
 *
 * @param weights - ≥ 0, all 1 when absent
 * @returns `undefined` for fewer than two rows that count, where no spread can be seen
 */
export function pairedMeans(
  candidate: Float64Array,
  baseline: Float64Array,
  weights?: Float64Array,
): PairedDifference | undefined {
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const differences = candidate.map((value, row) => value - (baseline[row] ?? Number.NaN));
  const n = weights === undefined ? differences.length : weights.filter((weight) => weight > 0).length;
  if (n < 2) return undefined;
  const mass = differences.reduce((sum, _, row) => sum + weightOf(row), 0);
  const change = differences.reduce((sum, d, row) => sum + weightOf(row) * d, 0) / mass;
  const squares = differences.reduce((sum, d, row) => sum + (weightOf(row) * (d - change)) ** 2, 0);
  const standardError = Math.sqrt((squares * n) / (n - 1)) / mass;
  const cdf = (t: number): number => studentTCdf(t, n - 1);
  const pBelow = (threshold: number): number => tail(change, threshold, standardError, cdf);
  const pAbove = (threshold: number): number => tail(-change, -threshold, standardError, cdf);
  return {
    change,
    n,
    method: 'student-t-paired',
    standardError,
    p: Math.min(1, 2 * Math.min(pBelow(0), pAbove(0))),
    interval: (level) => {
      const half = studentTQuantile((1 + level) / 2, n - 1) * standardError;
      return { low: change - half, high: change + half };
    },
    pBelow,
    pAbove,
  };
}
