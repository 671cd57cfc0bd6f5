import { clustersOf } from './clusters.ts';
import type { Random } from './random.ts';

/**
 * Statistics of resamples of a contingency table: as many rows as it counts, drawn with replacement, give
 * multinomial cells. The same distribution as resampling the rows, at a cost that does not depend on them.
 *
 * @param cells - whole numbers of rows
 * @param statistics - functions of the cells; NaN where undefined
 * @returns one array of `resamples` values per statistic
 */
export function bootstrapCells(
  cells: Float64Array,
  statistics: readonly ((cells: Float64Array) => number)[],
  resamples: number,
  random: Random,
): Float64Array[] {
  const rows = cells.reduce((sum, cell) => sum + cell, 0);
  const drawn = new Float64Array(cells.length);
  const results = statistics.map(() => new Float64Array(resamples));
  for (let round = 0; round < resamples; round++) {
    random.multinomial(rows, cells, drawn);
    for (const [index, statistic] of statistics.entries()) {
      const values = results[index];
      if (values) values[round] = statistic(drawn);
    }
  }
  return results;
}

/**
 * Statistics of resamples of rows, or of whole clusters. A resample is given as weights: how often each row was
 * drawn, times its own weight; so nothing is copied, and what depends only on the rows' values (their order) is
 * worked out once.
 *
 * @param statistics - functions of the rows' weights; NaN where undefined
 * @returns one array of `resamples` values per statistic
 */
export function bootstrapRows(
  rows: { readonly count: number; readonly weights?: Float64Array; readonly clusters?: Int32Array },
  statistics: readonly ((weights: Float64Array) => number)[],
  resamples: number,
  random: Random,
): Float64Array[] {
  const draw = drawWeights(rows, random);
  const results = statistics.map(() => new Float64Array(resamples));
  const drawn = new Float64Array(rows.count);
  for (let round = 0; round < resamples; round++) {
    draw(drawn);
    for (const [index, statistic] of statistics.entries()) {
      const values = results[index];
      if (values) values[round] = statistic(drawn);
    }
  }
  return results;
}

function drawWeights(
  {
    count,
    weights,
    clusters,
  }: { readonly count: number; readonly weights?: Float64Array; readonly clusters?: Int32Array },
  random: Random,
): (into: Float64Array) => void {
  const units = clusters ? clustersOf(clusters).count : count;
  const times = new Float64Array(units);
  return (into) => {
    times.fill(0);
    for (let draw = 0; draw < units; draw++) {
      const unit = random.integer(units);
      times[unit] = (times[unit] ?? 0) + 1;
    }
    for (let row = 0; row < count; row++)
      into[row] = (times[clusters ? (clusters[row] ?? 0) : row] ?? 0) * (weights?.[row] ?? 1);
  };
}
