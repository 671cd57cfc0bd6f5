import type { Computed, Terms } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';

/**
 * A value, and by how much it changes per unit of each row's weight. The value does not depend on the scale of the
 * weights, so Σ weight × influence is 0.
 */
export interface Linearised {
  readonly value: number;
  readonly influence: Float64Array;
}

/**
 * A metric as the sum of what its rows contribute to it, to first order: its draws are as cheap as those of a mean,
 * and their spread is that of the infinitesimal jackknife. Source: B. Efron, The jackknife, the bootstrap and other
 * resampling plans, 1982, ch. 6; for an area under the ROC curve it is DeLong's variance up to (m − 1) / m.
 *
 * Simulated coverage of intervals of nominally 95 % (five labels that 10 to 50 % of rows carry, 400 runs): of areas
 * under ROC curves 93 % with 100 rows and 96 % with 400, of average precision 88 to 92 % and 93 to 96 %; resampling
 * rows instead gives 91 to 93 % with 100, since average precision of few rows is itself too high.
 *
 * @param linearise - called once for each set of rows; gives the reason where there is no value
 */
export function linearisedSums(linearise: (rows: LabelSetRows) => Linearised | string): {
  readonly terms: (rows: LabelSetRows) => Terms;
  readonly fromSums: (sums: Float64Array, rows: LabelSetRows) => Computed;
} {
  const made = new WeakMap<LabelSetRows, Linearised | string>();
  const of = (rows: LabelSetRows): Linearised | string => {
    const known = made.get(rows) ?? linearise(rows);
    made.set(rows, known);
    return known;
  };
  return {
    terms: (rows) => {
      const linearised = of(rows);
      const values = typeof linearised === 'string' ? new Float64Array(rows.count) : linearised.influence;
      return { cells: 1, width: 1, values };
    },
    fromSums: (sums, rows) => {
      const linearised = of(rows);
      return typeof linearised === 'string' ? linearised : linearised.value + (sums[0] ?? 0);
    },
  };
}
