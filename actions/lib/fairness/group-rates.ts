import type { Direction } from '../documents/metrics.ts';
import type { ClassRows, NumberRows } from '../metrics/rows.ts';

/** Rows that fairness is told about. */
export type FairRows = ClassRows | NumberRows;

type FairTask = FairRows['task'];

/**
 * What a group's rows are counted in: for a binary task true negatives, false positives, false negatives and true
 * positives; for more classes wrong and right; for a regression rows, Σ predicted and Σ |actual − predicted|.
 */
export const GROUP_WIDTH: Readonly<Record<FairTask, number>> = { binary: 4, multiclass: 2, regression: 3 };

/** Where a row of classes counts. */
export const outcomeOf = ({ task, actual, predicted }: ClassRows, row: number): number =>
  task === 'binary' ? 2 * (actual[row] ?? 0) + (predicted[row] ?? 0) : Number(actual[row] === predicted[row]);

/** A rate of a group, as the quotient of two sums of `GROUP_WIDTH` numbers' parts. */
export interface GroupRate {
  /** Fairlearn's name. */
  readonly id: string;
  readonly task: FairTask;
  readonly direction: Direction;
  /** Numerator and denominator. */
  readonly parts: (sums: Float64Array, at: number) => readonly [number, number];
  /** What is missing where the denominator is 0. */
  readonly missing: string;
  /** Of a regression: what each row adds to the numerator. */
  readonly of?: (actual: number, predicted: number) => number;
}

const NO_ROWS = 'no rows';
const NO_POSITIVES = 'no positive rows';
const NO_NEGATIVES = 'no negative rows';

const cell = (sums: Float64Array, at: number, index: number): number => sums[at + index] ?? 0;

/** Cells of which a rate is the share of some in others: 1 for those that count, else 0. */
type Mask = readonly [number, number, number, number];

const total = (sums: Float64Array, at: number, [tn, fp, fn, tp]: Mask): number =>
  tn * (sums[at] ?? 0) + fp * (sums[at + 1] ?? 0) + fn * (sums[at + 2] ?? 0) + tp * (sums[at + 3] ?? 0);

/** The share that some of a binary task's outcomes have in some of them. */
const binary = (
  id: string,
  direction: Direction,
  counted: Mask,
  among: Mask,
  missing: string,
): GroupRate => ({
  id,
  task: 'binary',
  direction,
  parts: (sums, at) => [total(sums, at, counted), total(sums, at, among)],
  missing,
});

const ALL: Mask = [1, 1, 1, 1];
const NEGATIVES: Mask = [1, 1, 0, 0];
const POSITIVES: Mask = [0, 0, 1, 1];
const SELECTED: Mask = [0, 1, 0, 1];
const TRUE_NEGATIVES: Mask = [1, 0, 0, 0];
const FALSE_POSITIVES: Mask = [0, 1, 0, 0];
const FALSE_NEGATIVES: Mask = [0, 0, 1, 0];
const TRUE_POSITIVES: Mask = [0, 0, 0, 1];

export const GROUP_RATES = {
  // Neither more nor fewer positive answers are better: that they differ is what counts.
  selection: binary('selection_rate', 'higher', SELECTED, ALL, NO_ROWS),
  truePositive: binary('true_positive_rate', 'higher', TRUE_POSITIVES, POSITIVES, NO_POSITIVES),
  falsePositive: binary('false_positive_rate', 'lower', FALSE_POSITIVES, NEGATIVES, NO_NEGATIVES),
  trueNegative: binary('true_negative_rate', 'higher', TRUE_NEGATIVES, NEGATIVES, NO_NEGATIVES),
  falseNegative: binary('false_negative_rate', 'lower', FALSE_NEGATIVES, POSITIVES, NO_POSITIVES),
  accuracy: binary('accuracy', 'higher', [1, 0, 0, 1], ALL, NO_ROWS),
  precision: binary('precision', 'higher', TRUE_POSITIVES, SELECTED, 'no row was predicted positive'),
  right: {
    id: 'accuracy',
    task: 'multiclass',
    direction: 'higher',
    parts: (sums, at) => [cell(sums, at, 1), cell(sums, at, 0) + cell(sums, at, 1)],
    missing: NO_ROWS,
  },
  meanPrediction: {
    id: 'mean_prediction',
    task: 'regression',
    direction: 'higher',
    parts: (sums, at) => [cell(sums, at, 1), cell(sums, at, 0)],
    of: (_, predicted) => predicted,
    missing: NO_ROWS,
  },
  meanError: {
    id: 'mean_absolute_error',
    task: 'regression',
    direction: 'lower',
    parts: (sums, at) => [cell(sums, at, 2), cell(sums, at, 0)],
    of: (actual, predicted) => Math.abs(actual - predicted),
    missing: NO_ROWS,
  },
} as const satisfies Record<string, GroupRate>;

/** The rates of a task's groups. */
export const ratesOf = (task: FairTask): readonly GroupRate[] =>
  Object.values<GroupRate>(GROUP_RATES).filter((rate) => rate.task === task);
