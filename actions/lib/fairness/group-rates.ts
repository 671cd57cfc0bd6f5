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
}

const NO_ROWS = 'no rows';
const NO_POSITIVES = 'no positive rows';
const NO_NEGATIVES = 'no negative rows';

const cell = (sums: Float64Array, at: number, index: number): number => sums[at + index] ?? 0;

/** The share that some of a binary task's outcomes have in some of them. */
const binary = (
  id: string,
  direction: Direction,
  counted: readonly number[],
  among: readonly number[],
  missing: string,
): GroupRate => {
  const total = (sums: Float64Array, at: number, cells: readonly number[]): number =>
    cells.reduce((sum, index) => sum + cell(sums, at, index), 0);
  return {
    id,
    task: 'binary',
    direction,
    parts: (sums, at) => [total(sums, at, counted), total(sums, at, among)],
    missing,
  };
};

/** Places of the outcomes of a binary task. */
const [TN, FP, FN, TP] = [0, 1, 2, 3];

export const GROUP_RATES = {
  // Neither more nor fewer positive answers are better: that they differ is what counts.
  selection: binary('selection_rate', 'higher', [FP, TP], [TN, FP, FN, TP], NO_ROWS),
  truePositive: binary('true_positive_rate', 'higher', [TP], [FN, TP], NO_POSITIVES),
  falsePositive: binary('false_positive_rate', 'lower', [FP], [TN, FP], NO_NEGATIVES),
  trueNegative: binary('true_negative_rate', 'higher', [TN], [TN, FP], NO_NEGATIVES),
  falseNegative: binary('false_negative_rate', 'lower', [FN], [FN, TP], NO_POSITIVES),
  accuracy: binary('accuracy', 'higher', [TN, TP], [TN, FP, FN, TP], NO_ROWS),
  precision: binary('precision', 'higher', [TP], [FP, TP], 'no row was predicted positive'),
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
    missing: NO_ROWS,
  },
  meanError: {
    id: 'mean_absolute_error',
    task: 'regression',
    direction: 'lower',
    parts: (sums, at) => [cell(sums, at, 2), cell(sums, at, 0)],
    missing: NO_ROWS,
  },
} as const satisfies Record<string, GroupRate>;

/** The rates of a task's groups. */
export const ratesOf = (task: FairTask): readonly GroupRate[] =>
  Object.values<GroupRate>(GROUP_RATES).filter((rate) => rate.task === task);
