import type { Digest } from '../../lib/digest.ts';
import type { GateDocument } from '../../lib/documents/gate.ts';
import { plainEntry } from '../../lib/history/history-point.ts';
import type { MetricEntry } from '../../lib/policy/metrics-view.ts';
import type { LoadedNumbers } from './found-baseline.ts';

/** The candidate's numbers as a gate judged them, without rows and intervals; gaps between groups are left out. */
export function gateNumbers(document: GateDocument, location: string, digest: Digest): LoadedNumbers {
  const entries = new Map<string, MetricEntry>();
  for (const { metric, slice, by, candidate, direction, unit, n } of document.gates)
    if (candidate !== null && by === undefined)
      entries.set(`${metric}\n${slice ?? ''}`, {
        ...plainEntry(metric, slice, candidate),
        direction,
        unit,
        n,
      });
  const data = document.subjects.find(({ role }) => role === 'data')?.digest;
  return {
    commit: document.candidate.commit,
    view: {
      location,
      digest,
      entries: [...entries.values()],
      created: document.created,
      ...(data !== undefined && { datasetDigest: data }),
      document: undefined,
      rows: undefined,
      rowsDigest: undefined,
    },
  };
}
