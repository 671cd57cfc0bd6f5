import type { Task } from '../documents/metrics.ts';
import { accuracy, balancedAccuracy } from './accuracy.ts';
import { cohenKappa, matthewsCorrcoef } from './agreement.ts';
import { averagePrecision } from './average-precision.ts';
import { calibrationError } from './calibration-error.ts';
import type { Metric } from './metric.ts';
import { averagedMetrics, positiveClassMetrics } from './precision-recall.ts';
import { brierScore, logLoss, topKAccuracy } from './probability-loss.ts';
import { regressionFit } from './regression-fit.ts';
import { regressionMeans } from './regression-means.ts';
import { resourceMetrics } from './resources.ts';
import { rocAuc, rocAucOvrMacro, rocAucOvrWeighted } from './roc-auc.ts';

/** Every metric there is. A new one is a file (or an entry of a file's table) and a line here. */
export const METRICS: readonly Metric[] = [
  accuracy,
  balancedAccuracy,
  ...positiveClassMetrics,
  ...averagedMetrics,
  matthewsCorrcoef,
  cohenKappa,
  rocAuc,
  rocAucOvrMacro,
  rocAucOvrWeighted,
  averagePrecision,
  logLoss,
  brierScore,
  calibrationError,
  topKAccuracy,
  ...regressionMeans,
  ...regressionFit,
  ...resourceMetrics,
];

const BY_NAME: ReadonlyMap<string, Metric> = new Map(
  METRICS.flatMap((metric) => [metric.id, ...metric.aliases].map((name) => [name, metric] as const)),
);

/** The metric with this id or alias, in any case; `-` and blanks count as `_`. */
export const metricByName = (name: string): Metric | undefined =>
  BY_NAME.get(
    name
      .trim()
      .toLowerCase()
      .replace(/[-\s]+/g, '_'),
  );

/** All ids of metrics of a task. */
export const metricIds = (task: Task): readonly string[] =>
  METRICS.filter((metric) => metric.tasks.some((own) => own === task)).map(({ id }) => id);

const ALWAYS = ['model_size_bytes', 'latency_ms_per_1000_rows'];

const DEFAULTS: Readonly<Record<Task, readonly string[]>> = {
  binary: [
    'roc_auc',
    'average_precision',
    'accuracy',
    'balanced_accuracy',
    'precision',
    'recall',
    'specificity',
    'f1',
    'matthews_corrcoef',
    'cohen_kappa',
    'log_loss',
    'brier_score',
    'ece',
  ],
  multiclass: [
    'accuracy',
    'balanced_accuracy',
    'f1_macro',
    'f1_micro',
    'f1_weighted',
    'precision_macro',
    'recall_macro',
    'matthews_corrcoef',
    'cohen_kappa',
    'roc_auc_ovr_macro',
    'roc_auc_ovr_weighted',
    'log_loss',
    'brier_score',
    'ece',
    'top_k_accuracy',
  ],
  regression: [
    'mean_absolute_error',
    'root_mean_squared_error',
    'mean_squared_error',
    'median_absolute_error',
    'r2',
    'explained_variance',
    'mean_absolute_percentage_error',
    'max_error',
  ],
};

/**
 * The metrics of a task that are computed when the user names none: without those that need probabilities
 * where there are none, and without the model's own where no model was run. The first is the primary one.
 */
export function defaultMetrics(
  task: Task,
  available: { readonly scores: boolean; readonly model: boolean },
): readonly Metric[] {
  return [...DEFAULTS[task], ...ALWAYS]
    .map(metricByName)
    .filter((metric) => metric !== undefined)
    .filter(({ needs }) => (needs === 'scores' ? available.scores : needs === 'labels' || available.model));
}
