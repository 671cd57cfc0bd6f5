import type { Digest } from '../digest.ts';
import type { Direction } from '../documents/metrics.ts';
import type { ManifestFile } from '../manifest.ts';
import type { AttachedEvidence, LedgerEvent } from './events.ts';
import type { MetricInsight } from './metric-insight.ts';
import { entryOf, type LedgerState } from './state.ts';
import { omsRoot } from './subject-checksums.ts';

/** A metric of a version. */
export interface MetricFact {
  readonly name: string;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | undefined;
  /** Where it is better; `undefined` if not known. */
  readonly direction: Direction | undefined;
  /** Interval of its difference from what serves, where the two were compared. */
  readonly difference?: { readonly low: number; readonly high: number };
}

/** What cards and notes say of a version. */
export interface VersionFacts {
  readonly version: string;
  readonly digest: Digest;
  /** `undefined` when the files are not known, as of versions that were imported. */
  readonly omsRoot: Digest | undefined;
  readonly uri: string;
  readonly commit: string;
  readonly registered: string;
  readonly dataDigest: Digest | null;
  readonly files: readonly ManifestFile[];
  readonly metrics: readonly MetricFact[];
  readonly evidence: readonly AttachedEvidence[];
  readonly approvers: readonly string[];
  /** Why it was trained; empty when nothing was said. */
  readonly cause: string;
}

/**
 * What the ledger knows of a version; `undefined` when it is not registered.
 *
 * @param insight - what evidence says of metrics, by name; the ledger's own events keep but their values
 */
export function versionFacts(
  state: LedgerState,
  events: readonly LedgerEvent[],
  version: string,
  insight: ReadonlyMap<string, MetricInsight> = new Map(),
): VersionFacts | undefined {
  const known = entryOf(state.versions, version);
  if (known === undefined) return undefined;
  const registered = events.find((event) => event.type === 'version.registered' && event.version === version);
  const files = registered?.type === 'version.registered' ? registered.data.files : [];
  const { digest, uri, commit, dataDigest, approvers, cause } = known;
  return {
    version,
    digest,
    omsRoot: files.length === 0 ? undefined : omsRoot(files),
    uri,
    commit,
    registered: known.registered,
    dataDigest,
    files,
    metrics: Object.entries(known.metrics)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => {
        const { direction, ...compared } = insight.get(name) ?? {};
        return { name, value, interval: intervalOf(entryOf(known.intervals, name)), direction, ...compared };
      }),
    evidence: Object.values(known.evidence),
    approvers,
    cause,
  };
}

const intervalOf = (pair: readonly [number, number] | undefined) =>
  pair === undefined ? undefined : { low: pair[0], high: pair[1] };
