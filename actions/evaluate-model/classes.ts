import { ActionError } from '../lib/errors.ts';
import { compareLabels, type LabelColumn, labelOf } from './columns.ts';
import type { GivenScores } from './predictions.ts';

/** All classes that occur in labels, predictions and names of score columns, in order. */
export function classesOf(
  actual: LabelColumn,
  predicted: LabelColumn | undefined,
  scores: GivenScores | undefined,
): readonly string[] {
  const found = new Set([...actual.labels, ...(predicted?.labels ?? []), ...(scores?.classes ?? [])]);
  return [...found].sort(compareLabels);
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
