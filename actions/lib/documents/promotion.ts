import type { Digest } from '../digest.ts';
import type { Envelope } from './envelope.ts';

/** How a promotion stands. `refused`: a rule spoke against it and nothing was changed. `planned`: a dry run. */
export type PromotionStatus =
  | 'registered'
  | 'completed'
  | 'rolled-back'
  | 'paused'
  | 'superseded'
  | 'noop'
  | 'refused'
  | 'failed'
  | 'planned'
  | 'running'
  | 'waiting'
  | 'aborted'
  | 'imported'
  | 'rolling-back';

/** One metric as it was watched during a step. */
export interface WatchedMetric {
  readonly analysis: string;
  readonly name: string;
  /** `warn`: reported only. */
  readonly severity: 'error' | 'warn';
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error';
  readonly reason: string;
  /** The conditions as the rollout file has them; `null` where it has none. */
  readonly failIf: string | null;
  readonly passIf: string | null;
  /** What the stable version is held against, in words; `null` without a comparison. */
  readonly compare: string | null;
  readonly measured: number;
  readonly failed: number;
  /** Failures that are tolerated. */
  readonly failureLimit: number;
  readonly inconclusive: number;
  readonly errors: number;
  readonly last: number | null;
  /** The value nearest to failing. */
  readonly worst: number | null;
  /** The stable version's newest value; `null` where it was not measured. */
  readonly stable: number | null;
  readonly samples: number | null;
}

/** One step of a rollout as it went. */
export interface RolloutStepReport {
  readonly step: number;
  readonly weight: number;
  /** Percent of requests that were copied to the version. */
  readonly shadow: number;
  readonly bakeMs: number;
  /** The GitHub environment whose reviewers approve; empty for a step of traffic. */
  readonly approval: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error' | 'open';
  readonly reason: string;
  readonly metrics: readonly WatchedMetric[];
}

/** One check before the first request. */
export interface PreflightReport {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

/** Where the ledger stood after the action. */
export interface LedgerPosition {
  readonly branch: string;
  /** Empty when nothing was written or there is no ledger. */
  readonly commit: string;
  readonly seq: number;
  readonly head: string;
}

/** A document that was accepted as evidence. */
export interface EvidenceReport {
  readonly location: string;
  readonly kind: string;
  readonly digest: Digest;
  readonly verdict: string;
}

/** `promotion.json`: what was promoted where, on what evidence, and how the rollout went. */
export interface PromotionDocument extends Envelope<'promotion'> {
  readonly operation:
    | 'promote'
    | 'register'
    | 'resume'
    | 'pause'
    | 'approve'
    | 'abort'
    | 'status'
    | 'import'
    | 'verify-ledger';
  readonly status: PromotionStatus;
  readonly model: string;
  readonly version: string | null;
  readonly digest: Digest | null;
  /** Other versions that name the same bytes. */
  readonly linked: readonly string[];
  readonly environment: string | null;
  readonly previousVersion: string | null;
  /** Whether callers of what serves get on with the version, as this run compared signatures; empty where none were. */
  readonly compatibility: string;
  readonly rolloutId: string | null;
  /** What the rollout is of. `operation: status` says beside it, in `version`, what serves. */
  readonly rolloutVersion: string | null;
  readonly step: number;
  readonly of: number;
  /** Share of traffic on the rollout's version, in percent; without a rollout, on what serves. */
  readonly weight: number;
  /** Checks before the first request, as this run made them. */
  readonly preflight: readonly PreflightReport[];
  readonly steps: readonly RolloutStepReport[];
  /** What the rollout waits for while no run is there; `null` when it waits for nothing. */
  readonly waitingFor: 'bake' | 'approval' | null;
  /** When there is something to do again, ISO 8601; `null` when nothing waits, or for as long as it takes. */
  readonly resumeAfter: string | null;
  /** What a dry run would do, line by line. */
  readonly plan: readonly string[];
  readonly warnings: readonly string[];
  /** Open incidents of the environment. */
  readonly incidents: readonly { readonly issue: number; readonly url: string }[];
  /** What mirrors are still to be told. */
  readonly outbox: readonly { readonly key: string; readonly tries: number; readonly reason: string }[];
  readonly evidence: readonly EvidenceReport[];
  /** Why it was refused, paused or rolled back; what `verify-ledger` found. */
  readonly reasons: readonly string[];
  readonly deployment: number | null;
  readonly ledger: LedgerPosition;
}
