import type { Interval } from '../documents/metrics.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { wilson } from '../stats/intervals.ts';

const LEVEL = 0.95;

/**
 * The normal interval of a value with a standard error; `undefined` for one of 0, which a handful of equal rows
 * gives and which would pass for certainty.
 */
export function stderrInterval(value: number, standardError: number): Interval | undefined {
  if (!(standardError > 0) || !Number.isFinite(value + standardError)) return undefined;
  const half = normalQuantile((1 + LEVEL) / 2) * standardError;
  return { low: value - half, high: value + half, level: LEVEL, method: 'normal' };
}

/** Bounds that a file states without saying what they cover, taken for the usual 95 %. */
export const statedInterval = (low: number, high: number): Interval => ({
  low,
  high,
  level: LEVEL,
  method: 'stated-bounds',
});

/** Wilson's interval of a share of independent cases; `undefined` without cases. */
export function shareInterval(successes: number, cases: number): Interval | undefined {
  const bounds = wilson(successes, cases, LEVEL);
  return bounds && { ...bounds, level: LEVEL, method: 'wilson' };
}
