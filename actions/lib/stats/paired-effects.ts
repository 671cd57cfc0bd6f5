import { type Clusters, clusterSums } from './clusters.ts';
import { normalDifference, type PairedDifference, studentDifference } from './paired-difference.ts';

/** A value and the effect of each row on it, so that Σ effects² is its variance: DeLong's decomposition of an area. */
export interface RowEffects {
  readonly value: number;
  readonly effects: Float64Array;
}

/**
 * The difference of two values on the same rows from what each row adds to them; for areas under the ROC curve
 * this is DeLong's paired method.
 * Source: E. DeLong et al., Biometrics 44 (1988) 837–845; X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014).
 *
 * @param clusters - rows that were drawn together: their effects are added up, and Student's t with one degree of
 * freedom less than clusters takes the normal's place
 * @returns `undefined` when a class has a single row or there is a single cluster, so that no spread can be seen
 */
export function pairedEffects(
  candidate: RowEffects,
  baseline: RowEffects,
  clusters?: Clusters,
): PairedDifference | undefined {
  const n = candidate.effects.length;
  const apart = candidate.effects.map((effect, row) => effect - (baseline.effects[row] ?? 0));
  const parts = clusters ? clusterSums(clusters, apart) : apart;
  const variance = parts.reduce((sum, effect) => sum + effect ** 2, 0);
  if (!Number.isFinite(variance)) return undefined;
  const change = candidate.value - baseline.value;
  if (!clusters)
    return normalDifference({ change, standardError: Math.sqrt(variance), n, method: 'delong-paired' });
  if (parts.length < 2) return undefined;
  const standardError = Math.sqrt((variance * parts.length) / (parts.length - 1));
  return studentDifference(parts.length - 1, { change, standardError, n, method: 'delong-paired-clustered' });
}
