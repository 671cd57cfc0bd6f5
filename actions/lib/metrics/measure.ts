import type { Interval, MetricValue } from '../documents/metrics.ts';
import { bootstrapCells, bootstrapRows } from '../stats/bootstrap.ts';
import { type Bounds, bootstrapInterval, clip, normal, studentT, wilson } from '../stats/intervals.ts';
import { compensatedSum, effectiveRows, meanEstimate } from '../stats/mean.ts';
import { seededRandom } from '../stats/random.ts';
import { type Confusion, confusionOf } from './confusion.ts';
import type {
  ClassCurveMetric,
  ClassMeanMetric,
  Computed,
  ConfusionMetric,
  Metric,
  NumberCurveMetric,
  NumberMeanMetric,
  RankMetric,
} from './metric.ts';
import { isClassMetric, isNumberMetric } from './metric.ts';
import { type ClassRows, type EvaluationRows, withWeights } from './rows.ts';

/** How intervals are made. */
export interface MeasureSettings {
  /** Nominal coverage, for example 0.95. */
  readonly confidence: number;
  /** Bootstrap resamples; fewer are drawn of very many rows, see `ROW_DRAWS`. */
  readonly resamples: number;
  readonly seed: number;
}

/** A metric's value on some rows, before its interval. */
interface Measured {
  readonly metric: Metric;
  readonly value: Computed;
  /** The interval, where a formula gives it. */
  readonly bounds?: Bounds | undefined;
  readonly method?: string;
  /** What to resample, where no formula gives the interval: of the cells or of the rows' weights. */
  readonly ofCells?: (cells: Confusion) => Computed;
  readonly ofWeights?: (weights: Float64Array) => Computed;
}

/** Rows that are drawn in all resamples together; with more rows there are fewer resamples, at least `MIN_RESAMPLES`. */
const ROW_DRAWS = 50_000_000;
const MIN_RESAMPLES = 400;

/** The number of row resamples for a number of rows. */
export const rowResamples = (wanted: number, rows: number): number =>
  Math.min(wanted, Math.max(MIN_RESAMPLES, Math.floor(ROW_DRAWS / Math.max(rows, 1))));

/**
 * The values of metrics on rows, each with its interval where there is one.
 *
 * The seed is used afresh for each call, so a value does not depend on which others were asked for.
 *
 * @param metrics - of the rows' task; those of kind `resource` are left out, rows say nothing about them
 */
export function measure(
  metrics: readonly Metric[],
  rows: EvaluationRows,
  settings: MeasureSettings,
): MetricValue[] {
  const measured = metrics
    .map((metric) => measureOne(metric, rows, settings.confidence))
    .filter((one) => one !== undefined);
  const resampled = [...resampleCells(measured, rows, settings), ...resampleRows(measured, rows, settings)];
  const intervals = new Map(resampled.map(({ metric, ...interval }) => [metric, interval]));
  return measured.map((one) =>
    toValue(
      one,
      rows.count,
      settings.confidence,
      intervals.get(one.metric) ?? { bounds: one.bounds, method: one.method },
    ),
  );
}

function measureOne(metric: Metric, rows: EvaluationRows, level: number): Measured | undefined {
  if (rows.task === 'regression') {
    if (!isNumberMetric(metric)) return undefined;
    return metric.kind === 'mean'
      ? ofMean(metric, metric.perRow(rows), rows, level)
      : ofCurve(
          metric,
          (weights) => metric.compute(weights ? withWeights(rows, weights) : rows),
          metric.compute(rows),
        );
  }
  if (!isClassMetric(metric)) return undefined;
  if (metric.needs === 'scores' && !rows.scores) return { metric, value: 'no probabilities were given' };
  switch (metric.kind) {
    case 'mean':
      return ofMean(metric, metric.perRow(rows), rows, level);
    case 'confusion':
      return ofConfusion(metric, rows, level);
    case 'rank':
      return ofRank(metric, rows, level);
    case 'curve':
      return ofCurve(metric, (weights) => metric.compute(withWeights(rows, weights)), metric.compute(rows));
    default:
      return metric satisfies never;
  }
}

function ofMean(
  metric: ClassMeanMetric | NumberMeanMetric,
  values: Float64Array,
  rows: EvaluationRows,
  level: number,
): Measured {
  const { mean, standardError, rows: carrying } = meanEstimate(values, rows.weights);
  if (carrying === 0) return { metric, value: 'no rows' };
  const effective = effectiveRows(rows.count, rows.weights);
  const bounds =
    metric.interval === 'wilson'
      ? wilson(mean * effective, effective, level)
      : studentT(mean, standardError, carrying - 1, level);
  return { metric, value: mean, bounds, method: metric.interval };
}

function ofConfusion(metric: ConfusionMetric, rows: ClassRows, level: number): Measured {
  const confusion = confusionOf(rows);
  const value = metric.fromCells(confusion);
  const ofWeights = (weights: Float64Array): Computed =>
    metric.fromCells(confusionOf(withWeights(rows, weights)));
  if (!metric.share)
    return { metric, value, ...(rows.weights ? { ofWeights } : { ofCells: metric.fromCells }) };
  const [part, whole] = metric.share(confusion);
  // Weighted rows of a class count as many as carry the same information, at the rate of all rows.
  const mass = compensatedSum(confusion.cells.length, (cell) => confusion.cells[cell] ?? 0);
  const rate = mass > 0 ? effectiveRows(rows.count, rows.weights) / mass : 0;
  return { metric, value, bounds: wilson(part * rate, whole * rate, level), method: 'wilson' };
}

const ROUNDING = 1e-12;

function ofRank(metric: RankMetric, rows: ClassRows, level: number): Measured {
  const estimate = metric.estimate(rows);
  if (typeof estimate === 'string') return { metric, value: estimate };
  const { value, effects } = estimate;
  const error = Math.sqrt(compensatedSum(effects.length, (row) => (effects[row] ?? 0) ** 2));
  // A perfect order leaves nothing but rounding, and an interval of that width would claim certainty.
  const bounds = error > ROUNDING ? normal(value, error, level) : undefined;
  return { metric, value, bounds, method: 'delong' };
}

const ofCurve = (
  metric: ClassCurveMetric | NumberCurveMetric,
  ofWeights: (weights: Float64Array) => Computed,
  value: Computed,
): Measured => ({ metric, value, ...(metric.interval === 'bootstrap' && { ofWeights }) });

interface Resampled {
  readonly metric: Metric;
  readonly bounds: Bounds | undefined;
  readonly method: string;
  readonly resamples?: number;
}

const orNaN = (computed: Computed): number => (typeof computed === 'number' ? computed : Number.NaN);

/** Intervals of everything that is a function of the confusion matrix, from one set of resampled matrices. */
function resampleCells(
  measured: readonly Measured[],
  rows: EvaluationRows,
  { confidence, resamples, seed }: MeasureSettings,
): Resampled[] {
  const wanted = measured.flatMap(({ metric, value, ofCells }) =>
    typeof value === 'number' && ofCells ? [{ metric, value, ofCells }] : [],
  );
  if (rows.task === 'regression' || wanted.length === 0) return [];
  const { size, cells } = confusionOf(rows);
  const statistics = wanted.map(
    ({ ofCells }) =>
      (drawn: Float64Array): number =>
        orNaN(ofCells({ size, cells: drawn })),
  );
  const draws = bootstrapCells(cells, statistics, resamples, seededRandom(seed));
  return wanted.map(({ metric, value }, index) => ({
    metric,
    bounds: bootstrapInterval(draws[index] ?? new Float64Array(), value, confidence),
    method: 'bootstrap-cells',
  }));
}

/** Intervals of everything else, from one set of resampled rows. */
function resampleRows(
  measured: readonly Measured[],
  rows: EvaluationRows,
  { confidence, resamples, seed }: MeasureSettings,
): Resampled[] {
  const wanted = measured.flatMap(({ metric, value, ofWeights }) =>
    typeof value === 'number' && ofWeights ? [{ metric, value, ofWeights }] : [],
  );
  if (wanted.length === 0) return [];
  const count = rowResamples(resamples, rows.count);
  const statistics = wanted.map(
    ({ ofWeights }) =>
      (weights: Float64Array): number =>
        orNaN(ofWeights(weights)),
  );
  const draws = bootstrapRows(rows.count, rows.weights, statistics, count, seededRandom(seed));
  return wanted.map(({ metric, value }, index) => ({
    metric,
    bounds: bootstrapInterval(draws[index] ?? new Float64Array(), value, confidence),
    method: 'bootstrap',
    ...(count < resamples && { resamples: count }),
  }));
}

function toValue(
  { metric, value }: Measured,
  n: number,
  level: number,
  interval: {
    readonly bounds: Bounds | undefined;
    readonly method: string | undefined;
    readonly resamples?: number;
  },
): MetricValue {
  const { bounds, method, resamples } = interval;
  const defined = typeof value === 'number' && Number.isFinite(value);
  const params = { ...metric.params, ...(resamples !== undefined && { resamples }) };
  const ci: Interval | undefined =
    defined && bounds && method && Number.isFinite(bounds.low) && Number.isFinite(bounds.high)
      ? { ...clip(bounds, metric.range), level, method }
      : undefined;
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
