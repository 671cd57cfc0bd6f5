import { ActionError } from '../lib/errors.ts';
import type { DataColumn, DataTable } from '../lib/tabular/data-table.ts';
import { classesOf } from './classes.ts';
import { columnOf, compareLabels, labelsOf } from './columns.ts';
import type { Inputs } from './inputs.ts';
import type { GivenScores, Predictions } from './predictions.ts';
import { labelNames } from './rows/label-set-rows.ts';

/** What a model said about all rows: labels, and `width` numbers a row. */
export interface GivenOutputs {
  readonly labels: { readonly values: Float64Array | readonly string[] } | undefined;
  readonly numbers: { readonly width: number; readonly values: Float64Array | readonly string[] } | undefined;
  /** The classes in the order of the numbers, where the model names them. */
  readonly classes: readonly string[] | undefined;
}

/** At one half, a model's own label and the threshold agree. */
const DEFAULT_THRESHOLD = 0.5;

/**
 * Predictions from the outputs of a model.
 *
 * @param name - the model, for messages
 * @throws ActionError invalid-file when numbers and classes do not go together
 */
export function predictionsFromOutputs(
  name: string,
  table: DataTable,
  inputs: Pick<Inputs, 'task' | 'threshold' | 'columns' | 'labelSeparator'>,
  { labels, numbers, classes }: GivenOutputs,
): Predictions {
  const values = numbers && Float64Array.from(numbers.values, Number);
  const predicted = labels && columnOfValues(labels.values);
  if (isNumbers(inputs.task, labels, numbers)) {
    const own: DataColumn | undefined = values ? { kind: 'numbers', values } : predicted;
    return { table, predicted: own, shows: 'numbers' };
  }
  if (!values || !numbers) return { table, predicted, shows: 'classes' };
  if (inputs.task === 'multilabel') {
    const order = labelOrder(name, table, inputs, classes, numbers.width);
    return { table, predicted: undefined, scores: scoresByClass(name, numbers.width, values, order) };
  }
  const scores: GivenScores =
    numbers.width === 1
      ? { classes: undefined, width: 1, values, columns: ['probability'] }
      : scoresByClass(
          name,
          numbers.width,
          values,
          classOrder(name, table, predicted, inputs, classes, numbers.width),
        );
  // A threshold of one's own overrules the label that the model derived from its probabilities.
  const ownThreshold = inputs.threshold !== DEFAULT_THRESHOLD && numbers.width <= 2;
  return { table, predicted: ownThreshold ? undefined : predicted, scores, shows: 'classes' };
}

/** Tasks whose predictions are numbers, and models that give one number and no label. */
const isNumbers = (
  task: Inputs['task'],
  labels: GivenOutputs['labels'],
  numbers: GivenOutputs['numbers'],
): boolean =>
  task === 'regression' ||
  task === 'ranking' ||
  task === 'forecast' ||
  (task === 'auto' && labels === undefined && numbers?.width === 1);

/** Values as a column: numbers, or each different text once. */
export function columnOfValues(values: Float64Array | readonly string[]): DataColumn {
  if (values instanceof Float64Array) return { kind: 'numbers', values };
  const known = new Map<string, number>();
  const codes = Int32Array.from(values, (text) => {
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
  return { kind: 'texts', codes, texts: [...known.keys()] };
}

const scoresByClass = (
  name: string,
  width: number,
  values: Float64Array,
  classes: readonly string[],
): GivenScores => ({ classes, width, values, columns: classes.map((label) => `${name}: ${label}`) });

/**
 * The labels in the order of a model's probabilities, where a row carries any number of them: named by the model, or
 * else those of the test set, which are in the order of their columns, or of lists sorted as scikit-learn's
 * MultiLabelBinarizer has them.
 *
 * @throws ActionError invalid-file when neither has as many labels as there are probabilities
 */
function labelOrder(
  name: string,
  table: DataTable,
  { columns, labelSeparator }: Pick<Inputs, 'columns' | 'labelSeparator'>,
  named: readonly string[] | undefined,
  width: number,
): readonly string[] {
  if (named?.length === width) return named;
  const labels = labelNames(table, columns.target, labelSeparator);
  if (labels.length === width) return labels;
  throw new ActionError(
    'invalid-file',
    `${name}: it gives ${width} probabilities a row but names no labels, and ${table.name} has ${labels.length} (${labels.slice(0, 10).join(', ')}); give a test set with a column of 0 and 1 for each label in the order of the model, and target: label_*`,
  );
}

/**
 * The classes in the order of a model's probabilities: named by the model, or else all labels in order, as
 * scikit-learn has them, or else the numbers from 0.
 *
 * @throws ActionError invalid-file when none of these has as many classes as there are probabilities
 */
function classOrder(
  name: string,
  table: DataTable,
  predicted: DataColumn | undefined,
  { columns }: Pick<Inputs, 'columns'>,
  named: readonly string[] | undefined,
  width: number,
): readonly string[] {
  if (named?.length === width) return named;
  const actual = labelsOf(columnOf(table, columns.target, 'target'));
  const labels = classesOf(actual, predicted && labelsOf(predicted), undefined);
  const numbers = Array.from({ length: width }, (_, index) => String(index));
  if (labels.every((label) => numbers.includes(label))) return numbers;
  if (labels.length === width) return [...labels].sort(compareLabels);
  throw new ActionError(
    'invalid-file',
    `${name}: it gives ${width} probabilities but names no classes, and ${table.name} has ${labels.length} labels (${labels.slice(0, 10).join(', ')}); export it with its classes (scikit-learn: options={"zipmap": True})`,
  );
}
