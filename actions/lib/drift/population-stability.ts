import { type Cells, sumOverCells } from './cells.ts';

/** Added to every count, so that an empty cell does not make the index infinite (Jeffreys). */
const SMOOTHING = 0.5;

/**
 * The population stability index Σ (p - q) ln(p / q) of the shares of counts, half a case added to each cell. 0 for
 * equal shares, without upper limit.
 */
export const populationStability = (cells: Cells): number => stabilityOfShares(smoothed(cells));

/** The same of given shares, none of which is 0. */
export const stabilityOfShares = (cells: Cells): number =>
  sumOverCells(cells, (p, q) => (p - q) * Math.log(p / q));

/** Counts with half a case more in each cell. */
export function smoothed({ first, second, n, m, names }: Cells): Cells {
  const added = SMOOTHING * first.length;
  return {
    first: first.map((count) => count + SMOOTHING),
    second: second.map((count) => count + SMOOTHING),
    n: n + added,
    m: m + added,
    names,
  };
}
