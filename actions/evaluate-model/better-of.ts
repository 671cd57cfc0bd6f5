import type { ComparedMetric, Direction } from '../lib/documents/metrics.ts';

/** Which model is better, if the interval of the change does not hold 0. */
export function betterOf(direction: Direction, low: number, high: number): ComparedMetric['better'] {
  if (low <= 0 && high >= 0) return 'unclear';
  return low > 0 === (direction === 'higher') ? 'candidate' : 'baseline';
}
