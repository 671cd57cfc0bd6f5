import type { Digest } from '../digest.ts';
import type { EventType, LedgerEvent } from './events.ts';
import {
  digestOf,
  type EnvironmentState,
  emptyState,
  entryOf,
  environmentOf,
  GENESIS,
  type LedgerState,
  type RolloutState,
  type VersionState,
} from './state.ts';
import { isJudgement } from './trigger.ts';

const SERVED_KEPT = 50;
const REQUESTS_KEPT = 50;

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

const withApprovers = (state: LedgerState, event: LedgerEvent, people: readonly string[]): LedgerState =>
  withVersion(state, event, ({ approvers }) => ({ approvers: [...new Set([...approvers, ...people])] }));

const serve = (environment: EnvironmentState, version: string | null, since: string) =>
  version === null || version === environment.current
    ? { current: version }
    : { current: version, served: [{ version, since }, ...environment.served].slice(0, SERVED_KEPT) };

/** Bytes that turned out to be bad in an environment are not known to be good there, under whatever version. */
const withoutVerified = (state: LedgerState, env: string, digest: Digest | undefined): LedgerState => ({
  ...state,
  versions: Object.fromEntries(
    Object.entries(state.versions).map(([name, version]) => {
      if (version.digest !== digest || entryOf(version.verified, env) === undefined) return [name, version];
      const { [env]: _, ...verified } = version.verified;
      return [name, { ...version, verified }];
    }),
  ),
});

/** The verdict of a way back on the bytes that it leaves; nothing is said of bytes that go on serving. */
function judged(state: LedgerState, { env = '', data }: EventNamed<'rollback.started'>): LedgerState {
  const [bad, kept] = [digestOf(state, data.from), digestOf(state, data.to)];
  return isJudgement(data.trigger) && bad !== kept ? withoutVerified(state, env, bad) : state;
}

/** A version that had been put back, and was not well with all traffic. */
function provedSick(state: LedgerState, { env = '', data }: EventNamed<'rollback.failed'>): LedgerState {
  const { rollback } = environmentOf(state, env);
  const served = rollback?.phase === 'completed' && rollback.to === data.to;
  return served ? withoutVerified(state, env, digestOf(state, data.to)) : state;
}

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
        intervals: data.intervals,
        signature: data.signature,
        cause: data.cause,
        approvers: [],
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
  'version.released': (state, { digest = '' }) => ({
    ...state,
    quarantine: Object.fromEntries(Object.entries(state.quarantine).filter(([name]) => name !== digest)),
  }),
  'version.imported': (state, event) =>
    withEnvironment(
      withVersion(state, event, ({ verified }) => ({
        verified: { ...verified, [event.env ?? '']: event.ts },
      })),
      event,
      (environment) => serve(environment, event.version ?? null, event.ts),
    ),
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
  // Whoever was pushed aside gives nothing free: the lease is somebody else's by then.
  'lease.released': (state, event) =>
    withEnvironment(state, event, ({ lease }) => ({ lease: lease?.fence === event.fence ? null : lease })),
  'rollout.requested': (state, event) =>
    withEnvironment(withApprovers(state, event, event.data.approvers), event, ({ spec }) => ({
      spec: event.data.spec ?? spec,
      rollback: null,
      rollout: {
        id: event.rollout ?? '',
        version: event.version ?? '',
        digest: event.digest ?? GENESIS,
        previous: event.data.previous,
        spec: event.data.spec,
        settings: event.data.settings,
        requested: event.ts,
        deadline: event.data.deadline,
        forced: event.data.forced,
        phase: 'running',
        preflight: false,
        approved: [],
        step: 0,
        of: event.data.steps.length,
        applied: false,
        weight: 0,
        shadow: 0,
        since: event.ts,
        until: null,
        tallies: {},
        pauses: 0,
        pausedBy: '',
        reason: '',
      },
    })),
  'rollout.incompatible': (state) => state,
  'rollout.preflight': (state, event) =>
    withRollout(state, event, () => ({ preflight: event.data.checks.every(({ passed }) => passed) })),
  'rollout.approved': (state, event) =>
    withRollout(
      withApprovers(state, event, [event.actor, ...event.data.approvers]),
      event,
      ({ approved }) => ({
        approved: [...approved, event.data.step],
      }),
    ),
  'rollout.step.started': (state, event) =>
    withRollout(state, event, () => ({
      step: event.data.step,
      applied: false,
      since: event.ts,
      until: null,
      tallies: {},
    })),
  'rollout.step.applied': (state, event) =>
    withRollout(state, event, () => ({
      applied: true,
      weight: event.data.weight,
      shadow: event.data.shadow,
      since: event.ts,
    })),
  'rollout.step.measured': (state, event) =>
    withRollout(state, event, () => ({ tallies: event.data.tallies, until: event.data.until })),
  'rollout.step.passed': (state) => state,
  'rollout.step.failed': (state, event) => withRollout(state, event, () => ({ reason: event.data.reason })),
  'rollout.paused': (state, event) =>
    withRollout(state, event, ({ pauses }) => ({
      phase: 'paused',
      until: null,
      pauses: pauses + 1,
      pausedBy: event.data.by === 'person' ? event.actor : '',
      reason: event.data.reason,
    })),
  // What was measured before a pause led to it, and would do so again: the bake is judged on what comes after.
  'rollout.resumed': (state, event) =>
    withRollout(state, event, ({ phase, tallies }) => ({
      phase: 'running',
      pausedBy: '',
      reason: '',
      tallies: phase === 'paused' ? {} : tallies,
    })),
  'rollout.aborted': (state, event) =>
    withRollout(state, event, () => ({ phase: 'aborted', until: null, reason: event.data.reason })),
  'rollout.superseded': (state, event) =>
    withRollout(state, event, () => ({ phase: 'superseded', until: null })),
  'rollout.completed': (state, event) =>
    withEnvironment(
      withRollout(state, event, () => ({
        phase: 'completed',
        weight: 100,
        shadow: 0,
        since: event.ts,
        until: null,
      })),
      event,
      (environment) => ({
        ...serve(environment, event.version ?? null, event.ts),
        warm:
          event.data.warmUntil === null || event.data.previous === null
            ? null
            : { version: event.data.previous, until: event.data.warmUntil },
      }),
    ),
  'rollback.started': (state, event) =>
    withEnvironment(judged(state, event), event, ({ rollout }) => ({
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
          : { ...rollout, phase: 'rolling-back', until: null, reason: event.data.reason },
    })),
  'rollback.completed': (state, event) =>
    withEnvironment(state, event, (environment) => {
      const { rollback, rollout } = environment;
      return {
        ...serve(environment, event.data.to, event.ts),
        rollback: rollback && { ...rollback, phase: 'completed', since: event.ts },
        rollout:
          rollout?.phase === 'rolling-back'
            ? { ...rollout, phase: 'rolled-back', weight: 0, shadow: 0 }
            : rollout,
      };
    }),
  'rollback.failed': (state, event) =>
    withEnvironment(provedSick(state, event), event, ({ rollback }) => ({
      rollback: rollback && { ...rollback, phase: 'failed', reason: event.data.reason },
    })),
  'deployment.created': (state, event) =>
    withEnvironment(state, event, () => ({
      deployment: { id: event.data.deployment, version: event.version ?? '' },
    })),
  'mirror.queued': (state, event) => ({
    ...state,
    outbox: {
      ...state.outbox,
      ...Object.fromEntries(
        event.data.entries.map((entry) => [entry.key, { entry, tries: 0, last: event.ts, reason: '' }]),
      ),
    },
  }),
  'mirror.done': (state, event) => ({
    ...state,
    outbox: Object.fromEntries(Object.entries(state.outbox).filter(([key]) => key !== event.data.key)),
  }),
  'mirror.failed': (state, event) => {
    const waiting = entryOf(state.outbox, event.data.key);
    if (waiting === undefined) return state;
    const tried = { ...waiting, tries: waiting.tries + 1, last: event.ts, reason: event.data.reason };
    return { ...state, outbox: { ...state.outbox, [event.data.key]: tried } };
  },
  'incident.opened': (state, event) =>
    withEnvironment(state, event, ({ incidents }) => ({
      incidents: incidents.some(({ issue }) => issue === event.data.issue)
        ? incidents
        : [...incidents, { issue: event.data.issue, url: event.data.url, version: event.version ?? '' }],
    })),
  'incident.closed': (state, event) =>
    withEnvironment(state, event, ({ incidents }) => ({
      incidents: incidents.filter(({ issue }) => issue !== event.data.issue),
    })),
  'ledger.imported': (state) => state,
  'ledger.sealed': (state) => state,
  'retrain.requested': (state, event) => ({
    ...state,
    retrain: {
      last: event.ts,
      dedupeKey: event.data.dedupeKey,
      dispatched: false,
      requests: [event.ts, ...state.retrain.requests].slice(0, REQUESTS_KEPT),
    },
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
