import type { Interval, MetricValue } from '../documents/metrics.ts';
import { bootstrapCells, bootstrapRows } from '../stats/bootstrap.ts';
import { bootstrapInterval, clip } from '../stats/intervals.ts';
import { seededRandom } from '../stats/random.ts';
import { confusionOf } from './confusion.ts';
import { drawnLevel, type Estimate, estimate, type MadeInterval, type MeasureSettings } from './estimate.ts';
import type { Computed, Metric } from './metric.ts';
import { type EvaluationRows, isClassRows } from './rows.ts';

/** Rows that are drawn in all resamples together; with more rows there are fewer resamples, at least `MIN_RESAMPLES`. */
const ROW_DRAWS = 50_000_000;
const MIN_RESAMPLES = 400;

/** The number of row resamples for a number of rows. */
export const rowResamples = (wanted: number, rows: number): number =>
  Math.min(wanted, Math.max(MIN_RESAMPLES, Math.floor(ROW_DRAWS / Math.max(rows, 1))));

/**
 * The values of metrics on rows, each with its interval where there is one.
 *
 * The seed is used afresh for each kind of drawing, so a value does not depend on which others were asked for.
 *
 * @param metrics - those of another task, and of no rows at all, are left out
 */
export function measure(
  metrics: readonly Metric[],
  rows: EvaluationRows,
  settings: MeasureSettings,
): MetricValue[] {
  const measured = metrics.flatMap((metric) => {
    const estimated = estimate(metric, rows, settings);
    return estimated ? [{ metric, estimated }] : [];
  });
  const drawn = new Map([
    ...resampleCells(measured, rows, settings),
    ...resampleRows(measured, rows, settings),
  ]);
  return measured.map((one) =>
    toValue(one, drawn.get(one.metric) ?? madeOf(one.estimated), settings.confidence),
  );
}

interface Measured {
  readonly metric: Metric;
  readonly estimated: Estimate;
}

const madeOf = ({ interval }: Estimate): MadeInterval | undefined =>
  interval && 'method' in interval ? interval : undefined;

const orNaN = (computed: Computed): number => (typeof computed === 'number' ? computed : Number.NaN);

/** Intervals of everything that is a function of the confusion matrix, from one set of resampled matrices. */
function resampleCells(
  measured: readonly Measured[],
  rows: EvaluationRows,
  { confidence, resamples, seed }: MeasureSettings,
): (readonly [Metric, MadeInterval])[] {
  const wanted = measured.flatMap(({ metric, estimated: { value, interval } }) =>
    typeof value === 'number' && interval && 'ofCells' in interval ? [{ metric, value, ...interval }] : [],
  );
  if (wanted.length === 0 || !isClassRows(rows)) return [];
  const { size, cells } = confusionOf(rows);
  const statistics = wanted.map(
    ({ ofCells }) =>
      (counts: Float64Array): number =>
        orNaN(ofCells({ size, cells: counts })),
  );
  const draws = bootstrapCells(cells, statistics, resamples, seededRandom(seed));
  return wanted.map(({ metric, value }, index) => [
    metric,
    {
      bounds: bootstrapInterval(draws[index] ?? new Float64Array(), value, confidence),
      method: 'bootstrap-cells',
    },
  ]);
}

/** Intervals of everything else, from one set of resampled rows. */
function resampleRows(
  measured: readonly Measured[],
  rows: EvaluationRows,
  { confidence, resamples, seed }: MeasureSettings,
): (readonly [Metric, MadeInterval])[] {
  const wanted = measured.flatMap(({ metric, estimated: { value, interval } }) =>
    typeof value === 'number' && interval && 'ofWeights' in interval ? [{ metric, value, ...interval }] : [],
  );
  if (wanted.length === 0) return [];
  const count = rowResamples(resamples, rows.count);
  const statistics = wanted.map(
    ({ ofWeights }) =>
      (weights: Float64Array): number =>
        orNaN(ofWeights(weights)),
  );
  const draws = bootstrapRows(rows, statistics, count, seededRandom(seed));
  return wanted.map(({ metric, value }, index) => [
    metric,
    {
      bounds: bootstrapInterval(draws[index] ?? new Float64Array(), value, drawnLevel(rows, confidence)),
      method: rows.clusters ? 'bootstrap-clustered' : 'bootstrap',
      ...(count < resamples && { resamples: count }),
    },
  ]);
}

function toValue(
  { metric, estimated: { value, n } }: Measured,
  made: MadeInterval | undefined,
  level: number,
): MetricValue {
  const defined = typeof value === 'number' && Number.isFinite(value);
  const params = { ...metric.params, ...(made?.resamples !== undefined && { resamples: made.resamples }) };
  const ci = defined ? intervalOf(metric, made, level) : undefined;
  return {
    name: metric.id,
    value: defined ? value : null,
    ...(!defined && { undefined: typeof value === 'string' ? value : 'not a finite number' }),
    direction: metric.direction,
    kind: metric.kind,
    ...(metric.unit !== undefined && { unit: metric.unit }),
    n,
    ...(ci && { ci }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}

function intervalOf(metric: Metric, made: MadeInterval | undefined, level: number): Interval | undefined {
  if (!made?.bounds || !Number.isFinite(made.bounds.low) || !Number.isFinite(made.bounds.high))
    return undefined;
  return { ...clip(made.bounds, metric.range), level, method: made.method };
}

/** A property of the model as a metric's value; null when nobody measured it. */
export const resourceValue = (metric: Metric, value: number | undefined, n: number): MetricValue => ({
  name: metric.id,
  value: value ?? null,
  ...(value === undefined && { undefined: 'no model was given, or it was not run here' }),
  direction: metric.direction,
  kind: metric.kind,
  ...(metric.unit !== undefined && { unit: metric.unit }),
  n,
});
