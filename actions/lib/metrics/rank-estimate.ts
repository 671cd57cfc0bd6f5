import { clusterSums, clustersOf } from '../stats/clusters.ts';
import type { AreaEstimate } from '../stats/delong.ts';
import { type Bounds, normal, studentT } from '../stats/intervals.ts';
import { compensatedSum } from '../stats/mean.ts';
import { type Estimate, methodOn } from './made-interval.ts';
import type { RankMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

const ROUNDING = 1e-12;

/** A value of the order of scores and its standard error, from the spread of what rows or clusters add to it. */
export function areaOf(metric: RankMetric, rows: ClassRows): AreaEstimate | string {
  if (metric.summary && !rows.weights && !rows.clusters) return metric.summary(rows);
  const estimated = metric.estimate(rows);
  if (typeof estimated === 'string') return estimated;
  const { value, effects } = estimated;
  const parts = rows.clusters ? clusterSums(clustersOf(rows.clusters), effects) : effects;
  return { value, standardError: Math.sqrt(compensatedSum(parts.length, (part) => (parts[part] ?? 0) ** 2)) };
}

/** Normal, as rows are many; of clusters Student's t with the spread that a few of them leave out. */
function areaBounds(
  value: number,
  error: number,
  { clusters }: ClassRows,
  level: number,
): Bounds | undefined {
  if (!clusters) return normal(value, error, level);
  const { count } = clustersOf(clusters);
  return studentT(value, error * Math.sqrt(count / (count - 1)), count - 1, level);
}

/** By DeLong's method. */
export function estimateRank(metric: RankMetric, rows: ClassRows, level: number): Estimate {
  const estimated = areaOf(metric, rows);
  const n = rows.count;
  if (typeof estimated === 'string') return { value: estimated, n };
  const { value, standardError: error } = estimated;
  // A perfect order leaves nothing but rounding, and an interval of that width would claim certainty.
  const bounds = error > ROUNDING ? areaBounds(value, error, rows, level) : undefined;
  return { value, n, interval: { bounds, method: methodOn(rows, 'delong') } };
}
