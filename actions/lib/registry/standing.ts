import { type EnvironmentState, openRollout, type RolloutState } from './state.ts';

/** How an environment's rollout stands, and so whether there is anything to do about it. */
export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'paused'; readonly rollout: RolloutState }
  /** Waits for a person. */
  | { readonly kind: 'approval'; readonly rollout: RolloutState }
  /** Nothing is to be done before `until`. */
  | { readonly kind: 'baking'; readonly rollout: RolloutState; readonly until: string }
  /** A run holds it, and will go on with it if it is alive. */
  | { readonly kind: 'held'; readonly rollout: RolloutState; readonly run: number; readonly expires: string }
  /** There is something to do, and has been for `lateMs`. */
  | { readonly kind: 'due'; readonly rollout: RolloutState; readonly lateMs: number };

/** Whether a rollout waits for the approval of its step: it was begun, no run holds it, and it has no traffic to set. */
export const awaitsApproval = ({ lease }: EnvironmentState, rollout: RolloutState): boolean =>
  rollout.phase === 'running' &&
  lease === null &&
  rollout.step > 0 &&
  !rollout.applied &&
  !rollout.approved.includes(rollout.step);

/** Whether a rollout should have ended by now, in milliseconds since 1970. */
export const isOverdue = ({ deadline }: Pick<RolloutState, 'deadline'>, now: number): boolean =>
  deadline !== null && Date.parse(deadline) <= now;

/**
 * How the rollout of an environment stands.
 *
 * @param now - milliseconds since 1970
 */
export function standing(environment: EnvironmentState, now: number): Standing {
  const rollout = openRollout(environment);
  if (rollout === undefined) return { kind: 'none' };
  const { lease } = environment;
  if (lease !== null && Date.parse(lease.expires) > now)
    return { kind: 'held', rollout, run: lease.owner.run, expires: lease.expires };
  if (rollout.phase === 'paused') return { kind: 'paused', rollout };
  if (rollout.phase === 'rolling-back') return { kind: 'due', rollout, lateMs: 0 };
  if (isOverdue(rollout, now)) return { kind: 'due', rollout, lateMs: 0 };
  if (awaitsApproval(environment, rollout)) return { kind: 'approval', rollout };
  const { until } = rollout;
  if (lease === null && until !== null && Date.parse(until) > now) return { kind: 'baking', rollout, until };
  return { kind: 'due', rollout, lateMs: until === null ? 0 : now - Date.parse(until) };
}
