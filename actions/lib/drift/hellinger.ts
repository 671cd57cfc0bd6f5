import { type Cells, sumOverCells } from './cells.ts';

/** The Hellinger distance √(½ Σ (√p - √q)²): 0 for equal shares, 1 for no common value. */
export const hellinger = (cells: Cells): number =>
  Math.sqrt(sumOverCells(cells, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2) / 2);
