import type { Task } from '../lib/documents/metrics.ts';
import type { DataColumn } from '../lib/tabular/data-table.ts';
import { classesOf } from './classes.ts';
import { columnOf, columnsWith, labelsOf } from './columns.ts';
import type { Inputs } from './inputs.ts';
import { type GivenScores, type Predictions, predictionOf, scoresOf } from './predictions.ts';
import { holdsLists } from './rows/label-set-rows.ts';

/** A task, and why it is this one. */
export interface FoundTask {
  readonly task: Task;
  readonly reason: string;
}

/** Whole numbers with more distinct values than this are quantities rather than classes. */
const MAX_NUMBER_CLASSES = 20;
/** Several columns of scores, or which way one of them is better. */
const SEVERAL = /,|\n|:(higher|lower)\b/;
/** Labels of so many characters on average are texts rather than names of classes. */
const TEXT_LENGTH = 20;

/**
 * The task that columns and their values show, the first that fits: a column of queries is a ranking; series,
 * training data or quantiles of fractions a forecast; no label but several columns of scores are `scores`; lists or
 * columns of 0 and 1 multilabel; long different texts `text`; labels with separators multilabel; fractions or more than 20 whole numbers a regression; two classes binary; else
 * multiclass.
 *
 * @throws ActionError invalid-input when the label column is not there and nothing else tells
 */
export function detectTask(predictions: Predictions, inputs: Inputs): FoundTask {
  const { columns, training } = inputs;
  const { target, score, query, series } = columns;
  const { table } = predictions;
  if (query !== undefined) return { task: 'ranking', reason: `the input query names the column "${query}"` };
  if (series !== undefined || training !== undefined)
    return { task: 'forecast', reason: 'the inputs name series or their training data' };
  if (target.endsWith('*') && columnsWith(table, target).length > 0)
    return { task: 'multilabel', reason: `a column for each label, ${target}` };
  const found = table.column(target);
  // A single column could as well be a probability whose labels are missing, which must not go unseen.
  if (!found && !predictions.predicted && score !== undefined && SEVERAL.test(score))
    return {
      task: 'scores',
      reason: `there is no label column "${target}", and score names several columns`,
    };
  return fromLabels(predictions, found ?? columnOf(table, target, 'target'), inputs);
}

function fromLabels(
  predictions: Predictions,
  target: DataColumn,
  { columns: { target: name, prediction, score }, labelSeparator }: Inputs,
): FoundTask {
  if (predictions.shows === 'numbers')
    return { task: 'regression', reason: 'the model gives one number and no label' };
  if (holdsLists(target)) return { task: 'multilabel', reason: `the column "${name}" holds lists` };
  const predicted = predictionOf(predictions, prediction);
  const scores = scoresOf(predictions, score);
  if (!scores && isText(target))
    return { task: 'text', reason: `the column "${name}" holds texts, nearly all different` };
  const labels = labelsOf(target);
  if (labels.labels.some((label) => label.includes(labelSeparator)))
    return {
      task: 'multilabel',
      reason: `the column "${name}" holds labels separated by "${labelSeparator}"`,
    };
  const known = predicted ? labelsOf(predicted) : undefined;
  const quantities = [...labels.labels, ...(known?.labels ?? [])];
  const whole = quantities.every((label) => Number.isInteger(Number(label)));
  const measured = areMeasured(quantities, whole);
  if (measured && scores && holdQuantiles(scores))
    return { task: 'forecast', reason: `quantiles are predicted (${scores.columns.join(', ')})` };
  if (measured && !scores && predictions.shows !== 'classes')
    return {
      task: 'regression',
      reason: whole
        ? `the column "${name}" holds more than ${MAX_NUMBER_CLASSES} different whole numbers`
        : `"${name}" or the predictions hold fractions`,
    };
  const classes = classesOf(labels, known, scores);
  return classes.length <= 2
    ? { task: 'binary', reason: `the labels are ${classes.slice(0, 2).join(' and ')}` }
    : { task: 'multiclass', reason: `there are ${classes.length} classes` };
}

/** Whether values are quantities rather than numbers of classes: fractions, or many whole numbers. */
const areMeasured = (values: readonly string[], whole: boolean): boolean =>
  values.every((value) => Number.isFinite(Number(value))) &&
  (!whole || new Set(values).size > MAX_NUMBER_CLASSES);

/** Columns named by levels of quantiles, such as 0.1 and 0.9. */
const holdQuantiles = ({ classes }: GivenScores): boolean =>
  classes?.every((name) => Number(name) > 0 && Number(name) < 1) ?? false;

/** Long texts with blanks, more than half of them different. */
function isText(column: DataColumn): boolean {
  if (column.kind !== 'texts' || column.texts.length * 2 < column.codes.length) return false;
  const length = column.texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, column.texts.length);
  return length > TEXT_LENGTH && column.texts.some((text) => text.includes(' '));
}
