import { clustersOf } from '../stats/clusters.ts';
import { levelForFew, studentT, wilson } from '../stats/intervals.ts';
import { effectiveRows, type MeanEstimate, meanEstimate } from '../stats/mean.ts';
import { noValue, withoutMissing } from './computed-value.ts';
import { type Estimate, methodOn } from './made-interval.ts';
import type { MeanMetric } from './metric.ts';
import type { EvaluationRows } from './rows.ts';

/** By Student's t, or by Wilson's score where each row is right or wrong. */
export function estimateMean<R extends EvaluationRows>(
  metric: MeanMetric<R>,
  rows: R,
  level: number,
): Estimate {
  if (metric.interval === 'wilson' && !rows.weights && !rows.clusters)
    return estimateShare(metric, rows, level);
  const { values, weights, missing } = withoutMissing(metric.perRow(rows), rows.weights);
  const clusters = rows.clusters && clustersOf(rows.clusters);
  const estimated = meanEstimate(values, weights, clusters);
  const n = rows.count - missing;
  if (estimated.rows === 0) return { value: noValue(metric, rows), n };
  const { mean, standardError, drawn } = estimated;
  if (metric.interval === 'student-t') {
    const bounds = studentT(mean, standardError, drawn - 1, level);
    return { value: mean, n, interval: { bounds, method: methodOn(rows, 'student-t') } };
  }
  const effective = clusters
    ? clusteredRows(estimated)
    : effectiveRows(
        n,
        weights?.filter((weight) => weight > 0),
      );
  const bounds = wilson(mean * effective, effective, clusters ? levelForFew(level, drawn - 1) : level);
  return { value: mean, n, interval: { bounds, method: methodOn(rows, 'wilson') } };
}

/** A share of rows of equal weight: nothing but two counts. */
function estimateShare<R extends EvaluationRows>(metric: MeanMetric<R>, rows: R, level: number): Estimate {
  const { hits, n } = metric.hits ? { hits: metric.hits(rows), n: rows.count } : counted(metric.perRow(rows));
  if (n === 0) return { value: noValue(metric, rows), n };
  return { value: hits / n, n, interval: { bounds: wilson(hits, n, level), method: 'wilson' } };
}

function counted(values: Float64Array): { readonly hits: number; readonly n: number } {
  let n = 0;
  let hits = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    n++;
    hits += value;
  }
  return { hits, n };
}

/**
 * How many independent rows would leave a share as uncertain as clusters do (its variance without clusters,
 * p (1 − p), over the one with them), at most the rows there are; as many as clusters where the share is 0 or 1.
 */
function clusteredRows({ mean, standardError, rows, drawn: clusters }: MeanEstimate): number {
  if (standardError === undefined || !(standardError > 0)) return clusters;
  return Math.min(rows, (mean * (1 - mean)) / standardError ** 2);
}
