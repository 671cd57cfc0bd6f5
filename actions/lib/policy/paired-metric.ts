import { type Confusion, confusionOf } from '../metrics/confusion.ts';
import { measure, rowResamples } from '../metrics/measure.ts';
import { type ClassMetric, type Computed, isClassMetric, type Metric } from '../metrics/metric.ts';
import { type ClassRows, type EvaluationRows, type NumberRows, withWeights } from '../metrics/rows.ts';
import { pairedBootstrap, pairedCellBootstrap, type Resampling } from '../stats/paired-bootstrap.ts';
import type { PairedDifference } from '../stats/paired-difference.ts';
import { pairedEffects } from '../stats/paired-effects.ts';
import { pairedProportions } from '../stats/paired-proportions.ts';
import { pairedMeans } from '../stats/paired-t.ts';

/** Both models on the same rows, row for row. */
export interface RowPair<R extends EvaluationRows = EvaluationRows> {
  readonly candidate: R;
  readonly baseline: R;
}

const isClassPair = (pair: RowPair): pair is RowPair<ClassRows> =>
  pair.candidate.task !== 'regression' && pair.baseline.task !== 'regression';

const isNumberPair = (pair: RowPair): pair is RowPair<NumberRows> =>
  pair.candidate.task === 'regression' && pair.baseline.task === 'regression';

/**
 * Candidate minus baseline of a metric on the same rows, by the method that fits the metric's kind.
 *
 * @returns `undefined` where rows do not determine the metric or it has no value on them
 */
export function pairedMetric(
  metric: Metric,
  pair: RowPair,
  resampling: Resampling,
): PairedDifference | undefined {
  if (metric.kind === 'resource') return undefined;
  if (isClassMetric(metric)) return isClassPair(pair) ? classDifference(metric, pair, resampling) : undefined;
  if (!isNumberPair(pair)) return undefined;
  if (metric.kind === 'mean')
    return pairedMeans(metric.perRow(pair.candidate), metric.perRow(pair.baseline), pair.candidate.weights);
  return resampled(pair, metric.compute, resampling);
}

function classDifference(
  metric: ClassMetric,
  pair: RowPair<ClassRows>,
  resampling: Resampling,
): PairedDifference | undefined {
  const { candidate, baseline } = pair;
  if (metric.needs === 'scores' && !(candidate.scores && baseline.scores)) return undefined;
  switch (metric.kind) {
    case 'mean': {
      const a = metric.perRow(candidate);
      const b = metric.perRow(baseline);
      return metric.interval === 'wilson' && candidate.weights === undefined
        ? proportions(a, b)
        : pairedMeans(a, b, candidate.weights);
    }
    case 'rank': {
      const a = metric.estimate(candidate);
      const b = metric.estimate(baseline);
      return typeof a === 'string' || typeof b === 'string' ? undefined : pairedEffects(a, b);
    }
    case 'confusion':
      return candidate.weights === undefined && candidate.labels.length <= 10
        ? cellDifference(metric.fromCells, pair, resampling)
        : resampled(pair, (rows) => metric.fromCells(confusionOf(rows)), resampling);
    case 'curve':
      return resampled(pair, metric.compute, resampling);
    default:
      return metric satisfies never;
  }
}

function proportions(a: Float64Array, b: Float64Array): PairedDifference | undefined {
  const count = (wanted: number): number => a.filter((value, row) => value - (b[row] ?? 0) === wanted).length;
  return pairedProportions(count(1), count(-1), a.length);
}

const difference = (a: Computed, b: Computed): number =>
  typeof a === 'string' || typeof b === 'string' ? Number.NaN : a - b;

/** Joint cells are (true label, candidate's label, baseline's label); each model's table is a margin of them. */
function cellDifference(
  metric: (confusion: Confusion) => Computed,
  { candidate, baseline }: RowPair<ClassRows>,
  resampling: Resampling,
): PairedDifference | undefined {
  const size = candidate.labels.length;
  const joint = new Float64Array(size ** 3);
  for (let row = 0; row < candidate.count; row++) {
    const cell =
      ((candidate.actual[row] ?? 0) * size + (candidate.predicted[row] ?? 0)) * size +
      (baseline.predicted[row] ?? 0);
    joint[cell] = (joint[cell] ?? 0) + 1;
  }
  return pairedCellBootstrap(
    joint,
    (counts) => {
      const a = new Float64Array(size * size);
      const b = new Float64Array(size * size);
      for (const [cell, count] of counts.entries()) {
        const forA = Math.floor(cell / size);
        const forB = Math.floor(forA / size) * size + (cell % size);
        a[forA] = (a[forA] ?? 0) + count;
        b[forB] = (b[forB] ?? 0) + count;
      }
      return difference(metric({ size, cells: a }), metric({ size, cells: b }));
    },
    resampling,
  );
}

function resampled<R extends EvaluationRows>(
  { candidate, baseline }: RowPair<R>,
  metric: (rows: R) => Computed,
  { resamples, seed }: Resampling,
): PairedDifference | undefined {
  return pairedBootstrap(
    candidate.count,
    candidate.weights,
    (weights) => difference(metric(withWeights(candidate, weights)), metric(withWeights(baseline, weights))),
    { resamples: rowResamples(resamples, candidate.count), seed },
  );
}

/** A metric's value on rows; the reason when it has none. */
export function metricOnRows(metric: Metric, rows: EvaluationRows): Computed {
  const [measured] = measure([metric], rows, { confidence: 0.95, resamples: 0, seed: 0 });
  return measured?.value ?? measured?.undefined ?? 'rows do not determine it';
}
