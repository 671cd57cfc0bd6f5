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

/** Names in any case; `-` and blanks count as `_`. */
const spelled = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[-\s]+/g, '_');

const BY_NAME: ReadonlyMap<string, readonly { readonly metric: Metric }[]> = Map.groupBy(
  METRICS.flatMap((metric) => [metric.id, ...metric.aliases].map((name) => ({ name, metric }))),
  ({ name }) => name,
);

/** Whether a metric is one of a task. */
export const isOfTask = (metric: Metric, task: Task): boolean => metric.tasks.some((own) => own === task);

/**
 * The metric with this id or alias, in any case; `-` and blanks count as `_`. Tasks may share names (`rmse` of a
 * regression and of a forecast): without a task it is the first of them.
 */
export function metricByName(name: string, task?: Task): Metric | undefined {
  const found = BY_NAME.get(spelled(name)) ?? [];
  return found.find(({ metric }) => task === undefined || isOfTask(metric, task))?.metric;
}

/** All ids of metrics of a task. */
export const metricIds = (task: Task): readonly string[] =>
  METRICS.filter((metric) => isOfTask(metric, task)).map(({ id }) => id);

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
  multilabel: [],
  ranking: [],
  forecast: [],
  text: [],
  scores: [],
};

/**
 * The metrics of a task that are computed when the user names none, without those that need probabilities
 * where there are none. The first is the primary one.
 */
export const defaultMetrics = (task: Task, scores: boolean): readonly Metric[] =>
  DEFAULTS[task]
    .map((name) => metricByName(name, task))
    .filter((metric) => metric !== undefined)
    .filter(({ needs }) => needs !== 'scores' || scores);
