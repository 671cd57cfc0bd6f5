import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { DataColumn, DataTable } from '../lib/tabular/data-table.ts';
import { columnsWith, numbersOf } from './columns.ts';

/** Scores as they were given, row after row; NaN where there is none. */
export interface GivenScores {
  /** One class for each column; absent for a single column of scores, whose class is then the positive one. */
  readonly classes: readonly string[] | undefined;
  readonly width: number;
  readonly values: Float64Array;
  /** What to call them in messages, for each of the `width`. */
  readonly columns: readonly string[];
}

/** A test set and what a model made of it, before anything was made of both. One entry per row of `table`. */
export interface Predictions {
  readonly table: DataTable;
  /** The predictions where they are no column of the table; looked for there when absent. */
  readonly predicted?: DataColumn | undefined;
  readonly scores?: GivenScores | undefined;
  /** What the outputs of a model say about its task. */
  readonly shows?: 'classes' | 'numbers' | undefined;
}

/** The scores: those a model gave, else the column of this name, else one for each class by their prefix. */
export function scoresOf({ table, scores }: Predictions, score: string | undefined): GivenScores | undefined {
  if (scores || score === undefined) return scores;
  const exact = table.column(score) !== undefined;
  const columns = exact ? [score] : columnsWith(table, score);
  if (columns.length < (exact ? 1 : 2))
    throw new ActionError(
      'invalid-input',
      `score: ${table.name} has no column "${score}" and no two columns that begin with it${didYouMean(score, table.columns)} (columns: ${table.columns.join(', ')})`,
    );
  const given = columns.map((name) => {
    const column = table.column(name);
    return column ? numbersOf(table, name, column) : new Float64Array(table.rowCount).fill(Number.NaN);
  });
  const prefix = score.replace(/\*$/, '');
  return {
    classes: exact ? undefined : columns.map((column) => column.slice(prefix.length)),
    width: columns.length,
    values: given.length === 1 ? (given[0] ?? new Float64Array()) : interleaved(given, table.rowCount),
    columns,
  };
}

function interleaved(columns: readonly Float64Array[], rows: number): Float64Array {
  const values = new Float64Array(rows * columns.length);
  for (const [offset, column] of columns.entries())
    for (let row = 0; row < rows; row++) values[row * columns.length + offset] = column[row] ?? Number.NaN;
  return values;
}

/** The column of predictions: the one a model gave, else the table's; `undefined` when there is none. */
export const predictionOf = ({ table, predicted }: Predictions, prediction: string): DataColumn | undefined =>
  predicted ?? table.column(prediction);
