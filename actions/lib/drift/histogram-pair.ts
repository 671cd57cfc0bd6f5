import type { ColumnProfile } from '../documents/profile.ts';
import { profiledNumbers } from '../profile/counted-numbers.ts';
import { countInSlots, equalEdges } from '../profile/histogram.ts';

/** Both sides over the same stretches of numbers, to be drawn over each other. */
export interface HistogramPair {
  /** One more than shares, ascending. */
  readonly edges: readonly number[];
  /** Share of the values of each side in each stretch. */
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** @returns `undefined` when either side holds no numbers, or they do not vary */
export function histogramPair(
  reference: ColumnProfile,
  current: ColumnProfile,
  slots = 20,
): HistogramPair | undefined {
  const [a, b] = [profiledNumbers(reference), profiledNumbers(current)];
  if (!a || !b || !reference.numeric || !current.numeric) return undefined;
  const least = Math.min(reference.numeric.min, current.numeric.min);
  const most = Math.max(reference.numeric.max, current.numeric.max);
  if (!(most > least) || !Number.isFinite(most - least)) return undefined;
  const edges = equalEdges(least, most, slots);
  return {
    edges,
    reference: countInSlots(a, edges).map((count) => count / a.total),
    current: countInSlots(b, edges).map((count) => count / b.total),
  };
}
