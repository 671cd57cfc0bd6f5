import { type Cells, sumOverCells } from './cells.ts';

/**
 * Cramér's V of cell and side, the sides weighted equally: √(½ Σ (p - q)² / (p + q)). From 0 (equal shares) to 1
 * (no common value), and unlike V of the raw table the same for any ratio of their sizes. Equals √(χ² / N) of a
 * table scaled to equal sizes.
 */
export const cramersV = (cells: Cells): number =>
  Math.sqrt(sumOverCells(cells, (p, q) => (p + q === 0 ? 0 : (p - q) ** 2 / (p + q))) / 2);
