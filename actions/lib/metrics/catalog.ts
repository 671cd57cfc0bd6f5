import type { Task } from '../documents/metrics.ts';
import { classMetrics } from './class-metrics.ts';
import { forecastMetrics } from './forecast/catalog.ts';
import type { Metric } from './metric.ts';
import { labelSetMetrics } from './multilabel/catalog.ts';
import { numberMetrics } from './number-metrics.ts';
import { rankingMetrics } from './ranking/catalog.ts';
import { resourceMetrics } from './resources.ts';
import { textMetrics } from './text/catalog.ts';

/** Every metric there is. A new one is a file (or an entry of a file's table) and a line in its task's list. */
export const METRICS: readonly Metric[] = [
  ...classMetrics,
  ...numberMetrics,
  ...labelSetMetrics,
  ...rankingMetrics,
  ...forecastMetrics,
  ...textMetrics,
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
    'brier_reliability',
    'brier_resolution',
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
  multilabel: [
    'f1_micro',
    'f1_macro',
    'f1_weighted',
    'f1_samples',
    'precision_micro',
    'recall_micro',
    'accuracy',
    'hamming_loss',
    'jaccard_samples',
    'roc_auc_macro',
    'average_precision_macro',
    'label_ranking_average_precision',
    'label_ranking_loss',
    'coverage_error',
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
  ranking: [
    'ndcg_at_10',
    'ndcg',
    'map_at_10',
    'mrr',
    'precision_at_5',
    'precision_at_10',
    'recall_at_5',
    'recall_at_10',
    'hit_rate_at_10',
  ],
  forecast: [
    'mae',
    'rmse',
    'wape',
    'mape',
    'smape',
    'absolute_bias',
    'mase',
    'rmsse',
    'mean_quantile_loss',
    'scaled_crps',
    'interval_coverage',
    'interval_width',
  ],
  text: ['exact_match', 'token_f1', 'rouge1', 'rouge2', 'rouge_l', 'bleu', 'chrf', 'wer', 'cer'],
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
