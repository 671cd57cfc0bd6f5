import type { GateDocument } from '../documents/gate.ts';
import type { ScoredRow } from '../documents/metrics.ts';
import type { PairedRows } from '../stats/paired-rows.ts';

type ChangedRow = NonNullable<GateDocument['changedRows']>[number];

/**
 * Rows that one model has right and the other has not: the broken ones first, then the fixed ones, each beginning with
 * those that the candidate is surest of. Texts are those that the evaluation kept.
 *
 * @param limit - rows at most
 * @param positive - the class that a single score is the probability of; `undefined` when it is not known
 */
export function changedRows(
  { candidate, baseline }: PairedRows,
  limit: number,
  positive: string | undefined,
): readonly ChangedRow[] {
  const changed = candidate.flatMap((row, index) => {
    const before = baseline[index];
    if (before === undefined) return [];
    const right = row.p === row.y;
    if (right === (before.p === row.y)) return [];
    return [{ row, before, change: right ? ('fixed' as const) : ('broken' as const) }];
  });
  const surest = (wanted: ChangedRow['change']) =>
    changed
      .filter(({ change }) => change === wanted)
      .map((one) => ({ ...one, sure: certainty(one.row, positive) }))
      .sort((a, b) => b.sure - a.sure);
  return [...surest('broken'), ...surest('fixed')].slice(0, limit).map(({ row, before, change }) => ({
    id: row.id,
    actual: String(row.y),
    candidate: String(row.p),
    baseline: String(before.p),
    change,
  }));
}

/** The probability a model gave its answer, 0 where it gave none. */
function certainty({ p, s }: ScoredRow, positive: string | undefined): number {
  if (s === undefined) return 0;
  if (typeof s !== 'number') return Math.max(0, ...s);
  if (positive === undefined) return Math.max(s, 1 - s);
  return String(p) === positive ? s : 1 - s;
}
