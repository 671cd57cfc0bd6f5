import type { Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import type { Cell } from '../lib/tabular/table.ts';
import type { Predictions } from './predictions.ts';

/** Whole numbers with more distinct values than this are quantities rather than classes. */
const MAX_NUMBER_CLASSES = 20;

/**
 * The label of a cell as text, so that 1, "1" and "1.0" are one class whatever file they come from.
 *
 * @returns `undefined` for no value
 */
export function labelOf(cell: Cell | undefined): string | undefined {
  if (cell === null || cell === undefined || cell === '') return undefined;
  if (typeof cell === 'number' && !Number.isFinite(cell)) return undefined;
  const text = String(cell).trim();
  if (text === '' || /^nan$/i.test(text)) return undefined;
  return /^-?\d+\.0+$/.test(text) ? text.replace(/\.0+$/, '') : text;
}

const distinctLabels = (cells: readonly Cell[]): Set<string> =>
  new Set(cells.map(labelOf).filter((label) => label !== undefined));

/** Numbers by value, then other texts by code units. */
export function compareLabels(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y) && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** All classes that occur in labels, predictions and names of score columns, in order. */
export function classesOf({ actual, predicted, scores }: Predictions): readonly string[] {
  const found = distinctLabels(actual);
  for (const label of distinctLabels(predicted ?? [])) found.add(label);
  for (const label of scores?.classes ?? []) found.add(label);
  return [...found].sort(compareLabels);
}

/**
 * The task that labels and predictions show. Fractions are a regression, as are more than 20 distinct whole
 * numbers; two classes are binary, others multiclass.
 */
export function detectTask(predictions: Predictions): Task {
  if (predictions.task === 'regression') return 'regression';
  const classes = classesOf(predictions);
  const quantities =
    classes.every((label) => Number.isFinite(Number(label))) &&
    (classes.length > MAX_NUMBER_CLASSES || classes.some((label) => !Number.isInteger(Number(label))));
  if (quantities && predictions.task !== 'classification') return 'regression';
  return classes.length <= 2 ? 'binary' : 'multiclass';
}

/** Pairs of labels whose second is commonly the positive one, in lower case. */
const KNOWN_PAIRS: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['-1', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['negative', 'positive'],
  ['neg', 'pos'],
];

/**
 * The two classes of a binary task, the positive one second.
 *
 * @throws ActionError invalid-input when there are others, or when it is not clear which one is positive
 */
export function binaryLabels(
  name: string,
  classes: readonly string[],
  positiveLabel: string | undefined,
): readonly [string, string] {
  const shown = classes.slice(0, 10).join(', ');
  if (classes.length > 2)
    throw new ActionError(
      'invalid-input',
      `task: ${name} has ${classes.length} classes (${shown}); a binary task has two`,
    );
  const positive = positiveLabel === undefined ? undefined : labelOf(positiveLabel);
  if (positive !== undefined) {
    if (!classes.includes(positive))
      throw new ActionError(
        'invalid-input',
        `positive-label: no row of ${name} has the label "${positive}" (labels: ${shown})`,
      );
    return [classes.find((label) => label !== positive) ?? `not ${positive}`, positive];
  }
  const [first = '', second = ''] = classes.map((label) => label.toLowerCase());
  const known = KNOWN_PAIRS.find(
    ([negative, own]) => (first === negative && second === own) || (first === own && second === negative),
  );
  if (!known)
    throw new ActionError(
      'invalid-input',
      `positive-label: say which of the labels of ${name} is the positive one: ${shown}`,
    );
  return first === known[0] ? [classes[0] ?? '', classes[1] ?? ''] : [classes[1] ?? '', classes[0] ?? ''];
}
