import type { Digest } from '../digest.ts';
import type { AttachedEvidence, LeaseOwner, ModelSignature, OutboxEntry, RolloutSettings } from './events.ts';

/** A registered version of a model. */
export interface VersionState {
  readonly digest: Digest;
  readonly uri: string;
  readonly commit: string;
  readonly registered: string;
  readonly dataDigest: Digest | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly signature: ModelSignature | null;
  /** Why it was trained; empty when nothing was said. */
  readonly cause: string;
  /** Who approved its rollouts, each once. */
  readonly approvers: readonly string[];
  /** The newest accepted document of each kind. */
  readonly evidence: Readonly<Record<string, AttachedEvidence>>;
  /** Environments in which the version passed its whole rollout, and when; without those it was rolled back from since. */
  readonly verified: Readonly<Record<string, string>>;
}

/** Why a digest may not be promoted, under whatever version. */
export interface Quarantine {
  readonly version: string;
  readonly reason: string;
  readonly since: string;
}

/** The right to change an environment's traffic, held by one operation at a time. */
export interface Lease {
  readonly owner: LeaseOwner;
  readonly fence: number;
  readonly minutes: number;
  readonly expires: string;
}

export type RolloutPhase =
  | 'running'
  | 'paused'
  | 'rolling-back'
  | 'rolled-back'
  | 'superseded'
  | 'aborted'
  | 'completed';

/** The newest rollout of an environment. */
export interface RolloutState {
  readonly id: string;
  readonly version: string;
  readonly digest: Digest;
  readonly previous: string | null;
  readonly spec: Digest | null;
  readonly settings: RolloutSettings;
  readonly requested: string;
  readonly deadline: string | null;
  /** Why rules were overridden; empty when none were. */
  readonly forced: string;
  readonly phase: RolloutPhase;
  /** Whether all checks before the first step passed. */
  readonly preflight: boolean;
  /** Steps that somebody approved. */
  readonly approved: readonly number[];
  /** The step that is under way, from 1; 0 before the first. */
  readonly step: number;
  readonly of: number;
  /** Whether the step's weight was set and read back; then `since` is when, and its bake counts from there. */
  readonly applied: boolean;
  /** Share of traffic on the version, in percent, as last verified. */
  readonly weight: number;
  readonly shadow: number;
  readonly since: string;
  /** When there is something to do again, while no run waits for it; null otherwise. */
  readonly until: string | null;
  /** What was measured in this step so far, by metric. */
  readonly tallies: Readonly<Record<string, unknown>>;
  /** How often it was paused; part of the ids of further pauses. */
  readonly pauses: number;
  /** Who paused it on purpose, and so keeps others from beginning anew; empty otherwise. */
  readonly pausedBy: string;
  /** Why it was paused or failed; empty otherwise. */
  readonly reason: string;
}

/** The newest rollback of an environment. */
export interface RollbackState {
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly phase: 'started' | 'completed' | 'failed';
  readonly since: string;
}

/** An incident that is not closed. */
export interface IncidentState {
  readonly issue: number;
  readonly url: string;
  readonly version: string;
}

/** A mirror that is still to be delivered. */
export interface OutboxState {
  readonly entry: OutboxEntry;
  readonly tries: number;
  /** When it was tried last, or queued. */
  readonly last: string;
  readonly reason: string;
}

/** One environment of a model. */
export interface EnvironmentState {
  /** The version that has all traffic, or had it before the rollout under way. */
  readonly current: string | null;
  /** Versions that were current, newest first, at most 50. */
  readonly served: readonly { readonly version: string; readonly since: string }[];
  /** Highest fence ever given; a holder of a lower one may not act. */
  readonly fence: number;
  readonly lease: Lease | null;
  readonly rollout: RolloutState | null;
  readonly rollback: RollbackState | null;
  /** Rollout file of the newest rollout that had one: how traffic is switched here. */
  readonly spec: Digest | null;
  readonly deployment: { readonly id: number; readonly version: string } | null;
  readonly incidents: readonly IncidentState[];
  /** The version that should stay ready to serve, and until when. */
  readonly warm: { readonly version: string; readonly until: string } | null;
}

/** Requests for retraining, which wait for each other. */
export interface RetrainState {
  readonly last: string | null;
  readonly dedupeKey: string;
  readonly dispatched: boolean;
  /** When retraining was asked for, newest first, at most 50. */
  readonly requests: readonly string[];
}

/** `state.json`: the fold of all events, rebuildable from them and never the source. */
export interface LedgerState {
  readonly v: 1;
  readonly model: string;
  readonly head: { readonly seq: number; readonly hash: Digest };
  /** Months with a file of events, oldest first. */
  readonly months: readonly string[];
  readonly versions: Readonly<Record<string, VersionState>>;
  readonly quarantine: Readonly<Record<string, Quarantine>>;
  readonly environments: Readonly<Record<string, EnvironmentState>>;
  readonly retrain: RetrainState;
  /** By key. */
  readonly outbox: Readonly<Record<string, OutboxState>>;
}

/** The hash before the first event. */
export const GENESIS: Digest = `sha256:${'0'.repeat(64)}`;

/** The state of a model without events. */
export const emptyState = (model: string): LedgerState => ({
  v: 1,
  model,
  head: { seq: 0, hash: GENESIS },
  months: [],
  versions: {},
  quarantine: {},
  environments: {},
  retrain: { last: null, dedupeKey: '', dispatched: false, requests: [] },
  outbox: {},
});

/** Whether a value has the look of a model's state; what is in its parts is not looked at. */
export const isStateOf = (value: unknown, model: string): value is LedgerState =>
  typeof value === 'object' &&
  value !== null &&
  'model' in value &&
  value.model === model &&
  ['head', 'versions', 'quarantine', 'environments'].every(
    (key) => typeof Reflect.get(value, key) === 'object' && Reflect.get(value, key) !== null,
  );

const EMPTY_ENVIRONMENT: EnvironmentState = {
  current: null,
  served: [],
  fence: 0,
  lease: null,
  rollout: null,
  rollback: null,
  spec: null,
  deployment: null,
  incidents: [],
  warm: null,
};

/** An entry by a name that came from outside; names such as `constructor` find nothing by accident. */
export const entryOf = <T>(entries: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(entries, name) ? entries[name] : undefined;

/** An environment of the model; an empty one for a name that was never used. */
export const environmentOf = (state: LedgerState, name: string): EnvironmentState =>
  entryOf(state.environments, name) ?? EMPTY_ENVIRONMENT;

/** The digest of a version, `undefined` when it is not registered. */
export const digestOf = (state: LedgerState, version: string | null): Digest | undefined =>
  version === null ? undefined : entryOf(state.versions, version)?.digest;

const OPEN: ReadonlySet<RolloutPhase> = new Set(['running', 'paused', 'rolling-back']);

/** The rollout of an environment that has steps, or a way back, still to go. */
export const openRollout = ({ rollout }: EnvironmentState): RolloutState | undefined =>
  rollout !== null && OPEN.has(rollout.phase) ? rollout : undefined;
