import { normalDifference, type PairedDifference } from './paired-difference.ts';

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
 * @returns `undefined` when a class has a single row, so that no spread can be seen
 */
export function pairedEffects(candidate: RowEffects, baseline: RowEffects): PairedDifference | undefined {
  const n = candidate.effects.length;
  let variance = 0;
  for (let row = 0; row < n; row++)
    variance += ((candidate.effects[row] ?? 0) - (baseline.effects[row] ?? 0)) ** 2;
  if (!Number.isFinite(variance)) return undefined;
  return normalDifference(candidate.value - baseline.value, Math.sqrt(variance), n, 'delong-paired');
}
