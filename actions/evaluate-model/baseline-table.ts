import { ActionError } from '../lib/errors.ts';
import { type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import { columnOf, columnsWith, labelOf } from './columns.ts';
import type { Columns, Inputs } from './inputs.ts';
import { columnAt, rowByRow, rowsById } from './rows-by-id.ts';

/** The baseline's predictions row for row beside the candidate's; rows it does not have are without values. */
export interface MatchedTable {
  readonly table: DataTable;
  /** Rows of the candidate's table that the baseline has. */
  readonly common: number;
}

/**
 * Matches the rows of a baseline's predictions with the candidate's, by id where rows have one, else by their order.
 *
 * @throws ActionError invalid-file when rows do not match, or carry one label here and another there
 */
export function matchRows(
  candidate: DataTable,
  baseline: DataTable,
  { columns, task }: Pick<Inputs, 'columns' | 'task'>,
): MatchedTable {
  const at = columns.id === undefined ? inOrder(candidate, baseline) : byId(candidate, baseline, columns);
  let common = 0;
  for (const row of at) if (row >= 0) common++;
  if (common === 0)
    throw new ActionError(
      'invalid-file',
      `baseline-predictions: ${baseline.name} has none of the rows of ${candidate.name}: no value of "${columns.id ?? ''}" is in both`,
    );
  if (columns.query !== undefined) sameLabels(candidate, baseline, at, columns.query, 'query');
  if (task !== 'scores')
    for (const name of targetColumns(candidate, columns)) sameLabels(candidate, baseline, at, name, 'label');
  return { table: rearranged(candidate, baseline, at, columns), common };
}

function inOrder(candidate: DataTable, baseline: DataTable): Int32Array {
  if (candidate.rowCount === baseline.rowCount) return rowByRow(candidate);
  throw new ActionError(
    'invalid-file',
    `baseline-predictions: ${baseline.name} has ${baseline.rowCount} rows, ${candidate.name} has ${candidate.rowCount}; name a column that identifies rows with the input id, or score both on the same rows`,
  );
}

function byId(candidate: DataTable, baseline: DataTable, columns: Columns): Int32Array {
  const theirs = rowsById(baseline, columns.id ?? '', idsOf(baseline, columns));
  const ownId = idsOf(candidate, columns);
  return Int32Array.from({ length: candidate.rowCount }, (_, row) => theirs.get(ownId(row) ?? '') ?? -1);
}

/** What identifies each row; of a ranking an item within its query, as the same item may answer several. */
function idsOf(table: DataTable, { id, query }: Columns): (row: number) => string | undefined {
  const column = columnOf(table, id ?? '', 'id');
  const queries = query === undefined ? undefined : columnOf(table, query, 'query');
  if (!queries) return (row) => textAt(column, row);
  return (row) => {
    const own = textAt(column, row);
    return own === undefined ? undefined : `${textAt(queries, row) ?? ''}: ${own}`;
  };
}

/** Columns that hold what is true. */
const targetColumns = (table: DataTable, { target }: Columns): readonly string[] =>
  target.endsWith('*') && !table.columns.includes(target) ? columnsWith(table, target) : [target];

/**
 * The baseline's columns in the candidate's order. What is true of a row and where it belongs is the candidate's, as
 * the baseline need not repeat it; predictions must be its own.
 */
function rearranged(candidate: DataTable, baseline: DataTable, at: Int32Array, columns: Columns): DataTable {
  const shared = new Set([
    ...targetColumns(candidate, columns),
    ...[columns.query, columns.series].filter((name) => name !== undefined),
  ]);
  return {
    ...baseline,
    columns: [
      ...new Set([...shared].filter((name) => candidate.columns.includes(name))),
      ...baseline.columns.filter((name) => !shared.has(name)),
    ],
    rowCount: candidate.rowCount,
    column(name) {
      if (shared.has(name)) return candidate.column(name);
      const own = baseline.column(name);
      return own && columnAt(own, at);
    },
    placeOf: (row) => baseline.placeOf(Math.max(0, at[row] ?? 0)),
  };
}

function sameLabels(
  candidate: DataTable,
  baseline: DataTable,
  at: Int32Array,
  target: string,
  what: 'label' | 'query',
): void {
  const [own, other] = [candidate.column(target), baseline.column(target)];
  if (!own || !other) return;
  for (const [row, from] of at.entries()) {
    if (from < 0) continue;
    const a = labelOf(textAt(own, row) ?? '');
    const b = labelOf(textAt(other, from) ?? '');
    // 3.10 in a column of texts is 3.1 in one of numbers.
    if (a === b || a === undefined || b === undefined || Number(a) === Number(b)) continue;
    throw new ActionError(
      'invalid-file',
      `${placeText(baseline, from)}: column "${target}": the ${what} "${b.slice(0, 80)}" is "${a.slice(0, 80)}" in ${placeText(candidate, row)}: these are not the same rows; name a column that identifies them with the input id`,
    );
  }
}
