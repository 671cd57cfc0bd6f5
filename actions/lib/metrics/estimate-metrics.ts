import { hasScores, noScores } from './computed-value.ts';
import { estimateConfusion } from './confusion-estimate.ts';
import { estimateCurve } from './curve-estimate.ts';
import type { Estimate, MeasureSettings } from './made-interval.ts';
import { estimateMean } from './mean-estimate.ts';
import {
  type ConfusionMetric,
  type CurveMetric,
  type MeanMetric,
  type Metric,
  type MetricFor,
  metricFor,
  type RankMetric,
  type SumsMetric,
} from './metric.ts';
import { estimateRank } from './rank-estimate.ts';
import type { ClassRows, EvaluationRows } from './rows.ts';
import { estimateSums } from './sums-estimate.ts';

/** A metric, and what it is on some rows. */
export interface Measured {
  readonly metric: Metric;
  readonly estimated: Estimate;
}

/** The values of metrics on rows, in their order, each by the way of its kind; those of other tasks are left out. */
export function estimateMetrics<R extends EvaluationRows>(
  metrics: readonly Metric[],
  rows: R,
  settings: MeasureSettings,
): readonly Measured[] {
  const owns = metrics.flatMap((metric) => {
    const own = metricFor(metric, rows);
    return own ? [{ metric, own }] : [];
  });
  const usable = owns.filter(({ own }) => own.needs !== 'scores' || hasScores(rows));
  const sums = usable.map(({ own }) => own).filter((own): own is SumsMetric<R> => own.kind === 'sums');
  const estimates = new Map<MetricFor<R>, Estimate>(estimateSums(sums, rows, settings));
  for (const { own } of usable) if (own.kind !== 'sums') estimates.set(own, estimateOne(own, rows, settings));
  const without: Estimate = { value: noScores(rows), n: rows.count };
  return owns.map(({ metric, own }) => ({ metric, estimated: estimates.get(own) ?? without }));
}

function estimateOne<R extends EvaluationRows>(
  metric: MeanMetric<R> | CurveMetric<R> | ConfusionMetric | RankMetric,
  rows: R,
  settings: MeasureSettings,
): Estimate {
  // Only rows of classes have metrics of the last two kinds.
  const classes = rows as EvaluationRows as ClassRows;
  switch (metric.kind) {
    case 'mean':
      return estimateMean(metric, rows, settings.confidence);
    case 'curve':
      return estimateCurve(metric, rows, settings);
    case 'rank':
      return estimateRank(metric, classes, settings.confidence);
    case 'confusion':
      return estimateConfusion(metric, classes, settings.confidence);
    default:
      return metric satisfies never;
  }
}
