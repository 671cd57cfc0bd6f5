import type { ScoredRow } from '../documents/metrics.ts';

/** The rows that two models have in common, and what stands against comparing them. */
export interface PairedRows {
  /** In the candidate's order; the baseline's row with the same id beside each. */
  readonly candidate: readonly ScoredRow[];
  readonly baseline: readonly ScoredRow[];
  /** Common rows as a share of the larger of the two sets, 0 to 1. */
  readonly overlap: number;
  /** Ids, a few of them, that carry one label here and another there. */
  readonly conflicts: { readonly count: number; readonly examples: readonly string[] };
}

const EXAMPLES = 3;

/**
 * Matches rows by id, whatever their order.
 *
 * @returns the pairs, or an id that one of the sets holds twice
 */
export function pairRows(
  candidate: readonly ScoredRow[],
  baseline: readonly ScoredRow[],
): PairedRows | { readonly duplicate: string; readonly in: 'candidate' | 'baseline' } {
  const byId = new Map(baseline.map((row) => [row.id, row]));
  if (byId.size < baseline.length) return { duplicate: firstDuplicate(baseline), in: 'baseline' };
  const pairs = { candidate: [] as ScoredRow[], baseline: [] as ScoredRow[] };
  const conflicts: string[] = [];
  const seen = new Set<string>();
  for (const row of candidate) {
    if (seen.has(row.id)) return { duplicate: row.id, in: 'candidate' };
    seen.add(row.id);
    const other = byId.get(row.id);
    if (other === undefined) continue;
    if (other.y !== row.y || (other.w ?? 1) !== (row.w ?? 1)) conflicts.push(row.id);
    pairs.candidate.push(row);
    pairs.baseline.push(other);
  }
  const larger = Math.max(candidate.length, baseline.length);
  return {
    ...pairs,
    overlap: larger === 0 ? 0 : pairs.candidate.length / larger,
    conflicts: { count: conflicts.length, examples: conflicts.slice(0, EXAMPLES) },
  };
}

function firstDuplicate(rows: readonly ScoredRow[]): string {
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) return id;
    seen.add(id);
  }
  return '';
}
