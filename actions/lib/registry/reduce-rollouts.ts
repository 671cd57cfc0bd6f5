import type { Digest } from '../digest.ts';
import type { EventType, LedgerEvent } from './events.ts';
import {
  type EventNamed,
  type Reducers,
  serve,
  withEnvironment,
  withRollout,
  withVersion,
} from './reduce.ts';
import { digestOf, entryOf, environmentOf, GENESIS, type LedgerState } from './state.ts';
import { isJudgement } from './trigger.ts';

const withApprovers = (state: LedgerState, event: LedgerEvent, people: readonly string[]): LedgerState =>
  withVersion(state, event, ({ approvers }) => ({ approvers: [...new Set([...approvers, ...people])] }));

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

type RolloutEvents = Extract<EventType, `lease.${string}` | `rollout.${string}` | `rollback.${string}`>;

/** What becomes of an environment: who acts on it, what is rolled out, and the way back. */
export const rolloutReducers: Reducers<RolloutEvents> = {
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
};
