import type { ColumnProfile } from '../documents/profile.ts';
import { isTypeConflict, mergeColumnStates, type TypeConflict } from './merge-state.ts';
import { mergeTypes } from './merge-types.ts';
import { stateOf } from './state-of.ts';
import { summarizeColumn } from './summarize.ts';

/**
 * The profile of the rows of both, the same as if they had been read at once. A redacted column stays redacted: its
 * counts add up, and of its distinct values only the limits are known.
 */
export function mergeColumnProfiles(a: ColumnProfile, b: ColumnProfile): ColumnProfile | TypeConflict {
  const [first, second] = [stateOf(a), stateOf(b)];
  if (first === undefined || second === undefined) return mergeRedacted(a, b);
  const merged = mergeColumnStates(first, second);
  return isTypeConflict(merged) ? merged : summarizeColumn(merged);
}

function mergeRedacted(a: ColumnProfile, b: ColumnProfile): ColumnProfile | TypeConflict {
  const type = mergeTypes(a.type, b.type);
  if (type === undefined) return { conflict: 'type', column: a.name, types: [a.type, b.type] };
  return {
    name: a.name,
    type,
    ...((a.declared || b.declared) && { declared: true as const }),
    rows: a.rows + b.rows,
    missing: a.missing + b.missing,
    invalid: a.invalid + b.invalid,
    distinct: mergeDistinct(a.distinct, b.distinct),
    top: [],
    redacted: true,
  };
}

/** Without the values: at least those of the part with more, at most those of both. */
function mergeDistinct(
  a: ColumnProfile['distinct'],
  b: ColumnProfile['distinct'],
): ColumnProfile['distinct'] {
  if (a.count === 0 && a.exact) return b;
  if (b.count === 0 && b.exact) return a;
  return {
    count: Math.max(a.count, b.count),
    exact: false,
    atMost: (a.atMost ?? a.count) + (b.atMost ?? b.count),
  };
}
