import { batchError, dealBatches } from '../stats/batches.ts';
import { clustersOf } from '../stats/clusters.ts';
import { pairedBootstrap, pairedCellBootstrap, type Resampling } from '../stats/paired-bootstrap.ts';
import { type PairedDifference, studentDifference } from '../stats/paired-difference.ts';
import { pairedEffects } from '../stats/paired-effects.ts';
import { pairedProportions } from '../stats/paired-proportions.ts';
import { pairedMeans } from '../stats/paired-t.ts';
import { seededRandom } from '../stats/random.ts';
import { sumTerms } from '../stats/resample-sums.ts';
import { computedValue, hasScores } from './computed-value.ts';
import { type Confusion, confusionTerms } from './confusion.ts';
import { MAX_RESAMPLED_ROWS } from './curve-estimate.ts';
import { rowResamples } from './measure.ts';
import {
  type Computed,
  type ConfusionMetric,
  type MeanMetric,
  type Metric,
  type MetricFor,
  metricFor,
  type RankMetric,
  type SumsMetric,
  type Terms,
} from './metric.ts';
import { type ClassRows, type EvaluationRows, withWeights } from './rows.ts';
import { selectRows } from './select-rows.ts';

/** Both models on the same rows, row for row; weights and clusters are the candidate's. */
export interface RowPair<R extends EvaluationRows = EvaluationRows> {
  readonly candidate: R;
  readonly baseline: R;
}

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
  const { candidate, baseline } = pair;
  if (candidate.task !== baseline.task) return undefined;
  const own = metricFor(metric, candidate);
  if (!own || (own.needs === 'scores' && !(hasScores(candidate) && hasScores(baseline)))) return undefined;
  const value = (rows: EvaluationRows): Computed => computedValue(metric, rows);
  return differenceOf(own, pair, { ...resampling, value });
}

/** How differences are drawn, and the metric's value on any rows. */
interface Drawing extends Resampling {
  readonly value: (rows: EvaluationRows) => Computed;
}

function differenceOf<R extends EvaluationRows>(
  metric: MetricFor<R>,
  pair: RowPair<R>,
  drawing: Drawing,
): PairedDifference | undefined {
  switch (metric.kind) {
    case 'mean':
      return meanDifference(metric, pair);
    case 'sums':
      return resampled(pair, drawing, sumsOfWeights(metric, pair));
    case 'curve':
      return resampled(pair, drawing, (weights) =>
        difference(
          metric.compute(withWeights(pair.candidate, weights)),
          metric.compute(withWeights(pair.baseline, weights)),
        ),
      );
    default:
      return classDifference(metric, pair as RowPair as RowPair<ClassRows>, drawing);
  }
}

/** The difference for weights of the rows; where sums only come near the value, it is computed itself. */
function sumsOfWeights<R extends EvaluationRows>(
  metric: SumsMetric<R>,
  { candidate, baseline }: RowPair<R>,
): (weights: Float64Array) => number {
  const { compute } = metric;
  if (compute)
    return (weights) =>
      difference(compute(withWeights(candidate, weights)), compute(withWeights(baseline, weights)));
  const [a, b] = [metric.terms(candidate), metric.terms(baseline)];
  return (weights) =>
    difference(
      metric.fromSums(sumTerms(a, weights), candidate),
      metric.fromSums(sumTerms(b, weights), baseline),
    );
}

function meanDifference<R extends EvaluationRows>(
  metric: MeanMetric<R>,
  { candidate, baseline }: RowPair<R>,
): PairedDifference | undefined {
  const a = metric.perRow(candidate);
  const b = metric.perRow(baseline);
  const { weights, clusters } = candidate;
  const missing = a.some((value, row) => Number.isNaN(value) || Number.isNaN(b[row]));
  if (metric.interval === 'wilson' && !weights && !clusters && !missing) return proportions(a, b);
  if (!missing) return pairedMeans(a, b, weights, clusters && clustersOf(clusters));
  // A row that either model has no value on says nothing about their difference.
  const known = a.map((value, row) =>
    Number.isNaN(value - (b[row] ?? Number.NaN)) ? 0 : (weights?.[row] ?? 1),
  );
  const finite = (values: Float64Array): Float64Array => values.map((value, row) => (known[row] ? value : 0));
  return pairedMeans(finite(a), finite(b), known, clusters && clustersOf(clusters));
}

function proportions(a: Float64Array, b: Float64Array): PairedDifference | undefined {
  const count = (wanted: number): number => a.filter((value, row) => value - (b[row] ?? 0) === wanted).length;
  return pairedProportions(count(1), count(-1), a.length);
}

/** Joint cells are as many as classes cubed. */
const MAX_JOINT_CLASSES = 10;

function classDifference(
  metric: ConfusionMetric | RankMetric,
  pair: RowPair<ClassRows>,
  drawing: Drawing,
): PairedDifference | undefined {
  const { candidate, baseline } = pair;
  if (metric.kind === 'rank') return rankDifference(metric, pair);
  const simple = !candidate.weights && !candidate.clusters && candidate.labels.length <= MAX_JOINT_CLASSES;
  if (simple) return cellDifference(metric.fromCells, pair, drawing);
  const size = candidate.labels.length;
  const value = (terms: Terms, weights: Float64Array): Computed =>
    metric.fromCells({ size, cells: sumTerms(terms, weights) });
  const [a, b] = [confusionTerms(candidate), confusionTerms(baseline)];
  return resampled(pair, drawing, (weights) => difference(value(a, weights), value(b, weights)));
}

function rankDifference(
  metric: RankMetric,
  { candidate, baseline }: RowPair<ClassRows>,
): PairedDifference | undefined {
  const a = metric.estimate(candidate);
  const b = metric.estimate(baseline);
  if (typeof a === 'string' || typeof b === 'string') return undefined;
  return pairedEffects(a, b, candidate.clusters && clustersOf(candidate.clusters));
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

/** By resampling rows, or where they are too many for that by the spread over batches of them. */
function resampled<R extends EvaluationRows>(
  { candidate, baseline }: RowPair<R>,
  { resamples, seed, value }: Drawing,
  ofWeights: (weights: Float64Array) => number,
): PairedDifference | undefined {
  if (candidate.count <= MAX_RESAMPLED_ROWS)
    return pairedBootstrap(candidate, ofWeights, {
      resamples: rowResamples(resamples, candidate.count),
      seed,
    });
  const values = dealBatches(candidate.count, candidate.clusters, seededRandom(seed)).map((indexes) =>
    difference(value(selectRows(candidate, indexes)), value(selectRows(baseline, indexes))),
  );
  const error = batchError(values);
  const change = difference(value(candidate), value(baseline));
  if (error === undefined || Number.isNaN(change)) return undefined;
  const estimated = { change, standardError: error, n: candidate.count, method: 'batches-paired' };
  return studentDifference(values.length - 1, estimated);
}
