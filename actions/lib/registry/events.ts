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
  };
  readonly 'evidence.attached': { readonly evidence: readonly AttachedEvidence[] };
  readonly 'version.verified': Readonly<Record<string, never>>;
  readonly 'version.quarantined': { readonly reason: string };
  readonly 'lease.acquired': {
    readonly owner: LeaseOwner;
    readonly minutes: number;
    /** The owner that was pushed aside, by a rollback or because it was gone. */
    readonly from: LeaseOwner | null;
  };
  readonly 'lease.renewed': Readonly<Record<string, never>>;
  readonly 'lease.released': Readonly<Record<string, never>>;
  readonly 'rollout.requested': {
    readonly steps: readonly { readonly weight: number; readonly bakeMs: number }[];
    readonly previous: string | null;
    /** sha256 of the rollout file, kept beside the ledger; null for one step without a traffic driver. */
    readonly spec: Digest | null;
  };
  readonly 'rollout.step.started': { readonly step: number; readonly of: number; readonly weight: number };
  readonly 'rollout.step.applied': {
    readonly step: number;
    readonly of: number;
    readonly weight: number;
    readonly verified: string;
  };
  readonly 'rollout.step.passed': { readonly step: number; readonly analysis: string };
  readonly 'rollout.step.failed': { readonly step: number; readonly reason: string };
  readonly 'rollout.paused': { readonly step: number; readonly reason: string };
  readonly 'rollout.resumed': { readonly step: number };
  readonly 'rollout.superseded': { readonly by: string };
  readonly 'rollout.completed': { readonly previous: string | null };
  readonly 'rollback.started': {
    readonly from: string;
    readonly to: string | null;
    readonly trigger: string;
    readonly reason: string;
  };
  readonly 'rollback.completed': { readonly from: string; readonly to: string | null };
  readonly 'rollback.failed': { readonly from: string; readonly to: string | null; readonly reason: string };
  readonly 'mirror.done': { readonly deployment: number };
  readonly 'incident.opened': { readonly issue: number; readonly url: string };
  readonly 'retrain.requested': { readonly dedupeKey: string; readonly mode: string };
  readonly 'retrain.dispatched': { readonly dedupeKey: string; readonly run: number | null };
  readonly 'retrain.skipped': { readonly reason: string };
}

export type EventType = keyof EventData;

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
