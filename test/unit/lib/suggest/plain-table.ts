import type { ColumnProfile } from '../../../../actions/lib/documents/profile.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { type ColumnType, conversion, Misfit } from '../../../../actions/lib/tabular/column-type.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';

/** Cells by column; numbers, booleans and texts as a file holds them, `null` without a value. */
export type PlainTable = ReadonlyMap<string, readonly PlainCell[]>;

const FROM_TEXT: readonly ColumnType[] = ['integer', 'number', 'boolean', 'date', 'timestamp', 'time'];

/** A column with the narrowest type all its cells have, its dates as milliseconds. */
export interface TypedColumn {
  readonly type: ColumnType | 'empty';
  readonly cells: readonly PlainCell[];
}

/** @param textual - numbers and booleans are written as texts, as in CSV */
export function typedColumn(cells: readonly PlainCell[], textual: boolean): TypedColumn {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0) return { type: 'empty', cells };
  if (present.every((cell) => typeof cell === 'number'))
    return { type: present.every(Number.isInteger) ? 'integer' : 'number', cells };
  if (present.every((cell) => typeof cell === 'boolean')) return { type: 'boolean', cells };
  for (const type of textual ? FROM_TEXT : FROM_TEXT.slice(3)) {
    const convert = conversion(type, true);
    const values = cells.map((cell) => (cell === null ? null : convert(String(cell))));
    if (values.every((value) => !(value instanceof Misfit) && typeof value !== 'bigint'))
      return { type, cells: values as PlainCell[] };
  }
  return { type: 'string', cells: cells.map((cell) => (cell === null ? null : String(cell))) };
}

export const profileTable = (table: PlainTable, textual: boolean): readonly ColumnProfile[] =>
  [...table].map(([name, cells]) => {
    const column = typedColumn(cells, textual);
    return summarizeColumn(columnState(name, column.type, column.cells));
  });

/** Rows of some positions. */
export const pick = (table: PlainTable, rows: readonly number[]): PlainTable =>
  new Map([...table].map(([name, cells]) => [name, rows.map((row) => cells[row] ?? null)]));

export const rowsOf = (table: PlainTable): number => [...table.values()][0]?.length ?? 0;

/** Splits rows at random in two halves; the same seed gives the same halves. */
export function halves(table: PlainTable, seed: number): readonly [PlainTable, PlainTable] {
  const random = randomNumbers(seed);
  const rows = Array.from({ length: rowsOf(table) }, (_, row) => row);
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [rows[last], rows[other]] = [rows[other] ?? 0, rows[last] ?? 0];
  }
  const half = rows.length >> 1;
  return [pick(table, rows.slice(0, half)), pick(table, rows.slice(half, 2 * half))];
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
