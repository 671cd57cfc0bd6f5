import type { NumericSketch } from './numeric-sketch.ts';

/** Numbers in ascending order with their counts: single values where `low` equals `high`, else bins. */
export interface CountedNumbers {
  readonly exact: boolean;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly counts: readonly number[];
}

/** The levels of the quantiles in a profile. */
const LEVELS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const HISTOGRAM_BINS = 20;

/** All numbers among counted values. */
export function exactNumbers<K>(
  counts: ReadonlyMap<K, number>,
  numberOf: (key: K) => number | undefined,
): CountedNumbers {
  const byNumber = new Map<number, number>();
  for (const [key, count] of counts) {
    const number = numberOf(key);
    if (number !== undefined) byNumber.set(number, (byNumber.get(number) ?? 0) + count);
  }
  const sorted = [...byNumber].sort(([a], [b]) => a - b);
  const low = sorted.map(([number]) => number);
  return { exact: true, low, high: low, counts: sorted.map(([, count]) => count) };
}

/** The bins of a sketch in ascending order. */
export function binnedNumbers(
  sketch: NumericSketch,
  edges: (bin: number) => readonly [number, number],
): CountedNumbers {
  const bins = [...sketch.bins].map(([bin, count]) => ({ edges: edges(bin), count }));
  bins.sort((a, b) => a.edges[0] - b.edges[0]);
  return {
    exact: false,
    low: bins.map((bin) => bin.edges[0]),
    high: bins.map((bin) => bin.edges[1]),
    counts: bins.map((bin) => bin.count),
  };
}

/** Quantiles by linear interpolation between order statistics (Hyndman and Fan type 7). */
export function quantiles(numbers: CountedNumbers, min: number, max: number) {
  const total = numbers.counts.reduce((sum, count) => sum + count, 0);
  return LEVELS.map((p) => {
    const position = (total - 1) * p;
    const below = at(numbers, Math.floor(position));
    const above = at(numbers, Math.ceil(position));
    const share = position - Math.floor(position);
    const value = below === above ? below : below * (1 - share) + above * share;
    return { p, value: Math.min(max, Math.max(min, value)) };
  });
}

/** The order statistic of a rank from 0; of a bin, its middle. */
function at(numbers: CountedNumbers, rank: number): number {
  let before = 0;
  for (const [index, count] of numbers.counts.entries()) {
    before += count;
    if (before > rank) return middle(numbers, index);
  }
  return middle(numbers, numbers.counts.length - 1);
}

/** The number that stands for an entry. */
export const middle = (numbers: CountedNumbers, index: number): number =>
  (numbers.low[index] ?? 0) / 2 + (numbers.high[index] ?? 0) / 2;

/** Counts in up to 20 bins of equal width. */
export function histogram(numbers: CountedNumbers, min: number, max: number) {
  const spread = max - min;
  const bins = spread > 0 && Number.isFinite(spread) ? Math.min(HISTOGRAM_BINS, numbers.counts.length) : 1;
  const width = Number.isFinite(spread) ? spread / bins : 0;
  const counts = new Array<number>(bins).fill(0);
  for (const [index, count] of numbers.counts.entries()) {
    const slot = width > 0 ? Math.floor((middle(numbers, index) - min) / width) : 0;
    const bin = Math.max(0, Math.min(bins - 1, slot));
    counts[bin] = (counts[bin] ?? 0) + count;
  }
  return counts.map((count, bin) => ({
    from: min + bin * width,
    to: bin === bins - 1 ? max : min + (bin + 1) * width,
    count,
  }));
}
