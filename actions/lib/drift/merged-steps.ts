import type { NumericSample } from './sample.ts';

/** One step over the values of two samples: up to `value` each has counted so many. */
export interface Step {
  readonly value: number;
  /** Values of the first and second sample that are at most `value`. */
  readonly first: number;
  readonly second: number;
}

/** Walks over the values of two samples in ascending order, equal values together. */
export function* mergedSteps(a: NumericSample, b: NumericSample): Iterable<Step> {
  let first = 0;
  let second = 0;
  let i = 0;
  let j = 0;
  while (i < a.values.length || j < b.values.length) {
    const value = Math.min(a.values[i] ?? Number.POSITIVE_INFINITY, b.values[j] ?? Number.POSITIVE_INFINITY);
    if (a.values[i] === value) first += a.counts[i++] ?? 0;
    if (b.values[j] === value) second += b.counts[j++] ?? 0;
    yield { value, first, second };
  }
}
