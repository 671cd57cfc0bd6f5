import type { Digest } from '../digest.ts';
import type { Draft } from '../registry/events.ts';
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

/**
 * An event that belongs into the ledger and could not be written there: a whole draft, so that `operation: import` can
 * append it later.
 */
export type PendingEvent = Draft;

/** A version that was put back, and how that went. `sick`: it had all traffic and was not well. */
export interface AttemptReport {
  readonly version: string;
  readonly outcome: 'good' | 'sick' | 'failed';
  /** Why it is sick or failed; what could not be told of a good one. */
  readonly reason: string;
}

/** `rollback.json`: what was put back, why, how it was chosen, and what followed. */
export interface RollbackDocument extends Envelope<'rollback'> {
  /** `retrain-only`: training was asked for, and no traffic changed. */
  readonly status: 'rolled-back' | 'noop' | 'failed' | 'planned' | 'retrain-only';
  readonly model: string;
  readonly environment: string;
  readonly reason: string;
  readonly trigger: 'manual' | 'alert' | 'analysis';
  readonly from: NamedVersion | null;
  readonly to: NamedVersion | null;
  readonly candidates: readonly CandidateReport[];
  /** What was put back, in order: more than one where a version was not well. */
  readonly attempts: readonly AttemptReport[];
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
  /** Whether people were told through notify-url. */
  readonly alert: 'off' | 'sent' | 'failed';
  /** `unreachable`: what an earlier change kept in the cache was used in its place. */
  readonly ledger: LedgerPosition & {
    readonly state: 'sound' | 'tampered' | 'absent' | 'unwritable' | 'unreachable';
  };
  readonly pendingEvents: readonly PendingEvent[];
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  readonly warnings: readonly string[];
}
