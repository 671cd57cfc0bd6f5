import type { Draft, DraftOf, EventRun } from './events.ts';
import { tryLease } from './lease.ts';
import { leaseOwner, type Operation } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { EnvironmentState, RolloutState } from './state.ts';

/** Who wants to act on an environment, and with what right. */
export interface TakeOverRequest {
  readonly operation: Operation;
  readonly run: EventRun;
  readonly environment: string;
  readonly leaseMinutes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether a workflow run is completed. */
  readonly ended: (run: number) => boolean;
}

/** A lease to be recorded, or who holds the environment. */
export type TakeOver =
  | {
      readonly kind: 'free';
      readonly fence: number;
      /** Somebody held the environment: a change of theirs may still be on its way. */
      readonly preempted: boolean;
      readonly acquired: DraftOf<'lease.acquired'>;
    }
  | { readonly kind: 'held'; readonly refusal: Refusal };

/** The rollout that a lease is taken for. */
export type LeaseSubject = Pick<RolloutState, 'id' | 'version' | 'digest'>;

/** Takes an environment for a rollout, if nobody else may act on it or `preempt` says that nobody is waited for. */
export function takeOver(
  environment: EnvironmentState,
  subject: LeaseSubject,
  request: TakeOverRequest,
  preempt = false,
): TakeOver {
  const { environment: env, leaseMinutes: minutes } = request;
  const owner = leaseOwner(request.operation, env, request.run);
  const lease = tryLease(environment, owner, { ...request, name: env, preempt });
  if (lease.kind === 'held') return lease;
  const { fence, from } = lease;
  return {
    kind: 'free',
    fence,
    preempted: from !== null && from.key !== owner.key,
    acquired: {
      ...aboutRollout(subject, env, fence),
      type: 'lease.acquired',
      data: { owner, minutes, from },
      step: String(fence),
    },
  };
}

/** The head of an event about a rollout. */
export const aboutRollout = ({ id, version, digest }: LeaseSubject, env: string, fence: number) =>
  ({ version, digest, env, rollout: id, fence }) as const;

/** Gives the environment free again. */
export const released = (subject: LeaseSubject, env: string, fence: number): Draft => ({
  ...aboutRollout(subject, env, fence),
  type: 'lease.released',
  data: {},
  step: `${subject.id}/${fence}`,
});
