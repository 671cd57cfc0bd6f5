import type { TrafficTarget } from '../traffic-driver.ts';
import type { ServiceState } from './service-state.ts';
import type { RevisionModels } from './traffic-record.ts';

/** Model and canary that a specification is to have; `canary` null: none, all traffic follows the newest revision. */
export interface CanaryGoal {
  readonly uri: string;
  readonly canary: number | null;
}

/** The next change on the way to the traffic that is wanted. `await-ready`: the one after it needs the new revision. */
export type CanaryStep =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'change'; readonly goal: CanaryGoal }
  | { readonly kind: 'await-ready'; readonly goal: CanaryGoal };

/**
 * KServe has one specification for the newest revision, gives it `canaryTrafficPercent` of the traffic, and leaves the
 * rest with the newest revision that had all of it. Traffic that is not split goes to the newest revision that is
 * *ready*: taking the percentage away before the wanted revision is ready would give all traffic to a canary.
 */
export function planCanary(state: ServiceState, known: RevisionModels, target: TrafficTarget): CanaryStep {
  const { weight, previous, uri } = target;
  if (weight === 100) return planAll(state, known, uri);
  if (weight === 0 && state.uri !== uri)
    return previous === undefined ? { kind: 'nothing' } : planAll(state, known, previous.uri);
  return change(state, { uri, canary: weight });
}

function planAll(state: ServiceState, known: RevisionModels, uri: string): CanaryStep {
  const split = state.canary !== undefined;
  const rolledOut = known.get(state.rolledOut ?? '') === uri;
  const canaryReady = state.ready !== state.rolledOut;
  // Back from a canary: the revision before is still there, so that this takes effect at once.
  if (split && rolledOut && state.uri !== uri && canaryReady)
    return change(state, { uri: state.uri, canary: 0 });
  const pinned = split && (canaryReady || !rolledOut);
  if (pinned && state.uri !== uri) return { kind: 'await-ready', goal: { uri, canary: 0 } };
  if (pinned && state.ready !== state.created)
    return { kind: 'await-ready', goal: { uri, canary: state.canary ?? 0 } };
  return change(state, { uri, canary: null });
}

/** Whether a specification has a model and a canary already. */
export const isThere = (state: ServiceState, { uri, canary }: CanaryGoal): boolean =>
  state.uri === uri && (state.canary ?? null) === canary;

const change = (state: ServiceState, goal: CanaryGoal): CanaryStep =>
  isThere(state, goal) ? { kind: 'nothing' } : { kind: 'change', goal };
