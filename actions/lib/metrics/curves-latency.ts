import { quantile } from '../stats/quantile.ts';
import { type Histogram, histogramOf, rangeOf } from './curves-histogram.ts';

/** How long requests or runs took, in milliseconds. */
export interface LatencyCurve extends Histogram {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The share of the slowest that lie beyond the axis. */
const TAIL = 0.002;

/** The spread of times; `undefined` without any. */
export function latencyCurve(times: Float64Array): LatencyCurve | undefined {
  const range = rangeOf(times, TAIL);
  if (!range) return undefined;
  const sorted = times.toSorted();
  const at = (p: number): number => quantile(sorted, p) ?? 0;
  return {
    ...histogramOf(times, { from: Math.max(0, Math.min(range.from, at(0))), to: range.to }),
    count: times.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}
