import type { Digest } from '../digest.ts';
import type { Envelope } from './envelope.ts';
import type { EvidenceReport, LedgerPosition, WatchedMetric } from './promotion.ts';

/** A version by number and content. */
export interface NamedVersion {
  readonly version: string;
  readonly digest: Digest;
}

/** A version that was considered as the target: chosen, or why not. */
export interface CandidateReport {
  readonly version: string;
  readonly digest: Digest | null;
  readonly chosen: boolean;
  readonly reason: string;
}

/** An event that belongs into the ledger and could not be written there. */
export interface PendingEvent {
  readonly type: string;
  readonly version?: string;
  readonly digest?: Digest;
  readonly env?: string;
  readonly fence?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `rollback.json`: what was put back, why, how it was chosen, and what followed. */
export interface RollbackDocument extends Envelope<'rollback'> {
  readonly status: 'rolled-back' | 'noop' | 'failed' | 'planned';
  readonly model: string;
  readonly environment: string;
  readonly reason: string;
  readonly trigger: 'manual' | 'alert' | 'analysis';
  readonly from: NamedVersion | null;
  readonly to: NamedVersion | null;
  readonly candidates: readonly CandidateReport[];
  /** From the start of the step to traffic that was read back. */
  readonly secondsToSafe: number | null;
  readonly quarantined: boolean;
  readonly metrics: readonly WatchedMetric[];
  readonly evidence: readonly EvidenceReport[];
  readonly incident: { readonly number: number; readonly url: string } | null;
  readonly retrain: {
    readonly mode: 'off' | 'workflow_dispatch' | 'repository_dispatch';
    readonly runId: number | null;
    /** Why none was asked for; empty if it was. */
    readonly skipped: string;
  };
  readonly deployment: number | null;
  readonly ledger: LedgerPosition & { readonly state: 'sound' | 'tampered' | 'absent' | 'unwritable' };
  readonly pendingEvents: readonly PendingEvent[];
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  readonly warnings: readonly string[];
}
