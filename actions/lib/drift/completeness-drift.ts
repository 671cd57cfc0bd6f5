import type { ColumnProfile } from '../documents/profile.ts';
import type { Measured } from './drift-test.ts';
import { proportionFloor } from './noise-floor.ts';
import { twoProportions } from './two-proportions.ts';

/** How the share of missing values changed; `undefined` when no value is missing on either side, or there are no rows. */
export function completenessDrift(reference: ColumnProfile, current: ColumnProfile): Measured | undefined {
  const n = reference.rows;
  const m = current.rows;
  const missing = reference.missing + current.missing;
  if (n === 0 || m === 0 || missing === 0) return undefined;
  return {
    kind: 'measured',
    measure: 'missing_share_difference',
    effect: Math.abs(reference.missing / n - current.missing / m),
    noiseFloor: proportionFloor(n, m, missing / (n + m)),
    significance: 'two_proportion_z',
    p: twoProportions(reference.missing, n, current.missing, m),
    exact: true,
  };
}
