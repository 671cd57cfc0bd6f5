import { BATCHES, batchError, dealBatches } from '../stats/batches.ts';
import { studentT } from '../stats/intervals.ts';
import { seededRandom } from '../stats/random.ts';
import { type Estimate, type MeasureSettings, methodOn } from './made-interval.ts';
import type { CurveMetric } from './metric.ts';
import { type EvaluationRows, withWeights } from './rows.ts';
import { selectRows } from './select-rows.ts';

/** More rows than this are dealt into batches where a metric must be computed anew for each resample. */
export const MAX_RESAMPLED_ROWS = 20_000;

/** By resampling rows, or where they are many by the spread over batches of them. */
export function estimateCurve<R extends EvaluationRows>(
  metric: CurveMetric<R>,
  rows: R,
  settings: MeasureSettings,
): Estimate {
  const value = metric.compute(rows);
  const n = rows.count;
  if (typeof value === 'string' || metric.interval === 'none') return { value, n };
  if (rows.count <= MAX_RESAMPLED_ROWS)
    return { value, n, interval: { ofWeights: (weights) => metric.compute(withWeights(rows, weights)) } };
  const bounds = studentT(
    value,
    batchError(onBatches(metric, rows, settings.seed)),
    BATCHES - 1,
    settings.confidence,
  );
  return { value, n, interval: { bounds, method: methodOn(rows, 'batches') } };
}

/** A metric on each of the batches that rows are dealt into; NaN where it has no value. */
function onBatches<R extends EvaluationRows>(metric: CurveMetric<R>, rows: R, seed: number): number[] {
  return dealBatches(rows.count, rows.clusters, seededRandom(seed)).map((indexes) => {
    const batch: EvaluationRows = selectRows(rows, indexes);
    const value = metric.compute(batch as R);
    return typeof value === 'number' ? value : Number.NaN;
  });
}
