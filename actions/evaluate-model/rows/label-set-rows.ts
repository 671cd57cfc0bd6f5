import { ActionError } from '../../lib/errors.ts';
import type { LabelSetRows } from '../../lib/metrics/rows.ts';
import { didYouMean } from '../../lib/nearest-name.ts';
import { type DataColumn, type DataTable, placeText, textAt } from '../../lib/tabular/data-table.ts';
import { columnOf, columnsWith, compareLabels, labelOf, numbersOf } from '../columns.ts';
import { type GivenScores, type Predictions, scoresOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';
import { checkProbabilities, withinUnit } from './probabilities.ts';

/** The labels of each row of a table; `undefined` for a row whose labels are not known. */
interface LabelSets {
  readonly labels: readonly string[];
  readonly of: readonly (readonly string[] | undefined)[];
}

/**
 * Rows that carry any number of labels: a column of lists (JSON, or labels between separators), or a column of 0
 * and 1 for each label (`label_*`).
 *
 * @throws ActionError invalid-file with the place of what is no list of labels, no 0 or 1, no probability
 */
export function labelSetRows(predictions: Predictions, options: AssembleOptions): Assembled {
  const { table } = predictions;
  const { target, prediction, score } = options.columns;
  const actual = labelSets(table, target, 'target', options.labelSeparator);
  const scores = scoresOf(predictions, score);
  const hasPrediction = table.column(prediction) !== undefined || prediction.endsWith('*');
  const predicted =
    hasPrediction || !scores
      ? labelSets(table, prediction, 'prediction', options.labelSeparator)
      : fromScores(scores, table.rowCount, options.threshold);
  const labels = [...new Set([...actual.labels, ...predicted.labels, ...(scores?.classes ?? [])])].sort(
    compareLabels,
  );
  if (labels.length === 0) throw new ActionError('invalid-file', `${table.name}: no row has a label`);
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (actual.of[row] === undefined) kept.refuse(row, target, 'no list of labels');
    else if (predicted.of[row] === undefined) kept.refuse(row, prediction, 'no list of predicted labels');
    else kept.accept(row);
  }
  if (scores) checkProbabilities(table, scores, kept.source, false);
  const rows: LabelSetRows = {
    task: 'multilabel',
    ...drawnRows(kept, options),
    labels,
    actual: flags(kept.source, actual, labels),
    predicted: flags(kept.source, predicted, labels),
    ...(scores && { scores: withinUnit(kept.numbers(orderedScores(table, scores, labels), labels.length)) }),
  };
  return assembled(rows, kept);
}

/** The labels of a test set: in the order of their columns, or those of lists in order. */
export function labelNames(table: DataTable, target: string, separator: string): readonly string[] {
  const { labels } = labelSets(table, target, 'target', separator);
  return target.endsWith('*') ? labels : [...labels].sort(compareLabels);
}

function labelSets(table: DataTable, name: string, input: string, separator: string): LabelSets {
  const columns = name.endsWith('*') ? columnsWith(table, name) : [];
  if (columns.length > 0) return fromFlags(table, columns, name.length - 1);
  const column = columnOf(table, name, input);
  const known = new Map<string, readonly string[]>();
  const labels = new Set<string>();
  const of = Array.from({ length: table.rowCount }, (_, row) => {
    const text = textAt(column, row) ?? '';
    const list = known.get(text) ?? listIn(table, name, row, text, separator);
    known.set(text, list);
    for (const label of list) labels.add(label);
    return list;
  });
  return { labels: [...labels], of };
}

/** `["a","b"]` or `a|b`; an empty text is no label at all, which is a set too. */
function listIn(
  table: DataTable,
  name: string,
  row: number,
  text: string,
  separator: string,
): readonly string[] {
  if (!text.trimStart().startsWith('['))
    return [...new Set(text.split(separator).flatMap((part) => labelOf(part) ?? []))];
  const list = jsonList(text);
  if (list) return [...new Set(list.flatMap((item) => labelOf(String(item)) ?? []))];
  throw new ActionError(
    'invalid-file',
    `${placeText(table, row)}: column "${name}": expected a list of labels such as ["a","b"] or a${separator}b, found "${text.slice(0, 80)}"`,
  );
}

function jsonList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fromFlags(table: DataTable, columns: readonly string[], prefix: number): LabelSets {
  const labels = columns.map((column) => column.slice(prefix));
  const values = columns.map((name) => numbersOf(table, name, columnOf(table, name, 'target')));
  const of = Array.from({ length: table.rowCount }, (_, row) => {
    const own: string[] = [];
    for (const [at, label] of labels.entries()) {
      const value = values[at]?.[row] ?? Number.NaN;
      if (Number.isNaN(value)) return undefined;
      if (value === 1) own.push(label);
      else if (value !== 0)
        throw new ActionError(
          'invalid-file',
          `${placeText(table, row)}: column "${columns[at] ?? ''}": expected 0 or 1, found ${value}`,
        );
    }
    return own;
  });
  return { labels, of };
}

function fromScores({ classes, width, values }: GivenScores, rows: number, threshold: number): LabelSets {
  const labels = classes ?? [];
  const of = Array.from({ length: rows }, (_, row) =>
    labels.filter((_label, at) => (values[row * width + at] ?? 0) >= threshold),
  );
  return { labels, of };
}

function flags(source: Uint32Array, sets: LabelSets, labels: readonly string[]): Uint8Array {
  const at = new Map(labels.map((label, index) => [label, index]));
  const result = new Uint8Array(source.length * labels.length);
  for (const [row, index] of source.entries())
    for (const label of sets.of[index] ?? []) result[row * labels.length + (at.get(label) ?? 0)] = 1;
  return result;
}

/** @throws ActionError invalid-input when a label has no scores, invalid-file for a row without one */
function orderedScores(
  table: DataTable,
  { classes, width, values, columns }: GivenScores,
  labels: readonly string[],
): Float64Array {
  const from = labels.map((label) => {
    const index = classes?.indexOf(label) ?? -1;
    if (index >= 0) return index;
    throw new ActionError(
      'invalid-input',
      `score: the label "${label}" of ${table.name} has no scores${didYouMean(label, classes ?? [])} (labels with scores: ${(classes ?? []).join(', ')})`,
    );
  });
  const ordered = new Float64Array(table.rowCount * labels.length);
  for (let row = 0; row < table.rowCount; row++)
    for (const [part, index] of from.entries()) {
      const value = values[row * width + index] ?? Number.NaN;
      if (Number.isNaN(value))
        throw new ActionError(
          'invalid-file',
          `${placeText(table, row)}: column "${columns[index] ?? ''}": expected a score, found no value`,
        );
      ordered[row * labels.length + part] = value;
    }
  return ordered;
}

/** Whether a column holds lists of labels as JSON. */
export const holdsLists = (column: DataColumn): boolean =>
  column.kind === 'texts' &&
  column.texts.length > 0 &&
  column.texts.every((text) => text === '' || (text.startsWith('[') && jsonList(text) !== undefined));
