import { type CountedNumbers, lastAtMost } from './counted-numbers.ts';

const SLOTS = 20;

/** A stretch of numbers and how many values lie in it. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts in up to 20 stretches of equal width between the extremes, for people to look at. */
export function histogramOf(numbers: CountedNumbers, min: number, max: number): Bar[] {
  const spread = max - min;
  const slots = spread > 0 && Number.isFinite(spread) ? Math.min(SLOTS, numbers.counts.length) : 1;
  const edges = equalEdges(min, max, slots);
  const counts = countInSlots(numbers, edges);
  return counts.map((count, slot) => ({ from: edges[slot] ?? min, to: edges[slot + 1] ?? max, count }));
}

/** The edges of so many stretches of equal width. */
export const equalEdges = (min: number, max: number, slots: number): number[] =>
  Array.from({ length: slots + 1 }, (_, slot) => {
    if (slot === 0) return min;
    return slot === slots ? max : min + ((max - min) / slots) * slot;
  });

/**
 * Whole counts of the values from each edge up to the next (the last edge included). Values of a bin are taken to be
 * spread evenly over it; rounding keeps their sum.
 */
export function countInSlots(numbers: CountedNumbers, edges: readonly number[]): number[] {
  const last = edges.length - 1;
  let before = 0;
  return edges.slice(1).map((edge, slot) => {
    const upTo = slot + 1 === last ? numbers.total : Math.round(countBelow(numbers, edge));
    const count = upTo - before;
    before = upTo;
    return count;
  });
}

/** How many values are below a number; of a bin around it, the part below. */
function countBelow({ low, high, counts, before }: CountedNumbers, limit: number): number {
  let index = lastAtMost(low, limit);
  // An entry that begins at the limit has nothing below it.
  while (index >= 0 && low[index] === limit) index -= 1;
  if (index < 0) return 0;
  const [from, to, count] = [low[index] ?? 0, high[index] ?? 0, counts[index] ?? 0];
  return (before[index] ?? 0) + (to <= limit ? count : (count * (limit - from)) / (to - from));
}
