import { timestampText } from '../tabular/calendar.ts';
import type { Measurement, TableEvidence } from './check.ts';
import { profileOf, unmeasured } from './evidence.ts';

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** The earliest and the latest time of a column, in milliseconds since 1970. */
export interface InstantRange {
  readonly earliest: number;
  readonly latest: number;
  readonly type: 'date' | 'timestamp';
}

/** The range of a column of dates or timestamps, or why there is none. */
export function instantRange(
  table: TableEvidence | undefined,
  column: string,
): InstantRange | { readonly none: Measurement } {
  const profile = profileOf(table, column);
  if (profile === undefined) return { none: unmeasured(`the data has no column "${column}"`) };
  const { type, numeric } = profile;
  if (type === 'empty' || (numeric === undefined && (type === 'date' || type === 'timestamp')))
    return { none: unmeasured(`the column "${column}" has no values`) };
  if ((type !== 'date' && type !== 'timestamp') || numeric === undefined)
    return {
      none: unmeasured(`the column "${column}" holds no dates or timestamps but values of type ${type}`),
    };
  return { earliest: numeric.min, latest: numeric.max, type };
}

/** A time in a message: a day for dates. */
export const instantText = (ms: number, type: InstantRange['type']): string =>
  type === 'date' ? timestampText(ms).slice(0, 10) : timestampText(ms);
