import { bootstrapCells, bootstrapRows } from './bootstrap.ts';
import { clustersOf } from './clusters.ts';
import { normalCdf } from './distributions.ts';
import { type PairedDifference, tail } from './paired-difference.ts';
import { quantile } from './quantile.ts';
import { seededRandom } from './random.ts';

/** How a bootstrap is drawn; both numbers belong into the report. */
export interface Resampling {
  readonly resamples: number;
  readonly seed: number;
}

/** Below this share of usable resamples an interval would describe the exceptions. */
const USABLE = 0.95;

/**
 * The difference of any function of the rows, by resampling the rows with the two models' outcomes together.
 *
 * @param difference - for the rows' weights; NaN where it has no value
 * @returns `undefined` when the difference has no value on all rows or on too many resamples
 */
export function pairedBootstrap(
  rows: { readonly count: number; readonly weights?: Float64Array; readonly clusters?: Int32Array },
  difference: (weights: Float64Array) => number,
  { resamples, seed }: Resampling,
): PairedDifference | undefined {
  const change = difference(rows.weights ?? new Float64Array(rows.count).fill(1));
  const [draws] = bootstrapRows(rows, [difference], resamples, seededRandom(seed));
  const drawn = rows.clusters ? clustersOf(rows.clusters).count : rows.count;
  return fromDraws(change, draws, { n: rows.count, drawn, method: 'bootstrap-paired' });
}

/**
 * The difference of two functions of a confusion matrix, by resampling the joint cells (true label, candidate's
 * label, baseline's label).
 *
 * @param cells - rows in each joint cell
 * @param difference - for such counts; NaN where it has no value
 * @returns `undefined` as above
 */
export function pairedCellBootstrap(
  cells: Float64Array,
  difference: (cells: Float64Array) => number,
  { resamples, seed }: Resampling,
): PairedDifference | undefined {
  const count = cells.reduce((sum, rows) => sum + rows, 0);
  const [draws] = bootstrapCells(cells, [difference], resamples, seededRandom(seed));
  return fromDraws(difference(cells), draws, { n: count, drawn: count, method: 'bootstrap-cells-paired' });
}

/**
 * A difference from draws of it.
 *
 * @param drawn - how many were drawn: rows, or clusters of them
 * @returns `undefined` when the difference has no value, or too many draws have none
 */
export function fromDraws(
  change: number,
  draws: Float64Array | undefined,
  { n, drawn, method }: { readonly n: number; readonly drawn: number; readonly method: string },
): PairedDifference | undefined {
  const sorted = draws?.filter((draw) => !Number.isNaN(draw)).sort();
  if (!Number.isFinite(change) || draws === undefined || sorted === undefined) return undefined;
  const count = sorted.length;
  if (count < USABLE * draws.length || count < 2) return undefined;
  const mean = sorted.reduce((sum, draw) => sum + draw, 0) / count;
  const spread = sorted.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (count - 1);
  const standardError = Math.sqrt(spread);
  const share = (holds: (draw: number) => boolean): number => sorted.filter(holds).length / count;
  // Few draws reach far, and where few rows differ they spread too little: the tail of a normal with the spread that
  // would be seen if the threshold were true, as in a score test, then says more. The more doubtful of both counts.
  const score = (distance: number): number =>
    tail(distance, 0, Math.hypot(standardError, distance / Math.sqrt(drawn)), normalCdf);
  const pBelow = (threshold: number): number =>
    Math.max(
      share((draw) => draw >= threshold),
      score(change - threshold),
    );
  const pAbove = (threshold: number): number =>
    Math.max(
      share((draw) => draw <= threshold),
      score(threshold - change),
    );
  return {
    change,
    n,
    method,
    standardError,
    p: Math.min(1, 2 * Math.min(pBelow(0), pAbove(0))),
    interval: (level) => ({
      low: quantile(sorted, (1 - level) / 2) ?? change,
      high: quantile(sorted, (1 + level) / 2) ?? change,
    }),
    pBelow,
    pAbove,
  };
}
