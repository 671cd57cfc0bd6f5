import type { CountedNumbers } from '../profile/counted-numbers.ts';

/**
 * How many numbers lie from `low` to `high`, both included. Exact where every value is known; inside a bin values
 * are taken to be spread evenly.
 */
export function countBetween({ low, high, counts }: CountedNumbers, from: number, to: number): number {
  let total = 0;
  for (const [index, count] of counts.entries()) {
    const [start, end] = [low[index] ?? 0, high[index] ?? 0];
    if (start > to || end < from) continue;
    const width = end - start;
    const inside = Math.min(end, to) - Math.max(start, from);
    total += width === 0 ? count : count * Math.min(1, inside / width);
  }
  return total;
}
