import type { Interval, MetricValue } from '../documents/metrics.ts';
import { bootstrapCells, bootstrapRows } from '../stats/bootstrap.ts';
import { bootstrapInterval, clip } from '../stats/intervals.ts';
import { seededRandom } from '../stats/random.ts';
import { confusionOf, confusionTerms } from './confusion.ts';
import { estimateMetrics, type Measured } from './estimate-metrics.ts';
import {
  drawnLevel,
  type Estimate,
  type MadeInterval,
  type MeasureSettings,
  methodOn,
} from './made-interval.ts';
import type { Computed, Metric } from './metric.ts';
import { type ClassRows, type EvaluationRows, isClassRows } from './rows.ts';
import { termsDraws } from './sums-estimate.ts';

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
  const measured = estimateMetrics(metrics, rows, settings);
  const drawn = new Map([
    ...resampleCells(measured, rows, settings),
    ...resampleRows(measured, rows, settings),
  ]);
  return measured.map((one) =>
    toValue(one, drawn.get(one.metric) ?? madeOf(one.estimated), settings.confidence),
  );
}

const madeOf = ({ interval }: Estimate): MadeInterval | undefined =>
  interval && 'method' in interval ? interval : undefined;

const orNaN = (computed: Computed): number => (typeof computed === 'number' ? computed : Number.NaN);

/** Intervals of everything that is a function of the confusion matrix, from one set of resampled matrices. */
function resampleCells(
  measured: readonly Measured[],
  rows: EvaluationRows,
  settings: MeasureSettings,
): (readonly [Metric, MadeInterval])[] {
  const wanted = measured.flatMap(({ metric, estimated: { value, interval } }) =>
    typeof value === 'number' && interval && 'ofCells' in interval ? [{ metric, value, ...interval }] : [],
  );
  if (wanted.length === 0 || !isClassRows(rows)) return [];
  const { size } = confusionOf(rows);
  const statistics = wanted.map(
    ({ ofCells }) =>
      (cells: Float64Array): number =>
        orNaN(ofCells({ size, cells })),
  );
  const { draws, method } = drawCells(rows, statistics, settings);
  const level = drawnLevel(rows, settings.confidence);
  return wanted.map(({ metric, value }, index) => [
    metric,
    { bounds: bootstrapInterval(draws[index] ?? new Float64Array(), value, level), method },
  ]);
}

/** With more cells, most hold few rows or none, and drawing rows is cheaper than drawing cells. */
const MAX_DRAWN_CELLS = 400;

/** Cells are drawn themselves where all rows count alike, else as sums of what rows or clusters add to them. */
function drawCells(
  rows: ClassRows,
  statistics: readonly ((cells: Float64Array) => number)[],
  settings: MeasureSettings,
): { readonly draws: readonly Float64Array[]; readonly method: string } {
  const { cells } = confusionOf(rows);
  if (rows.weights || rows.clusters || cells.length > MAX_DRAWN_CELLS)
    return termsDraws(confusionTerms(rows), statistics, rows, settings);
  const draws = bootstrapCells(cells, statistics, settings.resamples, seededRandom(settings.seed));
  return { draws, method: 'bootstrap-cells' };
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
      method: methodOn(rows, 'bootstrap'),
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
