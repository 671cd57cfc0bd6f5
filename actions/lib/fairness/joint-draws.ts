import { selectRows } from '../metrics/select-rows.ts';
import { seededRandom } from '../stats/random.ts';
import { type DrawSums, type RowTerms, resampleSums, sumTerms } from '../stats/resample-sums.ts';
import { type FairRows, GROUP_WIDTH, outcomeOf } from './group-rates.ts';
import type { AdmittedGroups } from './groups.ts';

/** The sums of all groups, side by side, and draws of them. */
export interface JointSums {
  /** `GROUP_WIDTH` numbers for each group. */
  readonly observed: Float64Array;
  readonly width: number;
  /** Sums of rows drawn with replacement from all groups together; weighted rows and clusters as they are. */
  readonly draw: DrawSums;
}

/** @returns sums of the groups' rows; rows of no group have no part in them */
export function jointSums(
  rows: FairRows,
  groups: AdmittedGroups['groups'],
  settings: { readonly resamples: number; readonly seed: number },
): JointSums {
  const indexes = new Uint32Array(groups.reduce((sum, group) => sum + group.rows.length, 0));
  const cellOf = new Int32Array(indexes.length);
  let from = 0;
  for (const [group, { rows: own }] of groups.entries()) {
    indexes.set(own, from);
    cellOf.fill(group, from, from + own.length);
    from += own.length;
  }
  const kept = selectRows(rows, indexes) as FairRows;
  const terms = groupTerms(kept, cellOf, groups.length);
  const observed = sumTerms(terms, kept.weights);
  return { observed, width: terms.width, draw: drawing(kept, terms, observed, settings) };
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
