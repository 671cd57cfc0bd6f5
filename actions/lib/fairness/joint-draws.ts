import { selectRows } from '../metrics/select-rows.ts';
import { seededRandom } from '../stats/random.ts';
import { type DrawSums, type RowTerms, resampleSums, sumTerms } from '../stats/resample-sums.ts';
import { type FairRows, GROUP_WIDTH, outcomeOf } from './group-rates.ts';
import type { AdmittedGroups } from './groups.ts';

/** The sums of all groups, side by side, and draws of them. */
export interface JointSums {
  /** The rows of all groups, group after group, and where each group begins. */
  readonly rows: FairRows;
  readonly starts: Uint32Array;
  readonly width: number;
  /** `GROUP_WIDTH` numbers for each group: weighted sums. */
  readonly observed: Float64Array;
  /** The same of classes with every row counted once, and with the squares of the weights. */
  readonly counts: Float64Array;
  readonly squares: Float64Array;
  /** Sums of rows drawn with replacement from all groups together; weighted rows and clusters as they are. */
  readonly draw: DrawSums;
}

/** @returns sums of the groups' rows; rows of no group have no part in them */
export function jointSums(
  rows: FairRows,
  groups: AdmittedGroups['groups'],
  settings: { readonly resamples: number; readonly seed: number },
): JointSums {
  const starts = new Uint32Array(groups.length + 1);
  for (const [group, { rows: own }] of groups.entries())
    starts[group + 1] = (starts[group] ?? 0) + own.length;
  const indexes = new Uint32Array(starts[groups.length] ?? 0);
  const cellOf = new Int32Array(indexes.length);
  for (const [group, { rows: own }] of groups.entries()) {
    indexes.set(own, starts[group]);
    cellOf.fill(group, starts[group], starts[group + 1]);
  }
  const kept = selectRows(rows, indexes) as FairRows;
  const terms = groupTerms(kept, cellOf, groups.length);
  const counts = sumTerms(terms);
  const { weights } = kept;
  const observed = weights ? sumTerms(terms, weights) : counts;
  return {
    rows: kept,
    starts,
    width: terms.width,
    observed,
    counts,
    squares: weights
      ? sumTerms(
          terms,
          weights.map((weight) => weight * weight),
        )
      : counts,
    draw: drawing(kept, terms, observed, settings),
  };
}

/** What each row adds to its group's sums. */
function groupTerms(rows: FairRows, cellOf: Int32Array, groups: number): RowTerms {
  const width = GROUP_WIDTH[rows.task];
  const values = new Float64Array(rows.count * width);
  for (let row = 0; row < rows.count; row++) {
    if (rows.task === 'regression') {
      const predicted = rows.predicted[row] ?? 0;
      values[row * width] = 1;
      values[row * width + 1] = predicted;
      values[row * width + 2] = Math.abs((rows.actual[row] ?? 0) - predicted);
    } else values[row * width + outcomeOf(rows, row)] = 1;
  }
  return { cells: groups, width, cellOf, values };
}

/** Counted rows are drawn by their cells, at a cost that does not depend on how many there are. */
function drawing(
  rows: FairRows,
  terms: RowTerms,
  observed: Float64Array,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): DrawSums {
  const random = seededRandom(seed);
  if (rows.task !== 'regression' && !rows.weights && !rows.clusters)
    return (into) => random.multinomial(rows.count, observed, into);
  return resampleSums(terms, rows.weights, rows.clusters, resamples, random).draw;
}
