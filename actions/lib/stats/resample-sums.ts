import { type Clusters, clustersOf } from './clusters.ts';
import type { Random } from './random.ts';

/** What each row adds to sums: `width` numbers to its cell; the sums are `cells` × `width` numbers. */
export interface RowTerms {
  readonly cells: number;
  readonly width: number;
  readonly cellOf?: Int32Array;
  readonly values: Float64Array;
}

/** Sums over all rows, each with its weight. */
export function sumTerms({ cells, width, cellOf, values }: RowTerms, weights?: Float64Array): Float64Array {
  const sums = new Float64Array(cells * width);
  const lost = new Float64Array(cells * width);
  const rows = values.length / width;
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    const cell = (cellOf?.[row] ?? 0) * width;
    for (let part = 0; part < width; part++)
      addExactly(sums, lost, cell + part, weight * (values[row * width + part] ?? 0));
  }
  return sums.map((sum, at) => (Number.isFinite(lost[at]) ? sum + (lost[at] ?? 0) : sum));
}

/** Neumaier's sum, so that shards added in any order agree to the last digits. */
function addExactly(sums: Float64Array, lost: Float64Array, at: number, value: number): void {
  const sum = sums[at] ?? 0;
  const next = sum + value;
  lost[at] = (lost[at] ?? 0) + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
  sums[at] = next;
}

/** Draws of sums of resampled rows, one after the other into the same array. */
export type DrawSums = (into: Float64Array) => void;

/** Numbers that are added in all resamples together; beyond it draws are normal ones. */
const ADDITIONS = 10_000_000;
/** More sums than this cannot have their joint spread worked out in reasonable time. */
const MAX_JOINT = 400;

/**
 * What draws sums of rows, or of whole clusters, drawn with replacement.
 *
 * With few rows it draws rows. With many it draws the sums themselves: the number of times a row is drawn is
 * Poisson's with mean 1 (the Poisson bootstrap), so the sums of a cell with many rows are normal, with the sums
 * of the rows' products as covariance; cells with few rows still draw their rows.
 *
 * @returns what draws, and whether the draws are of rows
 */
export function resampleSums(
  terms: RowTerms,
  weights: Float64Array | undefined,
  clusters: Int32Array | undefined,
  resamples: number,
  random: Random,
): { readonly draw: DrawSums; readonly exact: boolean } {
  const units = unitsOf(terms, weights, clusters);
  const additions = units.count * units.width * resamples;
  const joint = units.cells === 1 && units.width > MAX_JOINT;
  if (additions <= ADDITIONS || joint) return { draw: drawRows(units, random), exact: true };
  return { draw: drawNormal(units, random), exact: false };
}

/** What is drawn: rows that touch one cell, or clusters that touch all sums. Weights are in the values. */
interface Units {
  readonly count: number;
  readonly cells: number;
  readonly width: number;
  readonly cellOf: Int32Array | undefined;
  readonly values: Float64Array;
}

function unitsOf(
  terms: RowTerms,
  weights: Float64Array | undefined,
  clusters: Int32Array | undefined,
): Units {
  if (clusters) return clusterUnits(terms, weights, clustersOf(clusters));
  const { cells, width, cellOf } = terms;
  const values = weights ? weighted(terms, weights) : terms.values;
  return { count: values.length / width, cells, width, cellOf, values };
}

const weighted = ({ values, width }: RowTerms, weights: Float64Array): Float64Array => {
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++)
    result[at] = (values[at] ?? 0) * (weights[Math.floor(at / width)] ?? 0);
  return result;
};

function clusterUnits(
  { cells, width, cellOf, values }: RowTerms,
  weights: Float64Array | undefined,
  { count, order, starts }: Clusters,
): Units {
  const size = cells * width;
  const sums = new Float64Array(count * size);
  for (let cluster = 0; cluster < count; cluster++)
    for (let at = starts[cluster] ?? 0; at < (starts[cluster + 1] ?? 0); at++) {
      const row = order[at] ?? 0;
      const weight = weights?.[row] ?? 1;
      const to = cluster * size + (cellOf?.[row] ?? 0) * width;
      for (let part = 0; part < width; part++)
        sums[to + part] = (sums[to + part] ?? 0) + weight * (values[row * width + part] ?? 0);
    }
  return { count, cells: 1, width: size, cellOf: undefined, values: sums };
}

const drawRows =
  ({ count, width, cellOf, values }: Units, random: Random): DrawSums =>
  (into) => {
    into.fill(0);
    for (let drawn = 0; drawn < count; drawn++) {
      const unit = random.integer(count);
      const to = (cellOf?.[unit] ?? 0) * width;
      const from = unit * width;
      for (let part = 0; part < width; part++)
        into[to + part] = (into[to + part] ?? 0) + (values[from + part] ?? 0);
    }
  };

/** Cells with fewer rows than this draw them: their sums are far from normal. */
const FEW_ROWS = 50;

function drawNormal(units: Units, random: Random): DrawSums {
  if (units.width === 1) return drawSingles(units, random);
  const { cells, width } = units;
  const { rows, sums, products } = momentsOf(units);
  const few = fewRows(units, rows);
  const draws = few.map((cell) => drawFew(units, cell, random));
  const roots = Array.from({ length: cells }, (_, cell) =>
    (rows[cell] ?? 0) < FEW_ROWS
      ? undefined
      : choleskyRoot(products.subarray(cell * width * width, (cell + 1) * width * width), width),
  );
  for (const { at } of few) sums.fill(0, at, at + width);
  const normals = new Float64Array(sums.length);
  return (into) => {
    random.normals(normals);
    into.set(sums);
    for (let cell = 0; cell < cells; cell++) {
      const root = roots[cell];
      if (root) addCorrelated(into, cell * width, root, normals, width);
    }
    for (const draw of draws) draw(into);
  };
}

/** Adds root × normals to the sums of a cell. */
function addCorrelated(
  into: Float64Array,
  at: number,
  root: Float64Array,
  normals: Float64Array,
  width: number,
): void {
  for (let a = 0; a < width; a++) {
    let sum = 0;
    for (let b = 0; b <= a; b++) sum += (root[a * width + b] ?? 0) * (normals[at + b] ?? 0);
    into[at + a] = (into[at + a] ?? 0) + sum;
  }
}

/** Of each cell the number of its rows, their sums, and the sums of their products (a lower triangle each). */
function momentsOf({ count, cells, width, cellOf, values }: Units): {
  readonly rows: Uint32Array;
  readonly sums: Float64Array;
  readonly products: Float64Array;
} {
  const rows = new Uint32Array(cells);
  const sums = new Float64Array(cells * width);
  const products = new Float64Array(cells * width * width);
  for (let row = 0; row < count; row++) {
    const cell = cellOf?.[row] ?? 0;
    rows[cell] = (rows[cell] ?? 0) + 1;
    for (let a = 0; a < width; a++) {
      const value = values[row * width + a] ?? 0;
      sums[cell * width + a] = (sums[cell * width + a] ?? 0) + value;
      const line = (cell * width + a) * width;
      for (let b = 0; b <= a; b++)
        products[line + b] = (products[line + b] ?? 0) + value * (values[row * width + b] ?? 0);
    }
  }
  return { rows, sums, products };
}

/** Cells with so few rows that these are drawn one by one; they are looked for only where there are such cells. */
const fewRows = (units: Units, rows: Uint32Array): readonly Cell[] =>
  rows.some((size) => size > 0 && size < FEW_ROWS)
    ? cellsOf(units).filter(({ rows: own }) => own.length > 0 && own.length < FEW_ROWS)
    : [];

/** Cells of one number each: no products, and the rows of a cell are looked for only where they are few. */
function drawSingles(units: Units, random: Random): DrawSums {
  const { count, cells, cellOf, values } = units;
  const rows = new Uint32Array(cells);
  const sums = new Float64Array(cells);
  const squares = new Float64Array(cells);
  for (let row = 0; row < count; row++) {
    const cell = cellOf?.[row] ?? 0;
    const value = values[row] ?? 0;
    rows[cell] = (rows[cell] ?? 0) + 1;
    sums[cell] = (sums[cell] ?? 0) + value;
    squares[cell] = (squares[cell] ?? 0) + value * value;
  }
  const spread = squares.map((square, cell) => ((rows[cell] ?? 0) < FEW_ROWS ? 0 : Math.sqrt(square)));
  const few = fewRows(units, rows);
  for (const { at } of few) sums[at] = 0;
  const draws = few.map((cell) => drawFew(units, cell, random));
  const normals = new Float64Array(cells);
  return (into) => {
    random.normals(normals);
    for (let cell = 0; cell < cells; cell++)
      into[cell] = (sums[cell] ?? 0) + (spread[cell] ?? 0) * (normals[cell] ?? 0);
    for (const draw of draws) draw(into);
  };
}

interface Cell {
  /** Where its sums begin. */
  readonly at: number;
  readonly rows: Uint32Array;
}

function cellsOf({ count, cells, width, cellOf }: Units): Cell[] {
  const { order, starts } = clustersOf(cellOf ?? new Int32Array(count));
  return Array.from({ length: cells }, (_, cell) => ({
    at: cell * width,
    rows: order.subarray(starts[cell] ?? count, starts[cell + 1] ?? count),
  }));
}

/**
 * What draws counts of rows drawn with replacement, from the counts of all rows: each Poisson's about the count, or
 * normal where that is large.
 */
export function resampleCounts(counts: Float64Array, random: Random): DrawSums {
  const roots = counts.map(Math.sqrt);
  const normals = new Float64Array(counts.length);
  return (into) => {
    random.normals(normals);
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0;
      into[cell] =
        count < FEW_COUNTS
          ? poisson(count, random)
          : Math.max(0, count + (roots[cell] ?? 0) * (normals[cell] ?? 0));
    }
  };
}

/** Each row as often as Poisson's distribution with mean 1 says. */
const drawFew =
  ({ width, values }: Units, { at, rows }: Cell, random: Random): DrawSums =>
  (into) => {
    for (const row of rows) {
      const times = poissonOne(random);
      if (times === 0) continue;
      for (let part = 0; part < width; part++)
        into[at + part] = (into[at + part] ?? 0) + times * (values[row * width + part] ?? 0);
    }
  };

/** Means below this are drawn from Poisson's distribution itself; above it is near enough to normal. */
const FEW_COUNTS = 10;
/** No draw of a mean below `FEW_COUNTS` is larger in a billion billion. */
const MOST_TIMES = 80;

/** Poisson's distribution by walking up it; for small means. */
function poisson(mean: number, random: Random): number {
  if (mean === 0) return 0;
  let left = random.next();
  let probability = Math.exp(-mean);
  let times = 0;
  while (left >= probability && times < MOST_TIMES) {
    left -= probability;
    times++;
    probability *= mean / times;
  }
  return times;
}

/** How often a row is drawn. */
const poissonOne = (random: Random): number => poisson(1, random);

/**
 * The lower triangular root of a positive semidefinite matrix, given by its lower triangle. Directions without
 * spread get none: their pivots are rounding.
 */
function choleskyRoot(matrix: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const full = matrix[column * size + column] ?? 0;
    let pivot = full;
    for (let k = 0; k < column; k++) pivot -= (root[column * size + k] ?? 0) ** 2;
    if (!(pivot > full * 1e-12)) continue;
    const diagonal = Math.sqrt(pivot);
    root[column * size + column] = diagonal;
    for (let row = column + 1; row < size; row++) {
      let sum = matrix[row * size + column] ?? 0;
      for (let k = 0; k < column; k++) sum -= (root[row * size + k] ?? 0) * (root[column * size + k] ?? 0);
      root[row * size + column] = sum / diagonal;
    }
  }
  return root;
}
