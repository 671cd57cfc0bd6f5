import { BATCHES, batchError, dealBatches } from '../stats/batches.ts';
import { clusterSums, clustersOf } from '../stats/clusters.ts';
import type { AreaEstimate } from '../stats/delong.ts';
import {
  type Bounds,
  bootstrapInterval,
  expandedLevel,
  levelForFew,
  normal,
  studentT,
  wilson,
} from '../stats/intervals.ts';
import { compensatedSum, effectiveRows, meanEstimate, weightedMean } from '../stats/mean.ts';
import { seededRandom } from '../stats/random.ts';
import { type DrawSums, resampleCounts, resampleSums, sumTerms } from '../stats/resample-sums.ts';
import { type Confusion, confusionOf } from './confusion.ts';
import {
  type Computed,
  type ConfusionMetric,
  type CurveMetric,
  type MeanMetric,
  type Metric,
  type MetricFor,
  metricFor,
  type RankMetric,
  type SumsMetric,
  type Terms,
} from './metric.ts';
import { type ClassRows, type EvaluationRows, isClassRows, withWeights } from './rows.ts';
import { selectRows } from './select-rows.ts';

/** How intervals are made. */
export interface MeasureSettings {
  /** Nominal coverage, for example 0.95. */
  readonly confidence: number;
  /** Bootstrap resamples. */
  readonly resamples: number;
  readonly seed: number;
}

/** An interval and how it came to be. */
export interface MadeInterval {
  readonly bounds: Bounds | undefined;
  readonly method: string;
  /** The number of resamples, where it is not the one that was asked for. */
  readonly resamples?: number;
}

/** A metric's value on some rows. */
export interface Estimate {
  readonly value: Computed;
  /** Rows that it rests on. */
  readonly n: number;
  /** The interval, or what to resample for it together with other metrics. */
  readonly interval?: MadeInterval | ResampledCells | ResampledRows;
}

/** An interval by resampling the confusion matrix. */
export interface ResampledCells {
  readonly ofCells: (cells: Confusion) => Computed;
}

/** An interval by resampling the rows' weights. */
export interface ResampledRows {
  readonly ofWeights: (weights: Float64Array) => Computed;
}

/** More rows than this are dealt into batches where a metric must be computed anew for each resample. */
export const MAX_RESAMPLED_ROWS = 20_000;
/** With more cells, most hold few rows or none, and drawing rows is cheaper than drawing cells. */
const MAX_DRAWN_CELLS = 400;

/** The value of a metric on rows; `undefined` when it is not one of the rows' task. */
export function estimate<R extends EvaluationRows>(
  metric: Metric,
  rows: R,
  settings: MeasureSettings,
): Estimate | undefined {
  const own = metricFor(metric, rows);
  if (!own) return undefined;
  if (own.needs === 'scores' && !hasScores(rows)) return { value: noScores(rows), n: rows.count };
  return estimateOwn(own, rows, settings);
}

/** Whether rows hold what metrics with `needs: scores` are computed from. */
export function hasScores(rows: EvaluationRows): boolean {
  if (rows.task === 'forecast') return rows.quantiles.length > 0;
  if (isClassRows(rows) || rows.task === 'multilabel') return rows.scores !== undefined;
  return true;
}

/** The value of a metric on rows, or why it has none. */
export function computedValue(metric: Metric, rows: EvaluationRows): Computed {
  const own = metricFor(metric, rows);
  if (!own) return 'rows do not determine it';
  if (own.needs === 'scores' && !hasScores(rows)) return noScores(rows);
  switch (own.kind) {
    case 'mean': {
      const { values, weights } = withoutMissing(own.perRow(rows), rows.weights);
      const mean = weightedMean(values, weights);
      return Number.isNaN(mean) ? noValue(own, rows) : mean;
    }
    case 'sums':
      return own.compute ? own.compute(rows) : own.fromSums(sumTerms(own.terms(rows), rows.weights), rows);
    case 'curve':
      return own.compute(rows);
    default:
      return classValue(own, rows as EvaluationRows as ClassRows);
  }
}

function classValue(metric: ConfusionMetric | RankMetric, rows: ClassRows): Computed {
  if (metric.kind === 'confusion') return metric.fromCells(confusionOf(rows));
  const estimated = areaOf(metric, rows);
  return typeof estimated === 'string' ? estimated : estimated.value;
}

const noScores = ({ task }: EvaluationRows): string =>
  task === 'forecast' ? 'no quantiles were given' : 'no probabilities were given';

const noValue = <R extends EvaluationRows>({ missing }: MeanMetric<R>, { count }: R): string =>
  count > 0 ? (missing ?? 'no row has a value') : 'no rows';

function estimateOwn<R extends EvaluationRows>(
  metric: MetricFor<R>,
  rows: R,
  settings: MeasureSettings,
): Estimate {
  switch (metric.kind) {
    case 'mean':
      return ofMean(metric, rows, settings.confidence);
    case 'sums':
      return ofSums(metric, rows, settings);
    case 'curve':
      return ofCurve(metric, rows, settings);
    default:
      return ofClasses(metric, rows as EvaluationRows as ClassRows, settings);
  }
}

const ofClasses = (
  metric: ConfusionMetric | RankMetric,
  rows: ClassRows,
  settings: MeasureSettings,
): Estimate =>
  metric.kind === 'rank' ? ofRank(metric, rows, settings.confidence) : ofConfusion(metric, rows, settings);

/** Names that say that clusters were drawn and not rows. */
const drawn = (method: string, { clusters }: EvaluationRows): string =>
  clusters ? `${method}-clustered` : method;

/** The level of percentiles of resamples: clusters are few, where rows are many or resamples of them cover well. */
export const drawnLevel = ({ clusters }: EvaluationRows, level: number): number =>
  clusters ? expandedLevel(level, clustersOf(clusters).count) : level;

/** Rows without a value get no weight. */
function withoutMissing(
  values: Float64Array,
  weights: Float64Array | undefined,
): { readonly values: Float64Array; readonly weights: Float64Array | undefined; readonly missing: number } {
  let missing = 0;
  for (const value of values) if (Number.isNaN(value)) missing++;
  if (missing === 0) return { values, weights, missing };
  return {
    values: values.map((value) => (Number.isNaN(value) ? 0 : value)),
    weights: values.map((value, row) => (Number.isNaN(value) ? 0 : (weights?.[row] ?? 1))),
    missing,
  };
}

function ofMean<R extends EvaluationRows>(metric: MeanMetric<R>, rows: R, level: number): Estimate {
  if (metric.interval === 'wilson' && !rows.weights && !rows.clusters) return ofShare(metric, rows, level);
  const { values, weights, missing } = withoutMissing(metric.perRow(rows), rows.weights);
  const clusters = rows.clusters && clustersOf(rows.clusters);
  const estimated = meanEstimate(values, weights, clusters);
  const n = rows.count - missing;
  if (estimated.rows === 0) return { value: noValue(metric, rows), n };
  const { mean, standardError, drawn: units } = estimated;
  if (metric.interval === 'student-t')
    return {
      value: mean,
      n,
      interval: { bounds: studentT(mean, standardError, units - 1, level), method: drawn('student-t', rows) },
    };
  const effective = clusters
    ? clusteredRows(mean, standardError, estimated)
    : effectiveRows(
        n,
        weights?.filter((weight) => weight > 0),
      );
  return {
    value: mean,
    n,
    interval: {
      bounds: wilson(mean * effective, effective, clusters ? levelForFew(level, units - 1) : level),
      method: drawn('wilson', rows),
    },
  };
}

/** A share of rows of equal weight: nothing but two counts. */
function ofShare<R extends EvaluationRows>(metric: MeanMetric<R>, rows: R, level: number): Estimate {
  const values = metric.perRow(rows);
  let n = 0;
  let hits = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    n++;
    hits += value;
  }
  if (n === 0) return { value: noValue(metric, rows), n };
  return { value: hits / n, n, interval: { bounds: wilson(hits, n, level), method: 'wilson' } };
}

/**
 * How many independent rows would leave a share as uncertain as clusters do (its variance without clusters,
 * p (1 − p), over the one with them), at most the rows there are; as many as clusters where the share is 0 or 1.
 */
function clusteredRows(
  share: number,
  standardError: number | undefined,
  { rows, drawn: clusters }: { readonly rows: number; readonly drawn: number },
): number {
  if (standardError === undefined || !(standardError > 0)) return clusters;
  return Math.min(rows, (share * (1 - share)) / standardError ** 2);
}

function ofSums<R extends EvaluationRows>(
  metric: SumsMetric<R>,
  rows: R,
  settings: MeasureSettings,
): Estimate {
  const n = rows.count;
  const alike = !rows.weights && !rows.clusters;
  const counts = alike && n > MAX_ROWS_WITHOUT_COUNTS ? metric.counts?.(rows) : undefined;
  const terms = counts ? undefined : metric.terms(rows);
  const sums = counts ?? (terms ? sumTerms(terms, rows.weights) : new Float64Array());
  const approximate = metric.fromSums(sums, rows);
  const value = metric.compute ? metric.compute(rows) : approximate;
  if (typeof value === 'string' || typeof approximate === 'string') return { value, n };
  const statistic = (drawnSums: Float64Array): Computed => metric.fromSums(drawnSums, rows);
  const interval = terms
    ? sumsInterval(terms, statistic, approximate, rows, settings)
    : countsInterval(sums, statistic, approximate, settings);
  return { value, n, interval: shifted(interval, value - approximate) };
}

/** Few rows are drawn themselves. */
const MAX_ROWS_WITHOUT_COUNTS = 5000;

/** The values of a function of counts on resamples of them. */
export function countsDraws(
  counts: Float64Array,
  statistic: (counts: Float64Array) => Computed,
  { resamples, seed }: Pick<MeasureSettings, 'resamples' | 'seed'>,
): Float64Array {
  return valuesOf(resampleCounts(counts, seededRandom(seed)), counts.length, statistic, resamples);
}

const countsInterval = (
  counts: Float64Array,
  statistic: (counts: Float64Array) => Computed,
  observed: number,
  settings: MeasureSettings,
): MadeInterval => ({
  bounds: bootstrapInterval(countsDraws(counts, statistic, settings), observed, settings.confidence),
  method: 'bootstrap-sums',
});

/** An interval around an approximation, moved to where the value is. */
const shifted = ({ bounds, ...rest }: MadeInterval, by: number): MadeInterval => ({
  ...rest,
  bounds: bounds && { low: bounds.low + by, high: bounds.high + by },
});

function valuesOf(
  draw: DrawSums,
  size: number,
  statistic: (sums: Float64Array) => Computed,
  resamples: number,
): Float64Array {
  const sums = new Float64Array(size);
  const values = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    draw(sums);
    const value = statistic(sums);
    values[round] = typeof value === 'number' ? value : Number.NaN;
  }
  return values;
}

function sumsInterval(
  terms: Terms,
  statistic: (sums: Float64Array) => Computed,
  observed: number,
  rows: EvaluationRows,
  settings: MeasureSettings,
): MadeInterval {
  const { resamples, seed } = settings;
  const { draw, exact } = resampleSums(terms, rows.weights, rows.clusters, resamples, seededRandom(seed));
  const draws = valuesOf(draw, terms.cells * terms.width, statistic, resamples);
  return {
    bounds: bootstrapInterval(draws, observed, drawnLevel(rows, settings.confidence)),
    method: drawn(exact ? 'bootstrap' : 'bootstrap-sums', rows),
  };
}

/** Each row's cell of the confusion matrix, as terms. */
export function confusionTerms({ labels, actual, predicted, count }: ClassRows): Terms {
  const size = labels.length;
  const cellOf = new Int32Array(count);
  for (let row = 0; row < count; row++) cellOf[row] = (actual[row] ?? 0) * size + (predicted[row] ?? 0);
  return { cells: size * size, width: 1, cellOf, values: new Float64Array(count).fill(1) };
}

function ofConfusion(metric: ConfusionMetric, rows: ClassRows, settings: MeasureSettings): Estimate {
  const confusion = confusionOf(rows);
  const value = metric.fromCells(confusion);
  const n = rows.count;
  if (typeof value === 'string') return { value, n };
  if (metric.share && !rows.clusters) {
    const [part, whole] = metric.share(confusion);
    // Weighted rows of a class count as many as carry the same information, at the rate of all rows.
    const mass = compensatedSum(confusion.cells.length, (cell) => confusion.cells[cell] ?? 0);
    const rate = mass > 0 ? effectiveRows(rows.count, rows.weights) / mass : 0;
    const bounds = wilson(part * rate, whole * rate, settings.confidence);
    return { value, n, interval: { bounds, method: 'wilson' } };
  }
  const simple = !rows.weights && !rows.clusters && confusion.cells.length <= MAX_DRAWN_CELLS;
  if (simple) return { value, n, interval: { ofCells: metric.fromCells } };
  const { size } = confusion;
  const ofSum = (cells: Float64Array): Computed => metric.fromCells({ size, cells });
  return { value, n, interval: sumsInterval(confusionTerms(rows), ofSum, value, rows, settings) };
}

const ROUNDING = 1e-12;

function areaOf(metric: RankMetric, rows: ClassRows): AreaEstimate | string {
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

function ofRank(metric: RankMetric, rows: ClassRows, level: number): Estimate {
  const estimated = areaOf(metric, rows);
  const n = rows.count;
  if (typeof estimated === 'string') return { value: estimated, n };
  const { value, standardError: error } = estimated;
  // A perfect order leaves nothing but rounding, and an interval of that width would claim certainty.
  const bounds = error > ROUNDING ? areaBounds(value, error, rows, level) : undefined;
  return { value, n, interval: { bounds, method: drawn('delong', rows) } };
}

function ofCurve<R extends EvaluationRows>(
  metric: CurveMetric<R>,
  rows: R,
  settings: MeasureSettings,
): Estimate {
  const value = metric.compute(rows);
  const n = rows.count;
  if (typeof value === 'string' || metric.interval === 'none') return { value, n };
  if (rows.count <= MAX_RESAMPLED_ROWS)
    return { value, n, interval: { ofWeights: (weights) => metric.compute(withWeights(rows, weights)) } };
  const error = batchError(onBatches(metric, rows, settings.seed));
  return {
    value,
    n,
    interval: {
      bounds: studentT(value, error, BATCHES - 1, settings.confidence),
      method: drawn('batches', rows),
    },
  };
}

/** A metric on each of the batches that rows are dealt into; NaN where it has no value. */
function onBatches<R extends EvaluationRows>(metric: CurveMetric<R>, rows: R, seed: number): number[] {
  return dealBatches(rows.count, rows.clusters, seededRandom(seed)).map((indexes) => {
    const batch: EvaluationRows = selectRows(rows, indexes);
    const value = metric.compute(batch as R);
    return typeof value === 'number' ? value : Number.NaN;
  });
}
