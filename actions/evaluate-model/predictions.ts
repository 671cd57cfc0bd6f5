import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { Cell, Table } from '../lib/tabular/table.ts';

/** Scores as they were given, row after row; NaN where there is none. */
export interface GivenScores {
  /** One class for a single column of scores, whose class is then the positive one. */
  readonly classes: readonly string[] | undefined;
  readonly width: number;
  readonly values: Float64Array;
  /** What to call them in messages, for each of the `width`. */
  readonly columns: readonly string[];
}

/** Labels and predictions of a test set, before anything was made of them. One entry per row of `table`. */
export interface Predictions {
  readonly table: Table;
  /** Name of the file, for messages. */
  readonly name: string;
  /** The file in the workspace, for annotations. */
  readonly path: string;
  readonly actual: readonly Cell[];
  readonly predicted: readonly Cell[] | undefined;
  readonly scores: GivenScores | undefined;
  /** What the outputs of a model say about its task. */
  readonly task: 'classification' | 'regression' | undefined;
}

/** A column that must be there. @throws ActionError invalid-input with the nearest name */
export function columnOf(table: Table, name: string, column: string, input: string): readonly Cell[] {
  const cells = table.column(column);
  if (cells) return cells;
  throw new ActionError(
    'invalid-input',
    `${input}: ${name} has no column "${column}"${didYouMean(column, table.columns)} (columns: ${table.columns.join(', ')})`,
  );
}

/** `data/test.csv:17`, or the row's number where the format has no lines. */
export function placeOf(table: Table, name: string, row: number): string {
  const line = table.lineOf(row);
  return line === undefined ? `${name}, row ${row}` : `${name}:${line}`;
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;
const NOT_FINITE = /^\s*[+-]?(nan|inf|infinity)\s*$/i;

/**
 * The number of a cell; NaN for no value and for NaN and infinity, which no metric can use.
 *
 * @throws ActionError invalid-file with file, line and column for anything else
 */
export function numberAt(table: Table, name: string, column: string, row: number, cell: Cell): number {
  if (cell === null || cell === '') return Number.NaN;
  if (typeof cell === 'number' || typeof cell === 'bigint')
    return Number.isFinite(Number(cell)) ? Number(cell) : Number.NaN;
  if (typeof cell === 'string') {
    if (NUMBER.test(cell)) return Number(cell);
    if (NOT_FINITE.test(cell)) return Number.NaN;
  }
  throw new ActionError(
    'invalid-file',
    `${placeOf(table, name, row)}: column "${column}": expected a number, found "${String(cell).slice(0, 80)}"`,
  );
}

/** Finds the columns of scores: one by its whole name, or one per class by their prefix. */
function readScores(table: Table, name: string, score: string): GivenScores {
  const exact = table.column(score) !== undefined;
  const columns = exact ? [score] : table.columns.filter((column) => column.startsWith(score));
  if (columns.length < (exact ? 1 : 2))
    throw new ActionError(
      'invalid-input',
      `score: ${name} has no column "${score}" and no two columns that begin with it${didYouMean(score, table.columns)} (columns: ${table.columns.join(', ')})`,
    );
  const values = new Float64Array(table.rowCount * columns.length);
  for (const [offset, column] of columns.entries())
    for (const [row, cell] of (table.column(column) ?? []).entries())
      values[row * columns.length + offset] = numberAt(table, name, column, row, cell);
  return {
    classes: exact ? undefined : columns.map((column) => column.slice(score.length)),
    width: columns.length,
    values,
    columns,
  };
}

/**
 * Predictions from a table that holds them.
 *
 * @throws ActionError invalid-input for columns that are not there, invalid-file for cells that are no numbers
 */
export function predictionsFromTable(
  table: Table,
  file: { readonly name: string; readonly path: string },
  columns: { readonly target: string; readonly prediction: string; readonly score: string | undefined },
): Predictions {
  const actual = columnOf(table, file.name, columns.target, 'target');
  const scores = columns.score === undefined ? undefined : readScores(table, file.name, columns.score);
  const predicted = table.column(columns.prediction);
  return {
    table,
    ...file,
    actual,
    // Without scores, a missing column of predictions is an error; with them, labels follow from the scores.
    predicted: scores ? predicted : columnOf(table, file.name, columns.prediction, 'prediction'),
    scores,
    task: scores ? 'classification' : undefined,
  };
}
