import type { ColumnProfile } from '../documents/profile.ts';

/** The profile of a classified column: counts remain, values and what points to single values are left out. */
export function redactProfile(profile: ColumnProfile): ColumnProfile {
  const { name, type, rows, missing, invalid, distinct } = profile;
  return { name, type, rows, missing, invalid, distinct, top: [], redacted: true };
}
