import type { ColumnProfile } from '../documents/profile.ts';

/**
 * The profile of a classified column: counts remain. Values, extremes, bins and registers are left out (a guess could
 * be tried against them), so that drift of its values, their statistics and the exact number of distinct values over
 * several parts cannot be told from such profiles.
 */
export function redactProfile(profile: ColumnProfile): ColumnProfile {
  const { name, type, declared, rows, missing, invalid, distinct } = profile;
  return {
    name,
    type,
    ...(declared && { declared }),
    rows,
    missing,
    invalid,
    distinct,
    top: [],
    redacted: true,
  };
}
