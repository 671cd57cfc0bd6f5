import type { ColumnProfile } from '../documents/profile.ts';

/** Counts of a reference and of current data in the same cells: categories, or stretches of numbers. */
export interface Cells {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly n: number;
  readonly m: number;
  /** What each cell is called: a category, or `from 3 up to 5`. */
  readonly names: readonly string[];
}

/** Cells from counts, for measures on tables. */
export function cellsOf(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  names?: readonly string[],
): Cells {
  const [a, b] = [Float64Array.from(first), Float64Array.from(second)];
  return {
    first: a,
    second: b,
    n: a.reduce((sum, count) => sum + count, 0),
    m: b.reduce((sum, count) => sum + count, 0),
    names: names ?? Array.from(a, (_, index) => `cell ${index + 1}`),
  };
}

/** A cell for each value of two columns, in order of the reference's; `undefined` when not every value is known. */
export function cellsOfProfiles(reference: ColumnProfile, current: ColumnProfile): Cells | undefined {
  const [a, b] = [countsByValue(reference), countsByValue(current)];
  if (!a || !b) return undefined;
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return cellsOf(
    names.map((name) => a.get(name) ?? 0),
    names.map((name) => b.get(name) ?? 0),
    names,
  );
}

function countsByValue({ distribution }: ColumnProfile): ReadonlyMap<string, number> | undefined {
  if (distribution?.kind !== 'values') return undefined;
  return new Map(distribution.values.map((value, index) => [String(value), distribution.counts[index] ?? 0]));
}

/** Shares of the two sides in a cell. */
export const sharesIn = ({ first, second, n, m }: Cells, cell: number): readonly [p: number, q: number] => [
  (first[cell] ?? 0) / n,
  (second[cell] ?? 0) / m,
];

/** Adds up a term over all cells. */
export function sumOverCells(cells: Cells, term: (p: number, q: number) => number): number {
  let sum = 0;
  for (let cell = 0; cell < cells.first.length; cell += 1) sum += term(...sharesIn(cells, cell));
  return sum;
}
