import type { ColumnProfile, Distribution } from '../documents/profile.ts';
import { binEdges } from '../profile/bin-keys.ts';
import { binKeys } from '../profile/counted-numbers.ts';

/** Numbers in ascending order with their counts. */
export interface NumericSample {
  readonly values: readonly number[];
  readonly counts: readonly number[];
  readonly total: number;
  /** Every value is known, not only its bin. */
  readonly exact: boolean;
}

/** The numbers of a distribution; of bins, their middles. `undefined` for texts. */
export function numericSample(distribution: Distribution): NumericSample | undefined {
  const { counts } = distribution;
  const total = sum(counts);
  if (distribution.kind === 'bins') {
    const values = binKeys(distribution).map((key) => {
      const [low, high] = binEdges(key, distribution.bits);
      return low / 2 + high / 2;
    });
    return { values, counts, total, exact: false };
  }
  const values = distribution.values.filter((value) => typeof value === 'number');
  return values.length === distribution.values.length ? { values, counts, total, exact: true } : undefined;
}

/** Counts by value as text, for comparing categories. */
export const categories = (distribution: Distribution): ReadonlyMap<string, number> =>
  distribution.kind === 'bins'
    ? new Map()
    : new Map(distribution.values.map((value, index) => [String(value), distribution.counts[index] ?? 0]));

/** Values of a column that were counted. */
export const counted = (profile: ColumnProfile): number => profile.rows - profile.missing - profile.invalid;

/** The sum of numbers. */
export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
