import { type Cells, sumOverCells } from './cells.ts';
import { smoothed } from './population-stability.ts';

/**
 * The Kullback-Leibler divergence Σ p ln(p / q) of the reference from the current data in nats, half a case added to
 * each cell. 0 for equal shares, without upper limit; not symmetric.
 */
export const kullbackLeibler = (cells: Cells): number => divergenceOfShares(smoothed(cells));

/** The same of given shares; infinite where only q is 0. Equals `scipy.stats.entropy(p, q)`. */
export const divergenceOfShares = (cells: Cells): number =>
  sumOverCells(cells, (p, q) => (p === 0 ? 0 : p * Math.log(p / q)));
