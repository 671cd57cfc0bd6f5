import type { Fairness, MetricsDocument, MetricValue } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { fairnessOf } from '../lib/fairness/fairness-of.ts';
import { crossGroups } from '../lib/fairness/groups.ts';
import { defaultMetrics, metricIds } from '../lib/metrics/catalog.ts';
import { hasScores } from '../lib/metrics/computed-value.ts';
import { seriesWithoutScale } from '../lib/metrics/forecast/scaled-errors.ts';
import { measure } from '../lib/metrics/measure.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { queriesWithoutRelevant } from '../lib/metrics/ranking/ties.ts';
import { type EvaluationRows, isClassRows } from '../lib/metrics/rows.ts';
import { selectRows } from '../lib/metrics/select-rows.ts';
import { rougeWarning } from '../lib/metrics/text/rouge.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import type { Verdict } from '../lib/verdict.ts';
import { assemble } from './assemble.ts';
import { columnOf, labelsOf } from './columns.ts';
import { type Comparison, compareWithBaseline } from './compare-baseline.ts';
import { costValues } from './cost-metrics.ts';
import { type Inputs, metricsNamed } from './inputs.ts';
import type { Loaded } from './load.ts';
import type { Predictions } from './predictions.ts';
import { type RowIds, readIds } from './row-ids.ts';
import { readWeights } from './row-weights.ts';
import type { Assembled } from './rows/assembled.ts';
import type { InvalidRow } from './rows/kept-rows.ts';
import { findSlices, groupsOf, type Slice } from './slices.ts';
import { suspects, suspicion } from './sources/model-files.ts';
import type { Scored } from './sources/scored.ts';
import { detectTask, type FoundTask } from './task.ts';

/** All that was found out about a model on a test set. */
export interface Evaluation {
  readonly task: FoundTask;
  readonly predictions: Predictions;
  readonly assembled: Assembled;
  /** Weight of each row of the table. */
  readonly weights: Float64Array | undefined;
  readonly ids: RowIds;
  readonly slices: readonly Slice[];
  /** Metrics that rows determine, as they were chosen. */
  readonly chosen: readonly Metric[];
  readonly metrics: readonly MetricValue[];
  readonly excludedGroups: MetricsDocument['excludedGroups'];
  readonly fairness: readonly Fairness[];
  readonly comparison: Comparison | undefined;
  readonly verdict: Verdict;
  /** Why the verdict is not `pass`. */
  readonly reasons: readonly string[];
  /** What people should know, though it fails nothing. */
  readonly notes: readonly string[];
}

/** Measures a model. @throws ActionError for data that cannot be meant so; see `assemble` */
export function evaluate({ scored, baseline, training }: Loaded, inputs: Inputs): Evaluation {
  const { predictions } = scored;
  const { table } = predictions;
  const task: FoundTask =
    inputs.task === 'auto' ? detectTask(predictions, inputs) : { task: inputs.task, reason: '' };
  const weights = readWeights(table, inputs.columns.weight);
  const clusters = readClusters(predictions, inputs);
  const ids = readIds(table, inputs.columns, task.task);
  const options = { ...inputs, weights, clusters };
  const assembled = assemble(task.task, predictions, options, training);
  refuseNoRows(predictions, assembled);
  const { rows, source } = assembled;

  const chosen = chosenMetrics(inputs.metrics, task, assembled);
  const slices = findSlices(inputs.slices, table, source);
  const large = slices.filter((slice) => slice.rows.length >= inputs.minSliceRows);
  const overall = measure(chosen, rows, inputs);
  const cost = costValues(scored.cost, rows.count, inputs.metrics.length > 0 ? chosen : []);
  const bySlice = large.flatMap((slice) =>
    measure(chosen, selectRows(rows, slice.rows), inputs).map((value) => ({ ...value, slice: slice.of })),
  );
  const comparison =
    baseline &&
    compareWithBaseline(
      { predictions, assembled, ids, metrics: chosen, slices: large, cost: scored.cost },
      baseline,
      inputs,
      (own) => assemble(task.task, own, options, training),
    );
  const measured = [...overall, ...cost];
  return {
    task,
    predictions,
    assembled,
    weights,
    ids,
    slices,
    chosen,
    metrics: [...measured, ...bySlice],
    excludedGroups: smallSlices(slices, inputs.minSliceRows),
    fairness: fairness(inputs, predictions, assembled),
    comparison,
    notes: [
      ...scored.notes,
      ...(assembled.notes ?? []),
      ...notesOn(rows),
      ...(comparison?.notes ?? []),
      ...trusted(inputs, scored),
    ],
    ...judge(inputs, scored, assembled, measured),
  };
}

const smallSlices = (slices: readonly Slice[], least: number): Evaluation['excludedGroups'] =>
  slices
    .filter(({ rows }) => rows.length < least)
    .map(({ of, rows }) => ({
      slice: of,
      n: rows.length,
      reason: `fewer than ${least} rows (min-slice-rows)`,
    }));

/** Groups of the sensitive columns, one or the product of two. */
function fairness(
  { fairness: requests, minSliceRows, ...settings }: Inputs,
  { table }: Predictions,
  { rows, source }: Assembled,
): readonly Fairness[] {
  if (requests.length === 0) return [];
  if (!isClassRows(rows) && rows.task !== 'regression')
    throw new ActionError(
      'invalid-input',
      `fairness: groups are compared in binary, multiclass and regression tasks, and this is a ${rows.task} task`,
    );
  return requests.map(({ parts }) => {
    const [first, second] = parts.map((part) => groupsOf(part, table, source, 'fairness'));
    if (!first) throw new ActionError('invalid-input', 'fairness: no column is named');
    const groups = second ? crossGroups(first, second) : first;
    return fairnessOf(rows, groups, { ...settings, minGroupRows: minSliceRows });
  });
}

function readClusters({ table }: Predictions, { columns }: Inputs): Int32Array | undefined {
  if (columns.cluster === undefined) return undefined;
  const { codes } = labelsOf(columnOf(table, columns.cluster, 'cluster'));
  const without = codes.indexOf(-1);
  if (without < 0) return codes;
  throw new ActionError(
    'invalid-file',
    `${placeText(table, without)}: column "${columns.cluster}": no cluster; rows that belong to none get one of their own`,
  );
}

function refuseNoRows({ table }: Predictions, { rows, invalid }: Assembled): void {
  const [first] = invalid;
  if (rows.count > 0 || !first) return;
  throw new ActionError(
    'invalid-file',
    `${table.name}: none of its ${table.rowCount} rows can be used; the first: ${invalidText(table, first)}`,
  );
}

/** Where a row is that cannot be used, and why; NaN and infinity by the name they go by there. */
function invalidText(table: DataTable, { row, column, problem }: InvalidRow): string {
  const cell = table.column(column);
  const found = cell && textAt(cell, row);
  const about = found === undefined || found.trim() === '' ? '' : `, found "${found.slice(0, 80)}"`;
  return `${placeText(table, row)}: column "${column}": ${problem}${about}`;
}

/** The metrics the user named, or the task's own. @throws ActionError invalid-input for metrics of another task */
function chosenMetrics(
  wanted: readonly string[],
  { task }: FoundTask,
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

/** What was found in model files that are trusted all the same. */
const trusted = ({ modelScan }: Inputs, { modelFiles = [] }: Scored): readonly string[] =>
  modelScan === 'warn' ? suspects(modelFiles).map(suspicion) : [];

/** What rows leave out without failing, which people should know. */
function notesOn(rows: EvaluationRows): readonly string[] {
  if (rows.task === 'text') return [rougeWarning(rows)].filter((note) => note !== undefined);
  if (rows.task === 'ranking') {
    const without = queriesWithoutRelevant(rows);
    return without > 0
      ? [`${without} of ${rows.count} queries have no relevant item and count in no metric`]
      : [];
  }
  if (rows.task !== 'forecast' || !rows.scales) return [];
  const without = seriesWithoutScale(rows);
  return without.length > 0
    ? [
        `mase and rmsse leave out ${without.length} series without a past to compare with: ${without.slice(0, 5).join(', ')}`,
      ]
    : [];
}

function judge(
  inputs: Inputs,
  { modelFiles = [], predictions: { table } }: Scored,
  { invalid: [first], invalidCount }: Assembled,
  overall: readonly MetricValue[],
): Pick<Evaluation, 'verdict' | 'reasons'> {
  const failed = [
    ...(invalidCount > inputs.maxInvalidRows
      ? [
          `${formatQuantity(invalidCount, 'row')} without a usable label or prediction; ${inputs.maxInvalidRows} are tolerated (max-invalid-rows)${first ? `; the first: ${invalidText(table, first)}` : ''}`,
        ]
      : []),
    ...(inputs.modelScan === 'fail' ? suspects(modelFiles).map(suspicion) : []),
  ];
  const asked = inputs.metrics.length > 0 ? overall : [];
  const undecided = asked.flatMap(({ name, value, undefined: why }) =>
    value === null ? [`${name} cannot be computed: ${why ?? 'no value'}`] : [],
  );
  const verdict = failed.length > 0 ? 'fail' : undecided.length > 0 ? 'inconclusive' : 'pass';
  return { verdict, reasons: [...failed, ...undecided] };
}
