import type { MetricsDocument, MetricValue, Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { defaultMetrics, metricIds } from '../lib/metrics/catalog.ts';
import { measure, resourceValue } from '../lib/metrics/measure.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { type EvaluationRows, selectRows } from '../lib/metrics/rows.ts';
import type { Verdict } from '../lib/verdict.ts';
import { type AssembledRows, assembleRows, type InvalidRow } from './assemble-rows.ts';
import type { Inputs } from './inputs.ts';
import type { Loaded } from './load.ts';
import { columnOf, numberAt, type Predictions, placeOf } from './predictions.ts';
import { findSlices, type Slice } from './slices.ts';
import { detectTask, labelOf } from './task.ts';

/** All that was found out about a model on a test set. */
export interface Evaluation {
  readonly task: Task;
  readonly predictions: Predictions;
  readonly rows: EvaluationRows;
  /** Index in the table for each row. */
  readonly source: Uint32Array;
  readonly invalid: readonly InvalidRow[];
  /** Weight of each row of the table. */
  readonly weights: Float64Array | undefined;
  /** Id of each row of the table. */
  readonly ids: readonly string[];
  readonly slices: readonly Slice[];
  readonly metrics: readonly MetricValue[];
  readonly excludedGroups: MetricsDocument['excludedGroups'];
  readonly verdict: Verdict;
  /** Why the verdict is not `pass`. */
  readonly reasons: readonly string[];
}

/** Measures a model. @throws ActionError for data that cannot be meant so; see `assembleRows` */
export function evaluate({ predictions, model, elapsedMs }: Loaded, inputs: Inputs): Evaluation {
  const task = inputs.task === 'auto' ? detectTask(predictions) : inputs.task;
  const weights = readWeights(predictions, inputs.weight);
  const ids = readIds(predictions, inputs.id);
  const assembled = assembleRows(predictions, { ...inputs, task, weights });
  refuseNoRows(predictions, assembled);
  const { rows, source, invalid } = assembled;

  const metrics = chosenMetrics(inputs.metrics, task, rows, model !== undefined, elapsedMs !== undefined);
  const slices = findSlices(inputs.slices, predictions.table, predictions.name, source);
  const measured = slices.filter((slice) => slice.rows.length >= inputs.minSliceRows);
  const overall = measure(metrics, rows, inputs);
  const resources = resourceValues(metrics, { sizeBytes: model?.sizeBytes, elapsedMs }, rows.count);
  const bySlice = measured.flatMap((slice) =>
    measure(metrics, selectRows(rows, slice.rows), inputs).map((value) => ({
      ...value,
      slice: { [slice.column]: slice.value },
    })),
  );
  const reasons = reasonsAgainst(inputs, invalid.length, [...overall, ...resources]);
  return {
    task,
    predictions,
    rows,
    source,
    invalid,
    weights,
    ids,
    slices,
    metrics: [...overall, ...resources, ...bySlice],
    excludedGroups: slices
      .filter((slice) => slice.rows.length < inputs.minSliceRows)
      .map((slice) => ({
        slice: { [slice.column]: slice.value },
        n: slice.rows.length,
        reason: `fewer than ${inputs.minSliceRows} rows (min-slice-rows)`,
      })),
    ...reasons,
  };
}

function refuseNoRows({ name, table }: Predictions, { rows, invalid }: AssembledRows): void {
  const [first] = invalid;
  if (rows.count > 0 || !first) return;
  throw new ActionError(
    'invalid-file',
    `${name}: none of its ${table.rowCount} rows can be used; the first: ${placeOf(table, name, first.row)}: column "${first.column}": ${first.problem}`,
  );
}

function readWeights({ table, name }: Predictions, column: string | undefined): Float64Array | undefined {
  if (column === undefined) return undefined;
  const weights = Float64Array.from(columnOf(table, name, column, 'weight'), (cell, row) => {
    const weight = numberAt(table, name, column, row, cell);
    if (weight >= 0) return weight;
    throw new ActionError(
      'invalid-file',
      `${placeOf(table, name, row)}: column "${column}": expected a weight of 0 or more, found ${cell === null || cell === '' ? 'no value' : String(cell)}`,
    );
  });
  if (!weights.some((weight) => weight > 0))
    throw new ActionError('invalid-file', `${name}: column "${column}": all weights are 0`);
  return weights;
}

/** The id column's texts, or the rows' numbers from 0. */
function readIds({ table, name }: Predictions, column: string | undefined): readonly string[] {
  if (column === undefined) return Array.from({ length: table.rowCount }, (_, row) => String(row));
  const firstRow = new Map<string, number>();
  return columnOf(table, name, column, 'id').map((cell, row) => {
    const id = cell === null ? '' : String(cell);
    if (id === '')
      throw new ActionError('invalid-file', `${placeOf(table, name, row)}: column "${column}": no id`);
    const earlier = firstRow.get(id);
    if (earlier !== undefined)
      throw new ActionError(
        'invalid-file',
        `${placeOf(table, name, row)}: column "${column}": the id "${id.slice(0, 80)}" is that of ${placeOf(table, name, earlier)} too; ids must be unique`,
      );
    firstRow.set(id, row);
    return id;
  });
}

/** The metrics the user named, or the task's own. @throws ActionError invalid-input for metrics of another task */
function chosenMetrics(
  wanted: readonly Metric[],
  task: Task,
  rows: EvaluationRows,
  hasModel: boolean,
  wasRun: boolean,
): readonly Metric[] {
  const hasScores = rows.task !== 'regression' && rows.scores !== undefined;
  if (wanted.length === 0)
    return defaultMetrics(task, { scores: hasScores, model: hasModel }).filter(
      ({ id }) => wasRun || id !== LATENCY,
    );
  const foreign = wanted.filter(({ tasks }) => !tasks.some((own) => own === task));
  if (foreign.length === 0) return wanted;
  throw new ActionError(
    'invalid-input',
    `metrics: ${foreign.map(({ id }) => id).join(', ')}: not of a ${task} task, which the data shows; those are ${metricIds(task).join(', ')}`,
  );
}

const LATENCY = 'latency_ms_per_1000_rows';

function resourceValues(
  metrics: readonly Metric[],
  {
    sizeBytes,
    elapsedMs,
  }: { readonly sizeBytes: number | undefined; readonly elapsedMs: number | undefined },
  rows: number,
): MetricValue[] {
  const values: ReadonlyMap<string, number | undefined> = new Map([
    ['model_size_bytes', sizeBytes],
    [LATENCY, elapsedMs === undefined ? undefined : (elapsedMs / rows) * 1000],
  ]);
  return metrics
    .filter(({ kind }) => kind === 'resource')
    .map((metric) => resourceValue(metric, values.get(metric.id), rows));
}

function reasonsAgainst(
  { metrics, maxInvalidRows }: Inputs,
  invalidRows: number,
  overall: readonly MetricValue[],
): Pick<Evaluation, 'verdict' | 'reasons'> {
  const reasons: string[] = [];
  if (invalidRows > maxInvalidRows)
    reasons.push(
      `${invalidRows} rows have no usable label or prediction; ${maxInvalidRows} are tolerated (max-invalid-rows)`,
    );
  const asked = new Set(metrics.map(({ id }) => id));
  const missing = overall.filter(({ name, value }) => value === null && asked.has(name));
  for (const { name, undefined: why } of missing)
    reasons.push(`${name} cannot be computed: ${why ?? 'no value'}`);
  if (invalidRows > maxInvalidRows) return { verdict: 'fail', reasons };
  return { verdict: missing.length > 0 ? 'inconclusive' : 'pass', reasons };
}

/** The text or number a row is known by in documents: labels as texts, values of a regression as numbers. */
export const documentLabel = (
  { task, predictions }: Evaluation,
  row: number,
): string | number | undefined => {
  const cell = predictions.actual[row];
  if (task !== 'regression') return labelOf(cell);
  const value = cell === null || cell === '' || cell === undefined ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : undefined;
};
