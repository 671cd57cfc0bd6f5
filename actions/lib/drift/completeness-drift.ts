import type { ColumnProfile } from '../documents/profile.ts';
import type { Evaluated } from './evaluate.ts';
import { proportionFloor } from './noise-floor.ts';
import { twoProportions } from './two-proportions.ts';

/** Difference of the shares of missing values at which completeness counts as drifted. */
export const COMPLETENESS_THRESHOLD = 0.05;

/** How the share of missing values changed; `undefined` when no value is missing on either side, or there are no rows. */
export function completenessDrift(reference: ColumnProfile, current: ColumnProfile): Evaluated | undefined {
  const n = reference.rows;
  const m = current.rows;
  const missing = reference.missing + current.missing;
  if (n === 0 || m === 0 || missing === 0) return undefined;
  return {
    effect: Math.abs(reference.missing / n - current.missing / m),
    floor: proportionFloor(n, m, missing / (n + m)),
    significance: 'twoProportions',
    p: twoProportions(reference.missing, n, current.missing, m),
  };
}
