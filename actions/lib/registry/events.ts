import type { Digest } from '../digest.ts';
import type { ManifestFile } from '../manifest.ts';

/** Evidence that was accepted for a version, by content. */
export interface AttachedEvidence {
  readonly kind: string;
  readonly digest: Digest;
  readonly verdict: string;
  readonly created: string;
}

/** Who holds an environment. `key` is the operation, which re-runs share; `attempt` tells them apart. */
export interface LeaseOwner {
  readonly key: string;
  readonly run: number;
  readonly attempt: number;
  readonly runner?: string;
}

/** One field of what a model takes or gives. */
export interface SignatureField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

/** What callers of a model rely on. */
export interface ModelSignature {
  readonly inputs: readonly SignatureField[];
  readonly outputs: readonly SignatureField[];
}

/** Something outside the ledger that is to follow what the ledger says; delivered at least once under its key. */
export interface OutboxEntry {
  /** The same for the same wish, such as `mlflow:alias:champion:3.4.0`. */
  readonly key: string;
  readonly kind:
    | 'deployment'
    | 'mlflow'
    | 'artifact-record'
    | 'gto-tag'
    | 'incident-close'
    | 'release'
    | 'notify';
  readonly env: string;
  readonly version: string;
  readonly payload: Readonly<Record<string, string>>;
}

/** What a rollout was asked to do in the cases that its file leaves open; a tick goes on under the same. */
export interface RolloutSettings {
  readonly onFailure: 'rollback' | 'pause';
  readonly onInconclusive: 'pause' | 'rollback' | 'continue';
  readonly onCancel: 'pause' | 'rollback';
  readonly quarantineOnFailure: boolean;
  /** Absent in rollouts of older versions: then whoever ends it says whom it tells. */
  readonly mirrors?: MirrorWishes;
}

/**
 * Who is to be told of a rollout beside the ledger. Addresses and credentials, and what is permitted at an address, stay
 * with the steps: a token must go to no address that only the ledger names.
 */
export interface MirrorWishes {
  readonly deployments: boolean;
  /** Shown with the deployment; empty for none. */
  readonly environmentUrl: string;
  readonly release: 'off' | 'draft' | 'publish';
  readonly artifactRecords: boolean;
  readonly gtoTags: boolean;
  /** Alias that the serving version gets in MLflow; empty without MLflow. */
  readonly mlflowAlias: string;
  /** Endings that people are told of; none without an address to tell them at. */
  readonly notifyOn: readonly string[];
  readonly notifyFormat: 'slack' | 'teams' | 'json';
}

/** What each type of event records beside its head. Times are ISO 8601 in UTC, weights percent of traffic. */
export interface EventData {
  readonly 'version.registered': {
    /** Where serving finds the bytes; empty if not said. */
    readonly uri: string;
    readonly commit: string;
    readonly files: readonly ManifestFile[];
    readonly dataDigest: Digest | null;
    readonly metrics: Readonly<Record<string, number>>;
    /** Confidence intervals of metrics that have one: low and high. */
    readonly intervals: Readonly<Record<string, readonly [number, number]>>;
    readonly signature: ModelSignature | null;
    /** Why it was trained, such as `incident #12`; empty when nothing was said. */
    readonly cause: string;
  };
  readonly 'evidence.attached': { readonly evidence: readonly AttachedEvidence[] };
  readonly 'version.verified': Readonly<Record<string, never>>;
  readonly 'version.quarantined': { readonly reason: string };
  /** Taken out of quarantine by a person who forced it. */
  readonly 'version.released': { readonly reason: string };
  /** Served before there was a ledger, which a person vouches for. */
  readonly 'version.imported': { readonly reason: string };
  readonly 'lease.acquired': {
    readonly owner: LeaseOwner;
    readonly minutes: number;
    /** The owner that was pushed aside, by a rollback or because it was gone. */
    readonly from: LeaseOwner | null;
  };
  readonly 'lease.renewed': Readonly<Record<string, never>>;
  readonly 'lease.released': Readonly<Record<string, never>>;
  readonly 'rollout.requested': {
    readonly steps: readonly PlannedStep[];
    readonly previous: string | null;
    /** sha256 of the rollout file, kept beside the ledger; null for one step without a traffic driver. */
    readonly spec: Digest | null;
    readonly settings: RolloutSettings;
    /** When the rollout pauses if it is not at its end; null for never. */
    readonly deadline: string | null;
    /** Who approved the run's environments in GitHub. */
    readonly approvers: readonly string[];
    /** Why rules were overridden; empty when none were. */
    readonly forced: string;
  };
  /** Goes on although callers of what serves would not get on with the version: what speaks against it, and why all the same. */
  readonly 'rollout.incompatible': { readonly problem: string; readonly reason: string };
  readonly 'rollout.preflight': { readonly checks: readonly PreflightResult[] };
  /** `approvers`: who let the job through, as GitHub tells, beside who started it. */
  readonly 'rollout.approved': { readonly step: number; readonly approvers: readonly string[] };
  /** `approval`: the GitHub environment whose reviewers the step waits for; absent for a step of traffic. */
  readonly 'rollout.step.started': StepWeight & { readonly approval?: string };
  readonly 'rollout.step.applied': StepWeight & { readonly verified: string };
  /** What was measured so far in a step that another run goes on with. */
  readonly 'rollout.step.measured': {
    readonly step: number;
    readonly tallies: Readonly<Record<string, unknown>>;
    /** When there is something to do again. */
    readonly until: string;
  };
  /** `inconclusive`: gone on from, as the rollout was asked to, although nothing proved it good. */
  readonly 'rollout.step.passed': {
    readonly step: number;
    readonly verdict: 'pass' | 'inconclusive';
    readonly analysis: string;
  };
  readonly 'rollout.step.failed': { readonly step: number; readonly reason: string };
  readonly 'rollout.paused': {
    readonly step: number;
    readonly reason: string;
    /** The actor wanted it; absent where the rollout itself could not go on. */
    readonly by?: 'person';
  };
  readonly 'rollout.resumed': { readonly step: number };
  readonly 'rollout.aborted': { readonly reason: string };
  readonly 'rollout.superseded': { readonly by: string };
  readonly 'rollout.completed': {
    readonly previous: string | null;
    /** Until when the version before should stay ready to serve; null for not at all. */
    readonly warmUntil: string | null;
  };
  readonly 'rollback.started': {
    readonly from: string;
    readonly to: string | null;
    readonly trigger: string;
    readonly reason: string;
  };
  readonly 'rollback.completed': { readonly from: string; readonly to: string | null };
  readonly 'rollback.failed': { readonly from: string; readonly to: string | null; readonly reason: string };
  readonly 'deployment.created': { readonly deployment: number };
  readonly 'mirror.queued': { readonly entries: readonly OutboxEntry[] };
  readonly 'mirror.done': { readonly key: string; readonly reference: string };
  readonly 'mirror.failed': { readonly key: string; readonly reason: string };
  readonly 'incident.opened': { readonly issue: number; readonly url: string };
  readonly 'incident.closed': { readonly issue: number };
  /** Events that an earlier rollback could not write were taken over from its `rollback.json`. */
  readonly 'ledger.imported': { readonly source: Digest; readonly events: number };
  /** The months up to one were sealed: `file` is the sha256 of what stands for all events before this one. */
  readonly 'ledger.sealed': { readonly month: string; readonly file: Digest };
  readonly 'retrain.requested': { readonly dedupeKey: string; readonly mode: string };
  readonly 'retrain.dispatched': { readonly dedupeKey: string; readonly run: number | null };
  readonly 'retrain.skipped': { readonly reason: string };
}

export type EventType = keyof EventData;

/** A step as the ledger keeps it; `approval` names the environment whose reviewers are waited for, empty for traffic. */
export interface PlannedStep {
  readonly weight: number;
  readonly shadow: number;
  readonly bakeMs: number;
  readonly approval: string;
}

interface StepWeight {
  readonly step: number;
  readonly of: number;
  readonly weight: number;
  /** Percent of requests that are copied to the version. */
  readonly shadow: number;
}

export interface PreflightResult {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

/** The run that caused an event. */
export interface EventRun {
  readonly id: number;
  readonly attempt: number;
  readonly job: string;
  readonly workflow: string;
  readonly sha: string;
}

/** What an event is about, as its producer states it. */
export interface DraftOf<T extends EventType> {
  readonly type: T;
  readonly version?: string;
  readonly digest?: Digest;
  readonly env?: string;
  readonly rollout?: string;
  readonly fence?: number;
  readonly data: EventData[T];
  /** Tells events of one type in one operation apart: the number of a step, a fence. Part of the event's id. */
  readonly step?: string;
}

/** An event before it has a place in the chain. */
export type Draft = { [T in EventType]: DraftOf<T> }[EventType];

interface EventOf<T extends EventType> extends Omit<DraftOf<T>, 'step'> {
  readonly v: 1;
  /** Place in the chain, from 1 and without gaps. */
  readonly seq: number;
  /** The same for the same step of the same operation in every attempt of its run. */
  readonly id: string;
  readonly ts: string;
  readonly model: string;
  readonly actor: string;
  readonly run: EventRun;
  /** Hash of the event before; `GENESIS` for the first. */
  readonly prev: Digest;
  /** sha256 of the canonical JSON of all other fields. */
  readonly hash: Digest;
}

/** One line of `events/YYYY-MM.jsonl`. */
export type LedgerEvent = { [T in EventType]: EventOf<T> }[EventType];
