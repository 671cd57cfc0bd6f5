import type { NumberPair } from './number-pair.ts';

/** Ascending single values and bins. */
export type Stretches = Pick<NumberPair, 'low' | 'high'>;

/** The sum of the counts up to and with each. */
export function runningSums(counts: Float64Array): Float64Array {
  const sums = new Float64Array(counts.length);
  let sum = 0;
  for (let index = 0; index < counts.length; index += 1) {
    sum += counts[index] ?? 0;
    sums[index] = sum;
  }
  return sums;
}

/** How many values are below each edge; of a bin around one, the part below. */
export function countsBelow(
  { low, high }: Stretches,
  counts: Float64Array,
  edges: readonly number[],
): number[] {
  const sums = runningSums(counts);
  return edges.map((edge) => {
    const index = firstWhere(low.length, (at) => (high[at] ?? 0) >= edge);
    const before = sums[index - 1] ?? 0;
    const [from, to] = [low[index] ?? edge, high[index] ?? edge];
    return from < edge ? before + ((counts[index] ?? 0) * (edge - from)) / (to - from) : before;
  });
}

/** The first index for which a condition holds that never turns false again; else `length`. */
export function firstWhere(length: number, holds: (index: number) => boolean): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
