import type { Digest } from '../digest.ts';
import type { EventType, LedgerEvent } from './events.ts';
import {
  type EnvironmentState,
  emptyState,
  entryOf,
  environmentOf,
  GENESIS,
  type LedgerState,
  type RolloutState,
  type VersionState,
} from './state.ts';

const SERVED_KEPT = 50;

type EventNamed<T extends EventType> = Extract<LedgerEvent, { type: T }>;
type Reducers = {
  readonly [T in EventType]: (state: LedgerState, event: EventNamed<T>) => LedgerState;
};

const withVersion = (
  state: LedgerState,
  event: LedgerEvent,
  change: (version: VersionState) => Partial<VersionState>,
): LedgerState => {
  const version = entryOf(state.versions, event.version ?? '');
  if (version === undefined) return state;
  return {
    ...state,
    versions: { ...state.versions, [event.version ?? '']: { ...version, ...change(version) } },
  };
};

const withEnvironment = (
  state: LedgerState,
  event: LedgerEvent,
  change: (environment: EnvironmentState) => Partial<EnvironmentState>,
): LedgerState => {
  if (event.env === undefined) return state;
  const environment = environmentOf(state, event.env);
  return {
    ...state,
    environments: { ...state.environments, [event.env]: { ...environment, ...change(environment) } },
  };
};

const withRollout = (
  state: LedgerState,
  event: LedgerEvent,
  change: (rollout: RolloutState) => Partial<RolloutState>,
): LedgerState =>
  withEnvironment(state, event, ({ rollout }) => ({
    rollout: rollout === null ? null : { ...rollout, ...change(rollout) },
  }));

const serve = (environment: EnvironmentState, version: string | null, since: string) =>
  version === null || version === environment.current
    ? { current: version }
    : { current: version, served: [{ version, since }, ...environment.served].slice(0, SERVED_KEPT) };

const reducers: Reducers = {
  'version.registered': (state, { version = '', digest, ts, data }) => ({
    ...state,
    versions: {
      ...state.versions,
      [version]: {
        digest: digest ?? GENESIS,
        uri: data.uri,
        commit: data.commit,
        registered: ts,
        dataDigest: data.dataDigest,
        metrics: data.metrics,
        evidence: {},
        verified: {},
      },
    },
  }),
  'evidence.attached': (state, event) =>
    withVersion(state, event, ({ evidence }) => ({
      evidence: {
        ...evidence,
        ...Object.fromEntries(event.data.evidence.map((document) => [document.kind, document])),
      },
    })),
  'version.verified': (state, event) =>
    withVersion(state, event, ({ verified }) => ({
      verified: { ...verified, [event.env ?? '']: event.ts },
    })),
  'version.quarantined': (state, { version = '', digest, ts, data }) =>
    digest === undefined || entryOf(state.quarantine, digest) !== undefined
      ? state
      : {
          ...state,
          quarantine: { ...state.quarantine, [digest]: { version, reason: data.reason, since: ts } },
        },
  'lease.acquired': (state, event) =>
    withEnvironment(state, event, () => ({
      fence: event.fence ?? 0,
      lease: {
        owner: event.data.owner,
        fence: event.fence ?? 0,
        minutes: event.data.minutes,
        expires: event.ts,
      },
    })),
  'lease.renewed': (state) => state,
  'lease.released': (state, event) => withEnvironment(state, event, () => ({ lease: null })),
  'rollout.requested': (state, event) =>
    withEnvironment(state, event, ({ spec }) => ({
      spec: event.data.spec ?? spec,
      rollback: null,
      rollout: {
        id: event.rollout ?? '',
        version: event.version ?? '',
        digest: event.digest ?? GENESIS,
        previous: event.data.previous,
        spec: event.data.spec,
        phase: 'running',
        step: 0,
        of: event.data.steps.length,
        applied: false,
        weight: 0,
        since: event.ts,
        pauses: 0,
        reason: '',
      },
    })),
  'rollout.step.started': (state, event) =>
    withRollout(state, event, () => ({ step: event.data.step, applied: false, since: event.ts })),
  'rollout.step.applied': (state, event) =>
    withRollout(state, event, () => ({ applied: true, weight: event.data.weight, since: event.ts })),
  'rollout.step.passed': (state) => state,
  'rollout.step.failed': (state, event) => withRollout(state, event, () => ({ reason: event.data.reason })),
  'rollout.paused': (state, event) =>
    withRollout(state, event, ({ pauses }) => ({
      phase: 'paused',
      pauses: pauses + 1,
      reason: event.data.reason,
    })),
  'rollout.resumed': (state, event) => withRollout(state, event, () => ({ phase: 'running', reason: '' })),
  'rollout.superseded': (state, event) => withRollout(state, event, () => ({ phase: 'superseded' })),
  'rollout.completed': (state, event) =>
    withEnvironment(
      withRollout(state, event, () => ({ phase: 'completed', weight: 100, since: event.ts })),
      event,
      (environment) => serve(environment, event.version ?? null, event.ts),
    ),
  'rollback.started': (state, event) =>
    withEnvironment(state, event, ({ rollout }) => ({
      rollback: {
        from: event.data.from,
        to: event.data.to,
        reason: event.data.reason,
        phase: 'started',
        since: event.ts,
      },
      rollout:
        rollout === null || rollout.version !== event.data.from
          ? rollout
          : { ...rollout, phase: 'rolling-back', reason: event.data.reason },
    })),
  'rollback.completed': (state, event) =>
    withEnvironment(state, event, (environment) => {
      const { rollback, rollout } = environment;
      return {
        ...serve(environment, event.data.to, event.ts),
        rollback: rollback && { ...rollback, phase: 'completed', since: event.ts },
        rollout:
          rollout?.phase === 'rolling-back' ? { ...rollout, phase: 'rolled-back', weight: 0 } : rollout,
      };
    }),
  'rollback.failed': (state, event) =>
    withEnvironment(state, event, ({ rollback }) => ({
      rollback: rollback && { ...rollback, phase: 'failed', reason: event.data.reason },
    })),
  'mirror.done': (state, event) =>
    withEnvironment(state, event, () => ({
      deployment: { id: event.data.deployment, version: event.version ?? '' },
    })),
  'incident.opened': (state) => state,
  'retrain.requested': (state, event) => ({
    ...state,
    retrain: { last: event.ts, dedupeKey: event.data.dedupeKey, dispatched: false },
  }),
  'retrain.dispatched': (state) => ({ ...state, retrain: { ...state.retrain, dispatched: true } }),
  'retrain.skipped': (state) => state,
};

/** Every event of a lease's holder is a sign of life: it moves the lease's end. */
const renewLease = (state: LedgerState, event: LedgerEvent): LedgerState =>
  withEnvironment(state, event, ({ lease }) => ({
    lease:
      lease === null || lease.fence !== event.fence
        ? lease
        : { ...lease, expires: new Date(Date.parse(event.ts) + lease.minutes * 60_000).toISOString() },
  }));

const reduce = <T extends EventType>(state: LedgerState, event: EventNamed<T>): LedgerState => {
  const reducer: (state: LedgerState, event: EventNamed<T>) => LedgerState = reducers[event.type];
  return reducer(state, event);
};

/** The month of a time, `2026-10`: the name of the file its events lie in. */
export const monthOf = (iso: string): string => iso.slice(0, 7);

/** The state after one more event. */
export function applyEvent(state: LedgerState, event: LedgerEvent): LedgerState {
  const month = monthOf(event.ts);
  const next = renewLease(reduce(state, event), event);
  const head: { seq: number; hash: Digest } = { seq: event.seq, hash: event.hash };
  return { ...next, head, months: next.months.includes(month) ? next.months : [...next.months, month] };
}

/** The state after all events of a model, in order. The same events give the same state everywhere. */
export const fold = (model: string, events: Iterable<LedgerEvent>): LedgerState => {
  let state = emptyState(model);
  for (const event of events) state = applyEvent(state, event);
  return state;
};
