import type { ColumnProfile } from '../documents/profile.ts';
import { profiledNumbers } from '../profile/counted-numbers.ts';

/** Numbers in ascending order with how often each was seen; bins have a width. */
export interface TailNumbers {
  /** How many there are, repeated ones included. */
  readonly rows: number;
  readonly low: ArrayLike<number>;
  /** The same as `low` where single values are known. */
  readonly high: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** The least distance between neighbours: 1 of whole numbers, a day of dates, that of rounded numbers; else 0. */
  readonly step: number;
}

const DAY = 86_400_000;
/** Rows per value, on the average, that make numbers rounded ones. */
const REPEATED = 2;

const STEPS: Partial<Record<ColumnProfile['type'], number>> = { integer: 1, date: DAY };

/** The numbers (dates and times in milliseconds) of a column, as far as its profile holds them. */
export function tailNumbers(column: ColumnProfile): TailNumbers | undefined {
  const numbers = profiledNumbers(column);
  if (numbers === undefined) return undefined;
  const step = STEPS[column.type] ?? (numbers.exact ? leastDistance(numbers.low, numbers.total) : 0);
  return { ...numbers, rows: numbers.total, step };
}

/** The least distance between numbers that repeat, as rounded ones do; else 0. */
function leastDistance(values: ArrayLike<number>, rows: number): number {
  if (values.length < 2 || rows < REPEATED * values.length) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 1; index < values.length; index++)
    least = Math.min(least, (values[index] ?? 0) - (values[index - 1] ?? 0));
  return least;
}

/** Whole numbers (counts, lengths) from how often each was seen. */
export function tailOfCounts(seen: ReadonlyMap<number, number>): TailNumbers {
  const sorted = [...seen].sort(([a], [b]) => a - b);
  const low = sorted.map(([value]) => value);
  const counts = sorted.map(([, count]) => count);
  return { rows: counts.reduce((total, count) => total + count, 0), low, high: low, counts, step: 1 };
}

/** The same numbers with their signs turned, so that the lower end becomes the upper one. */
export const mirrored = ({ low, high, counts, ...rest }: TailNumbers): TailNumbers => ({
  ...rest,
  low: Array.from(high, (value) => -value).reverse(),
  high: Array.from(low, (value) => -value).reverse(),
  counts: Array.from(counts).reverse(),
});

/** The value below which a share of the numbers lies: the upper edge of the first bin that reaches it. */
export function valueAtShare({ rows, high, counts }: TailNumbers, share: number): number {
  let seen = 0;
  for (let index = 0; index < counts.length; index++) {
    seen += counts[index] ?? 0;
    if (seen >= share * rows) return high[index] ?? Number.NaN;
  }
  return high[high.length - 1] ?? Number.NaN;
}

/** The largest numbers, each as often as it was seen, largest first. */
export function largest({ high, counts }: TailNumbers, wanted: number): number[] {
  const found: number[] = [];
  for (let index = counts.length - 1; index >= 0 && found.length < wanted; index--)
    for (let seen = counts[index] ?? 0; seen > 0 && found.length < wanted; seen--)
      found.push(high[index] ?? Number.NaN);
  return found;
}

/** How many numbers lie in a range, both ends included; of bins, those whose upper edge does. */
export function countBetween({ high, counts }: TailNumbers, from: number, to: number): number {
  let total = 0;
  for (let index = 0; index < counts.length; index++) {
    const value = high[index] ?? Number.NaN;
    if (value >= from && value <= to) total += counts[index] ?? 0;
  }
  return total;
}
