import type { Task } from '../lib/documents/metrics.ts';
import type { Predictions } from './predictions.ts';
import type { Assembled, AssembleOptions } from './rows/assembled.ts';
import { classRows } from './rows/class-rows.ts';
import { forecastRows, type Training } from './rows/forecast-rows.ts';
import { labelSetRows } from './rows/label-set-rows.ts';
import { numberRows } from './rows/number-rows.ts';
import { rankingRows } from './rows/ranking-rows.ts';
import { scoreRows } from './rows/score-rows.ts';
import { textRows } from './rows/text-rows.ts';

type Assemble = (
  predictions: Predictions,
  options: AssembleOptions,
  training: Training | undefined,
) => Assembled;

const BY_TASK: Readonly<Record<Task, Assemble>> = {
  binary: (predictions, options) => classRows('binary', predictions, options),
  multiclass: (predictions, options) => classRows('multiclass', predictions, options),
  multilabel: labelSetRows,
  regression: numberRows,
  ranking: rankingRows,
  forecast: forecastRows,
  text: textRows,
  scores: scoreRows,
};

/**
 * Makes the rows that metrics are computed on.
 *
 * @throws ActionError invalid-file with file, line and column for values that cannot be meant so;
 *   invalid-input for columns and labels that do not fit the task
 */
export const assemble = (
  task: Task,
  predictions: Predictions,
  options: AssembleOptions,
  training: Training | undefined,
): Assembled => BY_TASK[task](predictions, options, training);
