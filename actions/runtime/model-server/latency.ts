import { quantile } from '../../lib/stats/quantile.ts';

/** How long requests took, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  /** Percentiles by linear interpolation (Hyndman & Fan type 7, as numpy's default). */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** @param latencies - milliseconds of at least one request, in any order */
export function summariseLatency(latencies: Float64Array): LatencySummary {
  const sorted = latencies.toSorted();
  const at = (p: number): number => quantile(sorted, p) ?? Number.NaN;
  return {
    count: sorted.length,
    meanMs: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}
