import { quantile } from '../stats/quantile.ts';

/** Values in bins of equal width from `from` to `to`; the outer bins hold everything beyond. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Two ends of an axis; `to` is greater than `from`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Pairs of values in a grid of `bins` × `bins` cells; the outer cells hold everything beyond. */
export interface Density {
  readonly x: Range;
  readonly y: Range;
  readonly bins: number;
  /** `[column, row, count]` of the cells that hold anything, counted from the lower left corner. */
  readonly cells: readonly (readonly [number, number, number])[];
}

export const HISTOGRAM_BINS = 30;
const DENSITY_BINS = 48;

/** Ends of an axis are looked for in so many rows, evenly along the test set: sorting more tells an eye nothing. */
const SAMPLE = 20_000;

/**
 * Where most of the values lie: all but `tail` of them at each end, so that a few outliers do not hide the rest.
 * NaN counts as no value. Values that are all equal get a little room.
 *
 * @returns `undefined` without values
 */
export function rangeOf(values: Float64Array, tail: number): Range | undefined {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let size = 0;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isNaN(value)) sample[size++] = value;
  }
  const sorted = sample.subarray(0, size).sort();
  const from = quantile(sorted, tail);
  const to = quantile(sorted, 1 - tail);
  if (from === undefined || to === undefined) return undefined;
  if (to > from) return { from, to };
  const room = Math.abs(from) * 0.01 || 1;
  return { from: from - room, to: to + room };
}

const binOf = (value: number, from: number, perUnit: number, bins: number): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((value - from) * perUnit)));

/**
 * Rows by value. NaN is left out.
 *
 * @param rows - when given, only the rows where this is `only`
 */
export function histogramOf(
  values: Float64Array,
  { from, to }: Range,
  rows?: { readonly classes: ArrayLike<number>; readonly only: number },
): Histogram {
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const perUnit = HISTOGRAM_BINS / (to - from);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value) || (rows && rows.classes[row] !== rows.only)) continue;
    const bin = binOf(value, from, perUnit, HISTOGRAM_BINS);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}

/** How many rows have which pair of values. */
export function densityOf(xs: Float64Array, ys: Float64Array, x: Range, y: Range): Density {
  const bins = DENSITY_BINS;
  const counts = new Uint32Array(bins * bins);
  const [xUnit, yUnit] = [bins / (x.to - x.from), bins / (y.to - y.from)];
  for (let row = 0; row < xs.length; row++) {
    const cell = binOf(ys[row] ?? 0, y.from, yUnit, bins) * bins + binOf(xs[row] ?? 0, x.from, xUnit, bins);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const cells: [number, number, number][] = [];
  for (const [cell, count] of counts.entries())
    if (count > 0) cells.push([cell % bins, Math.floor(cell / bins), count]);
  return { x, y, bins, cells };
}
