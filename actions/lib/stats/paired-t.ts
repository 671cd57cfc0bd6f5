import type { Clusters } from './clusters.ts';
import { meanEstimate } from './mean.ts';
import { type PairedDifference, studentDifference } from './paired-difference.ts';

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
  const method = clusters ? 'student-t-paired-clustered' : 'student-t-paired';
  return studentDifference(drawn - 1, { change, standardError, n, method });
}
