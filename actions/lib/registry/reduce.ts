import type { EventType, LedgerEvent } from './events.ts';
import {
  type EnvironmentState,
  entryOf,
  environmentOf,
  type LedgerState,
  type RolloutState,
  type VersionState,
} from './state.ts';

const SERVED_KEPT = 50;

export type EventNamed<T extends EventType> = Extract<LedgerEvent, { type: T }>;

/** What events of some types make of the state. */
export type Reducers<T extends EventType> = {
  readonly [K in T]: (state: LedgerState, event: EventNamed<K>) => LedgerState;
};

/** The state with a change of the version that an event is about; as it was where that is not known. */
export const withVersion = (
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

/** The state with a change of the environment that an event is about. */
export const withEnvironment = (
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

/** The state with a change of the newest rollout of an event's environment. */
export const withRollout = (
  state: LedgerState,
  event: LedgerEvent,
  change: (rollout: RolloutState) => Partial<RolloutState>,
): LedgerState =>
  withEnvironment(state, event, ({ rollout }) => ({
    rollout: rollout === null ? null : { ...rollout, ...change(rollout) },
  }));

/** What an environment is when a version serves it. */
export const serve = (environment: EnvironmentState, version: string | null, since: string) =>
  version === null || version === environment.current
    ? { current: version }
    : { current: version, served: [{ version, since }, ...environment.served].slice(0, SERVED_KEPT) };
