import { type ClassCurves, classCurves } from './curves-classes.ts';
import { type ForecastCurves, forecastCurves } from './curves-forecast.ts';
import { type LabelSetCurves, labelSetCurves } from './curves-label-sets.ts';
import { type LatencyCurve, latencyCurve } from './curves-latency.ts';
import { type NumberCurves, numberCurves } from './curves-numbers.ts';
import { type RankingCurves, rankingCurves } from './curves-ranking.ts';
import { scoreColumnCurves, textCurves, type ValueCurves } from './curves-values.ts';
import type { Metric } from './metric.ts';
import { type EvaluationRows, isClassRows } from './rows.ts';

type TaskCurves = ClassCurves | LabelSetCurves | NumberCurves | RankingCurves | ForecastCurves | ValueCurves;

/** `curves.json`: everything the plots need about some rows, small enough to keep. */
export type Curves = TaskCurves & {
  /** How long requests or runs took, where that was measured. */
  readonly latency?: LatencyCurve;
};

/** What curves need to know beside the rows. */
export interface CurveOptions {
  /** The score from which a row counts as positive, where labels were decided so. */
  readonly threshold?: number | undefined;
  /** Nominal coverage of the intervals of bins; 0.95 when absent. */
  readonly confidence?: number;
  /** A second model on the same rows. */
  readonly baseline?: { readonly name: string; readonly rows: EvaluationRows } | undefined;
  /** What is measured: of texts the values of each row are drawn. */
  readonly metrics?: readonly Metric[];
  /** Milliseconds of each request or run. */
  readonly latencies?: Float64Array | undefined;
}

/** What the plots of some rows are drawn from: one pass or two over the rows, and the order of scores that is kept. */
export function curvesOf(rows: EvaluationRows, options: CurveOptions = {}): Curves {
  const latency = options.latencies && latencyCurve(options.latencies);
  return { ...taskCurves(rows, options), ...(latency && { latency }) };
}

function taskCurves(rows: EvaluationRows, options: CurveOptions): TaskCurves {
  const { baseline } = options;
  if (isClassRows(rows))
    return classCurves(rows, {
      threshold: options.threshold,
      confidence: options.confidence ?? 0.95,
      baseline: baseline && isClassRows(baseline.rows) ? { ...baseline, rows: baseline.rows } : undefined,
    });
  switch (rows.task) {
    case 'multilabel':
      return labelSetCurves(rows);
    case 'regression':
      return numberCurves(rows);
    case 'ranking':
      return rankingCurves(
        rows,
        baseline?.rows.task === 'ranking' ? { name: baseline.name, rows: baseline.rows } : undefined,
      );
    case 'forecast':
      return forecastCurves(rows);
    case 'text':
      return textCurves(rows, options.metrics ?? []);
    case 'scores':
      return scoreColumnCurves(rows);
    default:
      return rows satisfies never;
  }
}
