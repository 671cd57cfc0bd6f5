import type { Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import type { ClassRows, EvaluationRows, NumberRows } from '../lib/metrics/rows.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { Cell } from '../lib/tabular/table.ts';
import { numberAt, type Predictions, placeOf } from './predictions.ts';
import { binaryLabels, classesOf, labelOf } from './task.ts';

/** A row that no metric can use. */
export interface InvalidRow {
  /** Index in the table. */
  readonly row: number;
  readonly column: string;
  readonly problem: string;
}

/** The rows metrics are computed on, and where in the table they are. */
export interface AssembledRows {
  readonly rows: EvaluationRows;
  /** Index in the table for each row. */
  readonly source: Uint32Array;
  readonly invalid: readonly InvalidRow[];
}

export interface AssembleOptions {
  readonly task: Task;
  readonly target: string;
  readonly prediction: string;
  readonly positiveLabel: string | undefined;
  readonly threshold: number;
  /** Weights for each row of the table. */
  readonly weights: Float64Array | undefined;
}

/**
 * Makes rows for metrics of labels and predictions.
 *
 * @throws ActionError invalid-file with file, line and column for values that cannot be meant so;
 *   invalid-input for labels that do not fit the task
 */
export const assembleRows = (predictions: Predictions, options: AssembleOptions): AssembledRows =>
  options.task === 'regression' ? numberRows(predictions, options) : classRows(predictions, options);

function numberRows(predictions: Predictions, options: AssembleOptions): AssembledRows {
  const { table, name } = predictions;
  const numbers = (column: string, cells: Predictions['actual']): Float64Array =>
    Float64Array.from(cells, (cell, row) => numberAt(table, name, column, row, cell));
  const actual = numbers(options.target, predictions.actual);
  const predicted = predictions.predicted
    ? numbers(options.prediction, predictions.predicted)
    : (predictions.scores?.values ?? new Float64Array());
  const keep = new Kept(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (Number.isNaN(actual[row])) keep.refuse(row, options.target, 'no label');
    else if (Number.isNaN(predicted[row])) keep.refuse(row, options.prediction, 'no predicted value');
    else keep.accept(row);
  }
  const source = keep.rows();
  const pick = (values: Float64Array): Float64Array => Float64Array.from(source, (row) => values[row] ?? 0);
  const rows: NumberRows = {
    task: 'regression',
    count: source.length,
    actual: pick(actual),
    predicted: pick(predicted),
    ...(options.weights && { weights: pick(options.weights) }),
  };
  return { rows, source, invalid: keep.invalid };
}

/** Collects which rows of a table are used and which are not. */
class Kept {
  readonly invalid: InvalidRow[] = [];
  readonly #rows: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.#rows = new Uint32Array(size);
  }

  accept(row: number): void {
    this.#rows[this.#count++] = row;
  }

  refuse(row: number, column: string, problem: string): void {
    this.invalid.push({ row, column, problem });
  }

  rows(): Uint32Array {
    return this.#rows.slice(0, this.#count);
  }
}

function classRows(predictions: Predictions, options: AssembleOptions): AssembledRows {
  const { table, name, actual } = predictions;
  refuseSingleClass(predictions);
  const classes = classesOf(predictions);
  const task = options.task === 'binary' ? 'binary' : 'multiclass';
  const labels = task === 'binary' ? binaryLabels(name, classes, options.positiveLabel) : classes;
  const width = task === 'binary' ? 1 : labels.length;
  const scores = scoresInOrder(predictions, labels);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const classOf = (cell: Cell | undefined): number => indexOf.get(labelOf(cell) ?? '') ?? -1;
  const decided = Int32Array.from({ length: table.rowCount }, (_, row) =>
    predictions.predicted
      ? classOf(predictions.predicted[row])
      : decideByScore(scores, row, width, options.threshold),
  );
  const keep = new Kept(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (labelOf(actual[row]) === undefined) keep.refuse(row, options.target, 'no label');
    else if (scores && hasNaN(scores, row, width))
      keep.refuse(row, predictions.scores?.columns[0] ?? '', 'no probability');
    else if (decided[row] === -1) keep.refuse(row, options.prediction, 'no predicted label');
    else keep.accept(row);
  }
  const source = keep.rows();
  checkProbabilities(predictions, source);
  const rows: ClassRows = {
    task,
    count: source.length,
    labels,
    actual: Int32Array.from(source, (row) => classOf(actual[row])),
    predicted: Int32Array.from(source, (row) => decided[row] ?? -1),
    ...(scores && { scores: pickScores(scores, source, width) }),
    ...(options.weights && { weights: Float64Array.from(source, (row) => options.weights?.[row] ?? 1) }),
  };
  return { rows, source, invalid: keep.invalid };
}

function refuseSingleClass({ name, actual }: Predictions): void {
  const first = actual.map(labelOf).find((label) => label !== undefined);
  if (first === undefined) throw new ActionError('invalid-file', `${name}: no row has a label`);
  if (actual.some((cell) => (labelOf(cell) ?? first) !== first)) return;
  throw new ActionError(
    'invalid-file',
    `${name}: all ${actual.length} rows have the label "${first}"; a classification is measured on at least two classes`,
  );
}

/**
 * Scores in the order of the labels: of a binary task those of the positive class alone.
 *
 * @throws ActionError invalid-input when a class has no scores
 */
function scoresInOrder({ scores, name }: Predictions, labels: readonly string[]): Float64Array | undefined {
  if (!scores) return undefined;
  const { classes, width, values } = scores;
  const binary = labels.length === 2;
  if (width === 1) {
    if (binary) return values;
    throw new ActionError(
      'invalid-input',
      `score: ${labels.length} classes need a column each, but ${name} has only "${scores.columns[0] ?? ''}"; give the prefix that their columns share`,
    );
  }
  const wanted = binary ? labels.slice(1) : labels;
  const at = wanted.map((label) => {
    const index = classes?.indexOf(label) ?? -1;
    if (index >= 0) return index;
    throw new ActionError(
      'invalid-input',
      `score: the label "${label}" of ${name} has no scores${didYouMean(label, classes ?? [])} (classes with scores: ${(classes ?? []).join(', ')})`,
    );
  });
  const ordered = new Float64Array((values.length / width) * wanted.length);
  for (let row = 0; row * width < values.length; row++)
    for (const [index, from] of at.entries())
      ordered[row * wanted.length + index] = values[row * width + from] ?? Number.NaN;
  return ordered;
}

function hasNaN(scores: Float64Array, row: number, width: number): boolean {
  for (let part = 0; part < width; part++) if (Number.isNaN(scores[row * width + part])) return true;
  return false;
}

/** The class of the highest score, the first of equal ones; with one score positive from the threshold on. */
function decideByScore(
  scores: Float64Array | undefined,
  row: number,
  width: number,
  threshold: number,
): number {
  if (!scores) return -1;
  if (width === 1) return (scores[row] ?? Number.NaN) >= threshold ? 1 : 0;
  let best = 0;
  for (let part = 1; part < width; part++)
    if ((scores[row * width + part] ?? 0) > (scores[row * width + best] ?? 0)) best = part;
  return best;
}

/** Rounded probabilities of many classes miss 1 by a little; more is no rounding. */
const SUM_TOLERANCE = 0.01;
/** Engines round probabilities of 0 and 1 by as much in 32 bits. */
const EDGE_TOLERANCE = 1e-6;

/** @throws ActionError naming line and column of what is no probability */
function checkProbabilities({ table, name, scores }: Predictions, source: Uint32Array): void {
  if (!scores) return;
  const { width, values, columns } = scores;
  for (const row of source) {
    let sum = 0;
    for (const [part, column] of columns.entries()) {
      const score = values[row * width + part] ?? 0;
      sum += score;
      if (score >= -EDGE_TOLERANCE && score <= 1 + EDGE_TOLERANCE) continue;
      throw new ActionError(
        'invalid-file',
        `${placeOf(table, name, row)}: column "${column}": expected a probability from 0 to 1, found ${score}`,
      );
    }
    if (width > 1 && Math.abs(sum - 1) > SUM_TOLERANCE)
      throw new ActionError(
        'invalid-file',
        `${placeOf(table, name, row)}: the probabilities of the ${width} classes add up to ${sum}, not to 1 (${columns.join(', ')})`,
      );
  }
}

function pickScores(scores: Float64Array, source: Uint32Array, width: number): Float64Array {
  const picked = new Float64Array(source.length * width);
  for (const [at, row] of source.entries())
    for (let part = 0; part < width; part++)
      picked[at * width + part] = Math.min(1, Math.max(0, scores[row * width + part] ?? 0));
  return picked;
}
