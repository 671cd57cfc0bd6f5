import { ActionError } from '../lib/errors.ts';
import { type DataColumn, type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import { columnOf, labelOf } from './columns.ts';
import type { Inputs } from './inputs.ts';
import type { RowIds } from './row-ids.ts';

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
  ids: RowIds,
  { columns, task }: Pick<Inputs, 'columns' | 'task'>,
): MatchedTable {
  const at =
    ids.named && columns.query === undefined
      ? byId(candidate, baseline, ids, columns.id ?? '')
      : inOrder(candidate, baseline);
  let common = 0;
  for (const row of at) if (row >= 0) common++;
  if (common === 0)
    throw new ActionError(
      'invalid-file',
      `baseline-predictions: ${baseline.name} has none of the rows of ${candidate.name}: no value of "${columns.id ?? ''}" is in both`,
    );
  const table = rearranged(candidate, baseline, at);
  if (task !== 'scores') sameLabels(candidate, baseline, at, columns.target);
  return { table, common };
}

function inOrder(candidate: DataTable, baseline: DataTable): Int32Array {
  if (candidate.rowCount === baseline.rowCount)
    return Int32Array.from({ length: candidate.rowCount }, (_, row) => row);
  throw new ActionError(
    'invalid-file',
    `baseline-predictions: ${baseline.name} has ${baseline.rowCount} rows, ${candidate.name} has ${candidate.rowCount}; name a column that identifies rows with the input id, or score both on the same rows`,
  );
}

function byId(candidate: DataTable, baseline: DataTable, ids: RowIds, name: string): Int32Array {
  const column = columnOf(baseline, name, 'id');
  const known = new Map<string, number>();
  for (let row = 0; row < baseline.rowCount; row++) {
    const id = textAt(column, row);
    if (id === undefined) continue;
    const earlier = known.get(id);
    if (earlier !== undefined)
      throw new ActionError(
        'invalid-file',
        `${placeText(baseline, row)}: column "${name}": the id "${id.slice(0, 80)}" is that of ${placeText(baseline, earlier)} too; ids must be unique`,
      );
    known.set(id, row);
  }
  return Int32Array.from({ length: candidate.rowCount }, (_, row) => known.get(ids.of(row)) ?? -1);
}

/** The baseline's columns in the candidate's order; those that it does not have are the candidate's. */
function rearranged(candidate: DataTable, baseline: DataTable, at: Int32Array): DataTable {
  return {
    ...baseline,
    rowCount: candidate.rowCount,
    column(name) {
      const own = baseline.column(name);
      return own ? picked(own, at) : candidate.column(name);
    },
    placeOf: (row) => baseline.placeOf(Math.max(0, at[row] ?? 0)),
  };
}

const picked = (column: DataColumn, at: Int32Array): DataColumn =>
  column.kind === 'numbers'
    ? {
        kind: 'numbers',
        values: Float64Array.from(at, (row) => (row < 0 ? Number.NaN : (column.values[row] ?? Number.NaN))),
      }
    : { ...column, codes: at.map((row) => (row < 0 ? -1 : (column.codes[row] ?? -1))) };

function sameLabels(candidate: DataTable, baseline: DataTable, at: Int32Array, target: string): void {
  const [own, other] = [candidate.column(target), baseline.column(target)];
  if (!own || !other) return;
  for (const [row, from] of at.entries()) {
    if (from < 0) continue;
    const a = labelOf(textAt(own, row) ?? '');
    const b = labelOf(textAt(other, from) ?? '');
    if (a === b || a === undefined || b === undefined) continue;
    throw new ActionError(
      'invalid-file',
      `${placeText(baseline, from)}: column "${target}": the label "${b.slice(0, 80)}" is "${a.slice(0, 80)}" in ${placeText(candidate, row)}: these are not the same rows; name a column that identifies them with the input id`,
    );
  }
}
