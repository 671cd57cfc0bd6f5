import { weightedMean } from '../stats/mean.ts';
import { withoutMissing } from './computed-value.ts';
import { type Histogram, histogramOf, rangeOf } from './curves-histogram.ts';
import { type Metric, metricFor } from './metric.ts';
import type { ScoreRows, TextRows } from './rows.ts';

/** Values of rows under one name, NaN where a row has none. */
interface NamedValues {
  readonly name: string;
  readonly values: Float64Array;
}

/** `curves.json`: what the plots of texts and of ready-made scores are drawn from. */
export interface ValueCurves {
  readonly task: 'text' | 'scores';
  /** Rows by the value that a metric gives each of them; the mean is the metric. */
  readonly values: readonly (Histogram & { readonly name: string; readonly mean: number })[];
}

/** Metrics or columns beyond these are not drawn. */
const MAX_COLUMNS = 12;

/** The curves of generated texts: of each metric that is a mean over rows. */
export const textCurves = (rows: TextRows, metrics: readonly Metric[]): ValueCurves =>
  valueCurves(
    rows,
    metrics.flatMap((metric) => {
      const own = metricFor(metric, rows);
      return own?.kind === 'mean' ? [{ name: own.id, values: own.perRow(rows) }] : [];
    }),
  );

/** The curves of ready-made scores: of each column. */
export const scoreColumnCurves = (rows: ScoreRows): ValueCurves =>
  valueCurves(
    rows,
    rows.names.map((name, at) => ({ name, values: rows.values[at] ?? new Float64Array() })),
  );

function valueCurves({ task, weights }: TextRows | ScoreRows, columns: readonly NamedValues[]): ValueCurves {
  return {
    task,
    values: columns.slice(0, MAX_COLUMNS).flatMap(({ name, values }) => {
      const range = rangeOf(
        values.filter((value) => !Number.isNaN(value)),
        0,
      );
      const known = withoutMissing(values, weights);
      const mean = weightedMean(known.values, known.weights);
      return range ? [{ name, mean, ...histogramOf(values, unitRange(range)) }] : [];
    }),
  };
}

/** From 0 to 1 where all values are shares, so that the plots of several can be compared. */
const unitRange = ({ from, to }: Pick<Histogram, 'from' | 'to'>): Pick<Histogram, 'from' | 'to'> =>
  from >= -0.011 && to <= 1.011 ? { from: 0, to: 1 } : { from, to };
