import type { LeaseOwner } from './events.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import type { EnvironmentState } from './state.ts';

/** A lease that may be taken with the next fence, or who holds it. */
export type LeaseTry =
  | { readonly kind: 'free'; readonly fence: number; readonly from: LeaseOwner | null }
  | { readonly kind: 'held'; readonly refusal: Refusal };

/**
 * Whether an operation may take an environment now. It may when nobody holds it, when it holds it itself (an
 * earlier attempt), when the holder's time is over or its run has ended, and when it pre-empts, as a rollback does.
 *
 * @param now - milliseconds since 1970
 * @param ended - whether a workflow run is completed
 */
export function tryLease(
  environment: EnvironmentState,
  owner: LeaseOwner,
  options: {
    readonly name: string;
    readonly now: number;
    readonly ended: (run: number) => boolean;
    readonly preempt: boolean;
  },
): LeaseTry {
  const { lease, fence } = environment;
  const free = { kind: 'free', fence: fence + 1, from: lease?.owner ?? null } as const;
  if (lease === null || isOurs(lease.owner, owner) || options.preempt) return free;
  if (Date.parse(lease.expires) <= options.now || options.ended(lease.owner.run)) return free;
  return {
    kind: 'held',
    refusal: ledgerConflict(
      `${options.name} is held by run ${lease.owner.run}, attempt ${lease.owner.attempt}, until ${lease.expires}; wait for it, or roll back, which pre-empts it`,
    ),
  };
}

/** An earlier attempt's, or an earlier step's of the same job; not that of another leg of its matrix. */
const isOurs = (holder: LeaseOwner, owner: LeaseOwner): boolean =>
  holder.key === owner.key && (holder.attempt < owner.attempt || holder.runner === owner.runner);

/** Whether an operation still holds an environment: its fence is the newest and the lease was not given up. */
export const holdsLease = ({ lease, fence }: EnvironmentState, ours: number): boolean =>
  lease?.fence === ours && fence === ours;
