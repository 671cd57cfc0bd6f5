/**
 * Sums that the correlation of each pair of columns follows from, and that merge: for each pair, over the rows that
 * have both, the number of rows, the two means, the two sums of squares and the sum of products about the means
 * (Chan, Golub and LeVeque 1979; Pébay 2008). Flat: six numbers a pair, in the order (0,1), (0,2), …, (1,2), ….
 */
export type PairMoments = readonly number[];

export const NO_PAIRS: PairMoments = [];

const FIELDS = 6;

/** The moments of some rows. A column that is absent has no rows in common with any. */
export function pairMoments(columns: readonly (Float64Array | undefined)[], rows: number): PairMoments {
  const moments: number[] = [];
  for (let a = 0; a < columns.length; a += 1)
    for (let b = a + 1; b < columns.length; b += 1) moments.push(...momentsOf(columns[a], columns[b], rows));
  return moments;
}

function momentsOf(
  x: Float64Array | undefined,
  y: Float64Array | undefined,
  rows: number,
): readonly number[] {
  if (x === undefined || y === undefined) return [0, 0, 0, 0, 0, 0];
  let [n, meanX, meanY] = [0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const [u, v] = [x[row] ?? Number.NaN, y[row] ?? Number.NaN];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    n += 1;
    meanX += u;
    meanY += v;
  }
  if (n === 0) return [0, 0, 0, 0, 0, 0];
  meanX /= n;
  meanY /= n;
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const [u, v] = [(x[row] ?? Number.NaN) - meanX, (y[row] ?? Number.NaN) - meanY];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  return [n, meanX, meanY, xx, yy, xy];
}

/** The moments of two parts together. */
export function mergePairs(a: PairMoments, b: PairMoments): PairMoments {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: number[] = [];
  for (let at = 0; at < a.length; at += FIELDS)
    merged.push(...mergeOne(a.slice(at, at + FIELDS), b.slice(at, at + FIELDS)));
  return merged;
}

function mergeOne(a: readonly number[], b: readonly number[]): readonly number[] {
  const [n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0] = a;
  const [m = 0, u = 0, v = 0, uu = 0, vv = 0, uv = 0] = b;
  const total = n + m;
  if (n === 0) return b;
  if (m === 0) return a;
  const [dx, dy] = [u - x, v - y];
  const weight = (n * m) / total;
  return [
    total,
    x + (dx * m) / total,
    y + (dy * m) / total,
    xx + uu + dx * dx * weight,
    yy + vv + dy * dy * weight,
    xy + uv + dx * dy * weight,
  ];
}

/** The correlation of a pair. */
export interface PairCorrelation {
  readonly pair: readonly [string, string];
  readonly rows: number;
  /** `undefined` where one of the two does not vary. */
  readonly r: number | undefined;
}

/** Pearson's correlation of each pair. */
export function pearson(moments: PairMoments, columns: readonly string[]): readonly PairCorrelation[] {
  const found: PairCorrelation[] = [];
  let at = 0;
  for (const [index, first] of columns.entries())
    for (const second of columns.slice(index + 1)) {
      const [rows = 0, , , xx = 0, yy = 0, xy = 0] = moments.slice(at, at + FIELDS);
      const scale = Math.sqrt(xx) * Math.sqrt(yy);
      found.push({
        pair: [first, second],
        rows,
        r: scale > 0 ? Math.max(-1, Math.min(1, xy / scale)) : undefined,
      });
      at += FIELDS;
    }
  return found;
}
