import type { ColumnProfile } from '../documents/profile.ts';
import { ENOUGH_ROWS, percentToAllow } from './risk.ts';
import { counted, type Suggestion, shownPercent } from './suggestion.ts';

/** A limit of missing values above this share says nothing. */
const MOST_PERCENT = 50;

/**
 * How many values may be missing. After 1,000 rows without a gap none may; else an upper limit of the share, and
 * a warning for the first gap where there was none.
 */
export function missingLimits({ rows, missing }: ColumnProfile): Suggestion & { readonly required?: true } {
  if (missing === 0 && rows >= ENOUGH_ROWS)
    return { required: true, notes: { required: `no value is missing in ${counted(rows, 'row')}` } };
  const percent = percentToAllow(missing, rows);
  const common = { metric: 'nullValues', dimension: 'completeness' } as const;
  const limit =
    percent > MOST_PERCENT
      ? []
      : [
          {
            ...common,
            limit: { mustBeLessOrEqualTo: percent },
            unit: 'percent',
            severity: 'error',
            note: `missing in ${missing} of ${counted(rows, 'row')} (${shownPercent(missing, rows)}); as many rows of the same kind stay below the limit, risk 1 in 10,000`,
          } as const,
        ];
  if (missing > 0) return { rules: limit };
  return {
    rules: [
      ...limit,
      {
        ...common,
        limit: { mustBe: 0 },
        severity: 'warning',
        note: `complete, but ${counted(rows, 'row')} are too few to demand it (${ENOUGH_ROWS} are enough); write "required: true" if it must be`,
      },
    ],
  };
}
