import type { DatasetDrift, DriftResult } from '../documents/validation.ts';

/** Share of columns from which on the whole is said to have drifted; as Evidently's. */
export const DATASET_SHARE = 0.5;

/**
 * Whether so many columns drifted that the data as a whole did. Columns of which nothing is known count neither way;
 * when they could turn the answer it is inconclusive.
 *
 * @param results - of `compareProfiles`, which with `alpha` bounds the false discovery rate
 * @param limit - share of the compared columns, from 0 to 1
 */
export function datasetDrift(results: readonly DriftResult[], limit = DATASET_SHARE): DatasetDrift {
  const columns = results.filter(({ test, status }) => test === 'distribution' && status !== 'not-tested');
  const count = (status: DriftResult['status']): number =>
    columns.filter((result) => result.status === status).length;
  const drifted = count('drifted');
  const compared = columns.length;
  const doubtful = count('inconclusive');
  const reaches = (hits: number, of: number): boolean => of > 0 && hits > 0 && hits >= limit * of;
  const always = reaches(drifted, compared);
  const never = !reaches(drifted + doubtful, compared);
  return {
    status: always ? 'drifted' : never && compared > 0 ? 'stable' : 'inconclusive',
    drifted,
    inconclusive: doubtful,
    compared,
    share: compared === 0 ? 0 : drifted / compared,
    limit,
  };
}
