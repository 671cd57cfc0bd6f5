import { weightedMean } from '../stats/mean.ts';
import { sumTerms } from '../stats/resample-sums.ts';
import { confusionOf } from './confusion.ts';
import {
  type Computed,
  type ConfusionMetric,
  type MeanMetric,
  type Metric,
  metricFor,
  type RankMetric,
} from './metric.ts';
import { areaOf } from './rank-estimate.ts';
import { type ClassRows, type EvaluationRows, isClassRows } from './rows.ts';

/** Whether rows hold what metrics with `needs: scores` are computed from. */
export function hasScores(rows: EvaluationRows): boolean {
  if (rows.task === 'forecast') return rows.quantiles.length > 0;
  if (isClassRows(rows) || rows.task === 'multilabel') return rows.scores !== undefined;
  return true;
}

/** Why metrics with `needs: scores` have no value. */
export const noScores = ({ task }: EvaluationRows): string =>
  task === 'forecast' ? 'no quantiles were given' : 'no probabilities were given';

/** Why a mean has no value. */
export const noValue = <R extends EvaluationRows>({ missing }: MeanMetric<R>, { count }: R): string =>
  count > 0 ? (missing ?? 'no row has a value') : 'no rows';

/** Values of rows that have one; the others are 0 and carry no weight. */
export function withoutMissing(
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
