import type { DriftTest, Measured, Untested } from './drift-test.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { wassersteinFloor } from './noise-floor.ts';
import { numericSample } from './sample.ts';
import { standardDeviation, wasserstein } from './wasserstein.ts';

/** Up to so many distinct values, numbers are compared as categories. */
export const FEW_VALUES = 20;

/** Numbers, dates and times with many values: Wasserstein distance in standard deviations of the reference. */
export const numericDrift: DriftTest = {
  fits: (reference, current) =>
    reference.numeric !== undefined &&
    current.numeric !== undefined &&
    Math.max(reference.distinct.count, current.distinct.count) > FEW_VALUES,
  measure(reference, current): Measured | Untested {
    const a = reference.distribution && numericSample(reference.distribution);
    const b = current.distribution && numericSample(current.distribution);
    if (!a || !b) return { kind: 'inconclusive', reason: 'the profile holds no distribution of this column' };
    const spread = standardDeviation(a) || standardDeviation(b);
    const effect = wasserstein(a, b) / spread;
    if (!Number.isFinite(effect))
      return { kind: 'inconclusive', reason: 'the numbers are too large to be compared' };
    return {
      kind: 'measured',
      measure: 'wasserstein_normed',
      effect,
      noiseFloor: wassersteinFloor(a.total, b.total),
      significance: 'kolmogorov_smirnov',
      p: kolmogorovSmirnov(a, b).p,
      exact: a.exact && b.exact,
    };
  },
};
