import { type PairedRows, pairRows } from '../stats/paired-rows.ts';
import { createdOf, dataDigestOf, type MetricsView } from './metrics-view.ts';
import type { Policy } from './policy.ts';

/** What comparisons of two models may rest on. */
export type Basis =
  | { readonly kind: 'paired'; readonly rows: PairedRows; readonly recompute: boolean; readonly note: string }
  /** Only the documents' numbers; `advisory` when they are not known to be about the same data. */
  | { readonly kind: 'unpaired'; readonly note: string; readonly advisory: boolean }
  /** `data`: the two are about other test data, which sizes and times do not mind · `age`: the baseline is too old. */
  | { readonly kind: 'refused'; readonly because: 'data' | 'age'; readonly note: string };

const DAY_MS = 86_400_000;

/**
 * Decides what a comparison of candidate and baseline rests on: the same rows, the common rows, the documents'
 * numbers alone, or nothing that would be honest.
 *
 * @param now - milliseconds since 1970
 */
export function comparisonBasis(
  candidate: MetricsView,
  baseline: MetricsView,
  evidence: Policy['evidence'],
  now: number,
): Basis {
  const stale = staleness(baseline, evidence.maxAgeMs, now);
  if (stale !== undefined) return { kind: 'refused', because: 'age', note: stale };
  const data = sameData(candidate, baseline);
  if (candidate.rows === undefined || baseline.rows === undefined)
    return withoutRows(candidate, baseline, data, evidence);
  const pairs = pairRows(candidate.rows, baseline.rows);
  if ('duplicate' in pairs)
    return unpairedUnlessOther(
      data,
      evidence,
      `the rows of the ${pairs.in} hold the id ${pairs.duplicate} twice`,
    );
  if (pairs.conflicts.count > 0) {
    const note = `${pairs.conflicts.count} rows have another label or weight in the baseline (id ${pairs.conflicts.examples.join(', ')}), so the test data changed`;
    return evidence.sameDataset === 'off'
      ? { kind: 'unpaired', note, advisory: false }
      : { kind: 'refused', because: 'data', note };
  }
  return pairedBasis(pairs, data, evidence);
}

type SameData = 'same' | 'other' | 'unknown';

function sameData(candidate: MetricsView, baseline: MetricsView): SameData {
  const a = dataDigestOf(candidate);
  const b = dataDigestOf(baseline);
  if (a === undefined || b === undefined) return 'unknown';
  return a === b ? 'same' : 'other';
}

function staleness(baseline: MetricsView, maxAgeMs: number | undefined, now: number): string | undefined {
  if (maxAgeMs === undefined) return undefined;
  const created = createdOf(baseline);
  if (created === undefined)
    return 'the baseline does not say when it was made, and evidence.max-age asks for it';
  const age = now - Date.parse(created);
  if (age <= maxAgeMs) return undefined;
  const days = (ms: number): string => `${(ms / DAY_MS).toFixed(1)} days`;
  return `the baseline is ${days(age)} old, evidence.max-age allows ${days(maxAgeMs)}; evaluate the baseline again`;
}

function withoutRows(
  candidate: MetricsView,
  baseline: MetricsView,
  data: SameData,
  evidence: Policy['evidence'],
): Basis {
  const which =
    candidate.rows === undefined && baseline.rows === undefined
      ? 'neither side kept'
      : `the ${candidate.rows === undefined ? 'candidate' : 'baseline'} did not keep`;
  return unpairedUnlessOther(data, evidence, `${which} its rows`);
}

function pairedBasis(pairs: PairedRows, data: SameData, evidence: Policy['evidence']): Basis {
  const n = pairs.candidate.length;
  const share = `${n.toLocaleString('en-US')} common rows (${(pairs.overlap * 100).toFixed(1)} %)`;
  if (n > 0 && pairs.overlap === 1)
    return {
      kind: 'paired',
      rows: pairs,
      recompute: data !== 'same',
      note: `the same ${n.toLocaleString('en-US')} test rows`,
    };
  if (data === 'same')
    return {
      kind: 'unpaired',
      note: `the documents name the same data, but their row files share only ${share}`,
      advisory: false,
    };
  if (n > 0 && pairs.overlap >= evidence.minOverlap)
    return {
      kind: 'paired',
      rows: pairs,
      recompute: true,
      note: `${share}; both models were judged on these`,
    };
  return unpairedUnlessOther(
    'other',
    evidence,
    `the two share ${share}, evidence.min-overlap asks for ${evidence.minOverlap * 100} %`,
  );
}

function unpairedUnlessOther(data: SameData, evidence: Policy['evidence'], note: string): Basis {
  if (data !== 'other' || evidence.sameDataset === 'off') return { kind: 'unpaired', note, advisory: false };
  const other = `the test data of candidate and baseline differ, and ${note}`;
  return evidence.sameDataset === 'preferred'
    ? { kind: 'unpaired', note: other, advisory: true }
    : {
        kind: 'refused',
        because: 'data',
        note: `${other}; evaluate the baseline on the candidate's test data, or set evidence.same-dataset`,
      };
}

/** A basis in words that follow "compared with the baseline". */
export function basisText(basis: Basis): string {
  switch (basis.kind) {
    case 'paired':
      return `on ${basis.note}`;
    case 'unpaired':
      return `by the numbers of both documents alone: ${basis.note}`;
    case 'refused':
      return `in vain: ${basis.note}`;
    default:
      return basis satisfies never;
  }
}
