import type { ColumnProfile } from '../documents/profile.ts';
import { demandRule } from './demand.ts';
import { ENOUGH_ROWS, percentToAllow } from './risk.ts';
import { counted, type Suggestion, shownPercent } from './suggestion.ts';

/** A limit of missing values above this share says nothing. */
const MOST_PERCENT = 50;

/**
 * How many values may be missing: an upper limit of their share, or none where none was. After fewer than 10,000
 * rows the first gap is a warning.
 */
export function missingLimits({ rows, missing }: ColumnProfile): Suggestion & { readonly required?: true } {
  if (rows === 0) return {};
  const rule = { metric: 'nullValues', dimension: 'completeness' } as const;
  if (missing === 0) {
    const note = `no value is missing in ${counted(rows, 'row')}`;
    return rows >= ENOUGH_ROWS
      ? { required: true, notes: { required: note } }
      : { rules: demandRule({ ...rule, note }, { values: rows, rows }) };
  }
  const percent = percentToAllow(missing, rows);
  if (percent > MOST_PERCENT) return {};
  const note = `missing in ${missing} of ${counted(rows, 'row')} (${shownPercent(missing, rows)}); as many rows of the same kind stay below the limit, risk 1 in 10,000`;
  return {
    rules: [{ ...rule, limit: { mustBeLessOrEqualTo: percent }, unit: 'percent', severity: 'error', note }],
  };
}
