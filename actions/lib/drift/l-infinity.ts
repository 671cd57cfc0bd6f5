import { type Cells, sharesIn } from './cells.ts';

/** Differences this close are equal but for rounding; the first cell then speaks for both. */
const SAME = 1e-12;

/** The largest difference of shares, from 0 to 1, and the cell that shows it. */
export function lInfinity(cells: Cells): { readonly distance: number; readonly cell: number } {
  let largest = { distance: 0, cell: 0 };
  for (let cell = 0; cell < cells.first.length; cell += 1) {
    const [p, q] = sharesIn(cells, cell);
    const distance = Math.abs(p - q);
    if (distance > largest.distance + SAME) largest = { distance, cell };
  }
  return largest;
}
