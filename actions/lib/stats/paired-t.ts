import type { Clusters } from './clusters.ts';
import { studentTCdf, studentTQuantile } from './distributions.ts';
import { meanEstimate } from './mean.ts';
import { type PairedDifference, tail } from './paired-difference.ts';

/**
 * The difference of two means over the same rows, by Student's t on the differences of the rows' values.
 * Equals `scipy.stats.ttest_rel(candidate, baseline)`; with weights, the linearized (sandwich) standard error of
 * a weighted mean, which is the same for equal weights.
 *
 * @param weights - ≥ 0, all 1 when absent
 * @param clusters - rows that were drawn together; degrees of freedom are one less than their number
 * @returns `undefined` for fewer than two rows that count, where no spread can be seen
 */
export function pairedMeans(
  candidate: Float64Array,
  baseline: Float64Array,
  weights?: Float64Array,
  clusters?: Clusters,
): PairedDifference | undefined {
  const differences = candidate.map((value, row) => value - (baseline[row] ?? Number.NaN));
  const { mean: change, standardError, rows: n, drawn } = meanEstimate(differences, weights, clusters);
  if (standardError === undefined) return undefined;
  const cdf = (t: number): number => studentTCdf(t, drawn - 1);
  const pBelow = (threshold: number): number => tail(change, threshold, standardError, cdf);
  const pAbove = (threshold: number): number => tail(-change, -threshold, standardError, cdf);
  return {
    change,
    n,
    method: clusters ? 'student-t-paired-clustered' : 'student-t-paired',
    standardError,
    p: Math.min(1, 2 * Math.min(pBelow(0), pAbove(0))),
    interval: (level) => {
      const half = studentTQuantile((1 + level) / 2, drawn - 1) * standardError;
      return { low: change - half, high: change + half };
    },
    pBelow,
    pAbove,
  };
}
