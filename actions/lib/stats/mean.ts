import { type Clusters, clusterSums } from './clusters.ts';

/** Sum with Neumaier's compensation: the rounding error does not grow with the number of terms. */
export function compensatedSum(count: number, term: (row: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let row = 0; row < count; row++) {
    const value = term(row);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // Infinite sums make the compensation NaN; the plain sum is then the answer.
  return Number.isNaN(lost) ? sum : sum + lost;
}

/** A weighted mean, its standard error, and the number of rows that carry weight. */
export interface MeanEstimate {
  readonly mean: number;
  /** `undefined` for fewer than two rows. */
  readonly standardError: number | undefined;
  readonly rows: number;
  /** Rows or clusters that were drawn apart from each other: one more than the degrees of freedom. */
  readonly drawn: number;
}

/** Σ w x / Σ w; NaN when no row carries weight. */
export function weightedMean(values: Float64Array, weights?: Float64Array): number {
  if (!weights) return compensatedSum(values.length, (row) => values[row] ?? 0) / values.length;
  const mass = compensatedSum(values.length, (row) => weights[row] ?? 0);
  // A row without weight does not count, even if its value is infinite.
  const sum = compensatedSum(values.length, (row) =>
    weights[row] ? (values[row] ?? 0) * (weights[row] ?? 0) : 0,
  );
  return sum / mass;
}

/**
 * The weighted mean with the linearized standard error √(n / (n − 1) Σ (Σ w (x − mean))²) / Σ w, the inner sum over
 * the rows of a cluster and n the number of clusters; without clusters each row is one, and for equal weights the
 * standard error is s / √n. Source: S. Heeringa et al., Applied Survey Data Analysis, Taylor series linearization.
 */
export function meanEstimate(
  values: Float64Array,
  weights?: Float64Array,
  clusters?: Clusters,
): MeanEstimate {
  const mean = weightedMean(values, weights);
  let rows = 0;
  let mass = 0;
  for (let row = 0; row < values.length; row++) {
    const weight = weights?.[row] ?? 1;
    if (weight > 0) rows++;
    mass += weight;
  }
  const drawn = clusters ? clusters.count : rows;
  if (drawn < 2) return { mean, standardError: undefined, rows, drawn };
  const effectOf = (row: number): number => {
    const weight = weights?.[row] ?? 1;
    return weight === 0 ? 0 : weight * ((values[row] ?? 0) - mean);
  };
  const parts =
    clusters &&
    clusterSums(
      clusters,
      Float64Array.from(values, (_, row) => effectOf(row)),
    );
  const squares = parts
    ? compensatedSum(parts.length, (part) => (parts[part] ?? 0) ** 2)
    : compensatedSum(values.length, (row) => effectOf(row) ** 2);
  return { mean, standardError: Math.sqrt((squares * drawn) / (drawn - 1)) / mass, rows, drawn };
}

/** Kish's effective number of rows (Σ w)² / Σ w²: how many equally weighted rows carry the same information. */
export function effectiveRows(count: number, weights?: Float64Array): number {
  if (!weights) return count;
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
