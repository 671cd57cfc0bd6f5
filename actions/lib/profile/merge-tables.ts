import type { ColumnState } from './column-state.ts';
import { isTypeConflict, mergeColumnStates, type TypeConflict } from './merge-state.ts';

/** The columns of a part of the data: of a thread, a file, a split, a shard. */
export interface TablePart {
  /** What the part is called in messages. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ColumnState[];
}

/** A conflict, and the two parts between which it arose (the first may be the join of several). */
export interface PartConflict {
  readonly conflict: TypeConflict;
  readonly parts: readonly [first: string, second: string];
}

/** All parts as one table; columns in the order in which the parts show them first. */
export interface MergedTable {
  readonly rows: number;
  readonly columns: readonly ColumnState[];
  readonly conflicts: readonly PartConflict[];
}

/** A column as far as it is joined, and the part that gave it its type. */
interface Joined {
  readonly state: ColumnState;
  readonly typedBy: string;
}

/**
 * Joins the parts of a table. Rows of parts without a column count as missing in it. Of columns whose types exclude
 * each other the first parts stay, and the conflict is reported.
 */
export function mergeTables(parts: readonly TablePart[]): MergedTable {
  const joined = new Map<string, Joined>();
  const conflicts: PartConflict[] = [];
  let rows = 0;
  for (const part of parts) {
    for (const state of part.columns) {
      const before = joined.get(state.name) ?? absentColumn(state.name, rows, part.name);
      const merged = joinColumn(before, state, part.name);
      if ('parts' in merged) conflicts.push(merged);
      else joined.set(state.name, merged);
    }
    rows += part.rows;
    for (const [name, { state, typedBy }] of joined)
      joined.set(name, { state: padded(state, rows), typedBy });
  }
  return { rows, columns: [...joined.values()].map(({ state }) => state), conflicts };
}

function joinColumn({ state, typedBy }: Joined, added: ColumnState, part: string): Joined | PartConflict {
  const merged = mergeColumnStates(state, added);
  if (isTypeConflict(merged)) return { conflict: merged, parts: [typedBy, part] };
  return { state: merged, typedBy: merged.type === state.type ? typedBy : part };
}

/** A column of which the rows so far had nothing. */
const absentColumn = (name: string, rows: number, typedBy: string): Joined => ({
  state: { name, type: 'empty', declared: false, rows, missing: rows, invalid: 0 },
  typedBy,
});

/** Rows that lack the column count as missing. */
const padded = (state: ColumnState, rows: number): ColumnState => ({
  ...state,
  rows,
  missing: state.missing + rows - state.rows,
});
