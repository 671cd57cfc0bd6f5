import { mergedSteps } from './merged-steps.ts';
import type { NumericSample } from './sample.ts';

/**
 * The first Wasserstein distance of two samples: the area between their distribution functions. Equals
 * `scipy.stats.wasserstein_distance`.
 */
export function wasserstein(a: NumericSample, b: NumericSample): number {
  let area = 0;
  let previous: { readonly value: number; readonly gap: number } | undefined;
  for (const { value, first, second } of mergedSteps(a, b)) {
    if (previous) area += (value - previous.value) * previous.gap;
    previous = { value, gap: Math.abs(first / a.total - second / b.total) };
  }
  return area;
}

/** The standard deviation of a sample about its mean, dividing by n; 0 for equal values. */
export function standardDeviation(sample: NumericSample): number {
  let mean = 0;
  let squares = 0;
  let n = 0;
  for (const [index, value] of sample.values.entries()) {
    const count = sample.counts[index] ?? 0;
    const delta = value - mean;
    n += count;
    mean += (delta * count) / n;
    squares += delta * (value - mean) * count;
  }
  return n === 0 ? 0 : Math.sqrt(squares / n);
}
