import type { Fairness, MetricsDocument, MetricValue, ModelFileScan } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { measure } from '../lib/metrics/measure.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { selectRows } from '../lib/metrics/select-rows.ts';
import { placeText } from '../lib/tabular/data-table.ts';
import type { Verdict } from '../lib/verdict.ts';
import { assemble } from './assemble.ts';
import { chooseMetrics } from './choose-metrics.ts';
import { columnOf, labelsOf } from './columns.ts';
import { type Comparison, compareWithBaseline } from './compare-baseline.ts';
import { compareGroups } from './compare-groups.ts';
import { costValues } from './cost-metrics.ts';
import type { Inputs } from './inputs.ts';
import { judge, refuseNoRows, trustedFiles } from './judge.ts';
import type { Loaded } from './load.ts';
import { notesOn } from './notes.ts';
import type { Predictions } from './predictions.ts';
import { type RowIds, readIds } from './row-ids.ts';
import { readWeights } from './row-weights.ts';
import type { Assembled } from './rows/assembled.ts';
import { findSlices, type Slice } from './slices.ts';
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
  readonly modelFiles: readonly ModelFileScan[];
  readonly verdict: Verdict;
  /** Why the verdict is not `pass`. */
  readonly reasons: readonly string[];
  /** What people should know, though it fails nothing. */
  readonly notes: readonly string[];
}

/** Measures a model. @throws ActionError for data that cannot be meant so; see `assemble` */
export function evaluate({ scored, baseline, training, modelFiles }: Loaded, inputs: Inputs): Evaluation {
  const { predictions } = scored;
  const { table } = predictions;
  const task: FoundTask =
    inputs.task === 'auto' ? detectTask(predictions, inputs) : { task: inputs.task, reason: '' };
  const weights = readWeights(table, inputs.columns.weight);
  const clusters = readClusters(predictions, inputs);
  const ids = readIds(table, inputs.columns, task.task);
  const options = { ...inputs, weights, clusters };
  const assembled = assemble(task.task, predictions, options, training);
  refuseNoRows(table, assembled);
  const { rows, source } = assembled;

  const chosen = chooseMetrics(inputs.metrics, task.task, assembled);
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
    fairness: compareGroups(inputs, table, assembled),
    comparison,
    notes: [
      ...scored.notes,
      ...(assembled.notes ?? []),
      ...notesOn(rows),
      ...(comparison?.notes ?? []),
      ...trustedFiles(inputs, modelFiles),
    ],
    modelFiles,
    ...judge(inputs, { table, assembled, modelFiles, measured }),
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
