import type { ColumnState } from './column-state.ts';
import { mergeNumbers } from './merge-numbers.ts';
import { mergeTexts } from './merge-texts.ts';
import { mergeTypes } from './merge-types.ts';

/** Why the states of a column could not be joined: parts of the data show types that exclude each other. */
export interface TypeConflict {
  readonly conflict: 'type';
  readonly column: string;
  readonly types: readonly [first: ColumnState['type'], second: ColumnState['type']];
}

/** The state of a column over both parts, or the conflict of their types. Names are those of the first. */
export function mergeColumnStates(a: ColumnState, b: ColumnState): ColumnState | TypeConflict {
  const type = mergeTypes(a.type, b.type);
  if (type === undefined) return { conflict: 'type', column: a.name, types: [a.type, b.type] };
  const numbers = join(a.numbers, b.numbers, mergeNumbers);
  const texts = join(a.texts, b.texts, mergeTexts);
  const booleans = join(a.booleans, b.booleans, (x, y) => ({ yes: x.yes + y.yes, no: x.no + y.no }));
  return {
    name: a.name,
    type,
    declared: a.declared || b.declared,
    rows: a.rows + b.rows,
    missing: a.missing + b.missing,
    invalid: a.invalid + b.invalid,
    ...(numbers && { numbers }),
    ...(texts && { texts }),
    ...(booleans && { booleans }),
  };
}

function join<T>(a: T | undefined, b: T | undefined, both: (a: T, b: T) => T): T | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : both(a, b);
}

/** Whether a merge gave a conflict. */
export const isTypeConflict = (merged: object): merged is TypeConflict => 'conflict' in merged;

/** What a user can do about a conflict. @param parts - what the two parts are called, `shard 2`, `b.csv` */
export const conflictText = (
  { column, types }: TypeConflict,
  parts: readonly [first: string, second: string],
): string =>
  `column "${column}": ${parts[0]} says ${types[0]}, ${parts[1]} says ${types[1]}, and their profiles cannot be ` +
  'joined. Declare the type of the column in the contract, so that all parts are read alike.';
