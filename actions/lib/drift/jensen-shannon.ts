import { type Cells, sumOverCells } from './cells.ts';

/** The Jensen-Shannon divergence in bits, from 0 to 1: the mean divergence of both sides from their mean. */
export function jensenShannonDivergence(cells: Cells): number {
  const divergence = sumOverCells(cells, (p, q) => {
    const mean = (p + q) / 2;
    return (term(p, mean) + term(q, mean)) / 2;
  });
  return Math.max(0, divergence);
}

/**
 * The Jensen-Shannon distance, base 2: 0 for equal shares, 1 for no common value. Equals
 * `scipy.spatial.distance.jensenshannon(p, q, base=2)`.
 */
export const jensenShannon = (cells: Cells): number => Math.sqrt(jensenShannonDivergence(cells));

const term = (share: number, mean: number): number => (share === 0 ? 0 : share * Math.log2(share / mean));
