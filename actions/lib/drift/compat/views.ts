import { type Cells, cellsOf, cellsOfProfiles } from '../cells.ts';
import { type NumberPair, pairOfProfiles } from '../number-pair.ts';
import type { Compared } from './rule.ts';

/** The numbers of two columns, also where there are few of them; `undefined` for other columns. */
export const numbersOf = ({ subject, reference, current }: Compared): NumberPair | undefined =>
  subject.kind === 'numbers' ? subject.pair : pairOfProfiles(reference, current);

/** A cell for each value; of binned numbers, for each bin. */
export function valuesOf({ subject, reference, current }: Compared): Cells | undefined {
  if (subject.kind === 'cells') return subject.cells;
  const { first, second } = subject.pair;
  return cellsOfProfiles(reference, current) ?? cellsOf(first, second);
}
