import { type Cells, cellsOf } from './cells.ts';
import { countsBelow, type Stretches } from './counts-below.ts';
import type { NumberPair } from './number-pair.ts';

/**
 * Cuts numbers into so many cells of equal width between the least and the largest of both sides; each holds its
 * lower edge, the last one both. Equals `numpy.histogram` with equal bins. Values of a bin are spread evenly.
 */
export function equalWidthCells(pair: NumberPair, size: number): Cells {
  const edges = equalWidthEdges(pair.low[0] ?? 0, pair.high[pair.high.length - 1] ?? 0, size);
  return cellsOf(countBetween(pair, pair.first, edges), countBetween(pair, pair.second, edges));
}

/** The edges of so many cells of equal width, rounded as `numpy.linspace` does: values may lie on them. */
export const equalWidthEdges = (least: number, most: number, size: number): readonly number[] =>
  Array.from({ length: size + 1 }, (_, index) =>
    index === size ? most : least + index * ((most - least) / size),
  );

/** How many values lie between each two edges. The outer edges hold all there is. */
export function countBetween(
  stretches: Stretches,
  counts: Float64Array,
  edges: readonly number[],
): readonly number[] {
  const below = countsBelow(stretches, counts, edges);
  below[0] = 0;
  below[below.length - 1] = counts.reduce((sum, count) => sum + count, 0);
  return below.slice(1).map((upTo, cell) => upTo - (below[cell] ?? 0));
}
