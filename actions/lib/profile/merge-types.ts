import type { ColumnState } from './column-state.ts';

type Type = ColumnState['type'];

/** Types that are read as one when parts of the data show both. */
const WIDENED: readonly (readonly [narrow: Type, wide: Type])[] = [
  ['integer', 'number'],
  ['date', 'timestamp'],
];

/**
 * The type of a column of which two parts show these types; `undefined` where their states cannot be joined: read at
 * once, the values would have been texts.
 */
export function mergeTypes(a: Type, b: Type): Type | undefined {
  if (a === b || b === 'empty') return a;
  if (a === 'empty') return b;
  return WIDENED.find(([narrow, wide]) => (a === narrow && b === wide) || (a === wide && b === narrow))?.[1];
}
