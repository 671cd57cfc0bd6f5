import type { Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { defaultMetrics, metricByName, metricIds } from '../lib/metrics/catalog.ts';
import { hasScores } from '../lib/metrics/computed-value.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import type { EvaluationRows } from '../lib/metrics/rows.ts';
import type { Assembled } from './rows/assembled.ts';

/** The metrics the user named, or the task's own. @throws ActionError invalid-input for metrics of another task */
export function chooseMetrics(
  wanted: readonly string[],
  task: Task,
  { rows, ownMetrics = [] }: Assembled,
): readonly Metric[] {
  if (wanted.length === 0)
    return [...defaultMetrics(task, hasScores(rows)).filter(isDetermined(rows)), ...ownMetrics];
  const foreign = wanted.filter((name) => metricsNamed([name], task, ownMetrics).length === 0);
  if (foreign.length === 0) return metricsNamed(wanted, task, ownMetrics);
  const known = [...ownMetrics.map(({ id }) => id), ...metricIds(task)];
  throw new ActionError(
    'invalid-input',
    `metrics: ${foreign.join(', ')}: not of a ${task} task, which the data shows; those are ${known.join(', ')}`,
  );
}

/** Metrics that compare with the past of a series are no default where the past is not given. */
const isDetermined =
  (rows: EvaluationRows) =>
  ({ id }: Metric): boolean =>
    rows.task !== 'forecast' || rows.scales !== undefined || !['mase', 'rmsse'].includes(id);

/** The metrics by these names. */
const metricsNamed = (names: readonly string[], task: Task, own: readonly Metric[]): readonly Metric[] => [
  ...new Set(
    names.flatMap(
      (name) =>
        own.find(({ id, aliases }) => id === name || aliases.includes(name)) ??
        metricByName(name, task) ??
        [],
    ),
  ),
];
