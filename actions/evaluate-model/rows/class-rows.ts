import { ActionError } from '../../lib/errors.ts';
import type { ClassRows } from '../../lib/metrics/rows.ts';
import { didYouMean } from '../../lib/nearest-name.ts';
import type { DataTable } from '../../lib/tabular/data-table.ts';
import { binaryLabels, classesOf } from '../classes.ts';
import { columnOf, type LabelColumn, labelsOf } from '../columns.ts';
import { type GivenScores, type Predictions, predictionOf, scoresOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';
import { checkProbabilities, withinUnit } from './probabilities.ts';

/**
 * Rows of a classification with one class a row.
 *
 * @throws ActionError invalid-file with file, line and column for values that cannot be meant so;
 *   invalid-input for labels that do not fit the task
 */
export function classRows(
  task: 'binary' | 'multiclass',
  predictions: Predictions,
  options: AssembleOptions,
): Assembled {
  const { table } = predictions;
  const { target, prediction, score } = options.columns;
  const actual = labelsOf(columnOf(table, target, 'target'));
  refuseSingleClass(table, actual);
  const scores = scoresOf(predictions, score);
  const column = predictionOf(predictions, prediction);
  // Without scores, a missing column of predictions is an error; with them, labels follow from the scores.
  const predicted = column
    ? labelsOf(column)
    : scores
      ? undefined
      : labelsOf(columnOf(table, prediction, 'prediction'));
  const classes = classesOf(actual, predicted, scores);
  const labels = task === 'binary' ? binaryLabels(table.name, classes, options.positiveLabel) : classes;
  const ordered = scoresInOrder(table.name, scores, labels);
  const decided = predicted
    ? inOrder(predicted, labels)
    : decideByScores(ordered, table.rowCount, options.threshold);
  const truth = inOrder(actual, labels);
  const kept = keep(table, truth, ordered, decided, { target, prediction, score: scores?.columns[0] ?? '' });
  if (scores) checkProbabilities(table, scores, kept.source, scores.width > 1);
  const rows: ClassRows = {
    task,
    ...drawnRows(kept, options),
    labels,
    actual: kept.codes(truth),
    predicted: kept.codes(decided),
    ...(ordered && { scores: withinUnit(kept.numbers(ordered.values, ordered.width)) }),
  };
  return assembled(rows, kept);
}

function refuseSingleClass({ name, rowCount }: DataTable, { labels }: LabelColumn): void {
  const [first] = labels;
  if (first === undefined) throw new ActionError('invalid-file', `${name}: no row has a label`);
  if (labels.length > 1) return;
  throw new ActionError(
    'invalid-file',
    `${name}: all ${rowCount} rows have the label "${first}"; a classification is measured on at least two classes`,
  );
}

/** Codes that index `labels`; the column's own where they do so already. */
function inOrder(column: LabelColumn, labels: readonly string[]): Int32Array {
  const at = new Map(labels.map((label, index) => [label, index]));
  const order = column.labels.map((label) => at.get(label) ?? -1);
  if (order.every((label, code) => label === code)) return column.codes;
  return column.codes.map((code) => (code < 0 ? -1 : (order[code] ?? -1)));
}

interface OrderedScores {
  readonly width: number;
  readonly values: Float64Array;
}

/**
 * Scores in the order of the labels: of a binary task those of the positive class alone.
 *
 * @throws ActionError invalid-input when a class has no scores
 */
function scoresInOrder(
  name: string,
  scores: GivenScores | undefined,
  labels: readonly string[],
): OrderedScores | undefined {
  if (!scores) return undefined;
  const { classes, width, values } = scores;
  const binary = labels.length === 2;
  if (width === 1) {
    if (binary) return { width, values };
    throw new ActionError(
      'invalid-input',
      `score: ${labels.length} classes need a column each, but ${name} has only "${scores.columns[0] ?? ''}"; give the prefix that their columns share`,
    );
  }
  const wanted = binary ? labels.slice(1) : labels;
  const from = wanted.map((label) => columnOfClass(name, label, classes ?? []));
  const ordered = new Float64Array((values.length / width) * wanted.length);
  for (let row = 0; row * width < values.length; row++)
    for (let part = 0; part < from.length; part++)
      ordered[row * from.length + part] = values[row * width + (from[part] ?? 0)] ?? Number.NaN;
  return { width: wanted.length, values: ordered };
}

function columnOfClass(name: string, label: string, classes: readonly string[]): number {
  const index = classes.indexOf(label);
  if (index >= 0) return index;
  throw new ActionError(
    'invalid-input',
    `score: the label "${label}" of ${name} has no scores${didYouMean(label, classes)} (classes with scores: ${classes.join(', ')})`,
  );
}

/** The class of the highest score, the first of equal ones; with one score positive from the threshold on. */
function decideByScores(scores: OrderedScores | undefined, rows: number, threshold: number): Int32Array {
  const decided = new Int32Array(rows).fill(-1);
  if (!scores) return decided;
  const { width, values } = scores;
  for (let row = 0; row < rows; row++) {
    if (width === 1) {
      decided[row] = (values[row] ?? Number.NaN) >= threshold ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let part = 1; part < width; part++)
      if ((values[row * width + part] ?? 0) > (values[row * width + best] ?? 0)) best = part;
    decided[row] = best;
  }
  return decided;
}

function keep(
  { rowCount }: DataTable,
  actual: Int32Array,
  scores: OrderedScores | undefined,
  decided: Int32Array,
  names: { readonly target: string; readonly prediction: string; readonly score: string },
): KeptRows {
  const kept = new KeptRows(rowCount);
  for (let row = 0; row < rowCount; row++) {
    if (actual[row] === -1) kept.refuse(row, names.target, 'no label');
    else if (scores && hasNaN(scores, row)) kept.refuse(row, names.score, 'no probability');
    else if (decided[row] === -1) kept.refuse(row, names.prediction, 'no predicted label');
    else kept.accept(row);
  }
  return kept;
}

function hasNaN({ values, width }: OrderedScores, row: number): boolean {
  for (let part = row * width; part < (row + 1) * width; part++) if (Number.isNaN(values[part])) return true;
  return false;
}
