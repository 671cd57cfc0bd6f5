import type { Digest } from '../digest.ts';
import type { Draft, EventRun } from './events.ts';
import { tryLease } from './lease.ts';
import { leaseOwner, type Operation, rolloutId } from './operation.ts';
import { planRegistration, type RegistrationRequest } from './plan-registration.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import {
  type EnvironmentState,
  entryOf,
  environmentOf,
  type LedgerState,
  openRollout,
  type RolloutState,
} from './state.ts';
import { versionsOf } from './versions.ts';

/** A promotion as it is asked for. */
export interface PromotionRequest extends RegistrationRequest {
  readonly operation: Operation;
  readonly run: EventRun;
  readonly environment: string;
  /** Environment in which these bytes must already be verified; empty for none. */
  readonly requireStage: string;
  readonly steps: readonly { readonly weight: number; readonly bakeMs: number }[];
  readonly spec: Digest | null;
  readonly leaseMinutes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether a workflow run is completed. */
  readonly ended: (run: number) => boolean;
}

interface Resolved {
  readonly version: string;
  readonly digest: Digest;
}

/** What to do about a promotion, given the ledger as it is now. */
export type PromotionPlan =
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  /** Nothing is left to do: this promotion has ended before, or these bytes serve already. */
  | (Resolved & { readonly kind: 'finished'; readonly rollout: RolloutState | null })
  /** Record the drafts, then carry out the rollout under the fence. */
  | (Resolved & {
      readonly kind: 'go';
      readonly rollout: string;
      readonly fence: number;
      readonly drafts: readonly Draft[];
    });

function stageRefusal(state: LedgerState, digest: Digest, stage: string): Refusal | undefined {
  const verified = versionsOf(state, digest).some(
    (version) => entryOf(entryOf(state.versions, version)?.verified ?? {}, stage) !== undefined,
  );
  return stage === '' || verified
    ? undefined
    : ledgerConflict(`${digest} has not passed a whole rollout in ${stage}, which require-stage asks for`);
}

const refused = (...refusals: readonly Refusal[]): PromotionPlan => ({ kind: 'refused', refusals });

/** Decides on a promotion. Called anew on every tip of the ledger, so that no precondition can be outdated. */
export function planPromotion(state: LedgerState, request: PromotionRequest): PromotionPlan {
  const { operation, environment: env } = request;
  const environment = environmentOf(state, env);
  const open = openRollout(environment);
  const own = ownRollout(environment.rollout, request);
  if (own !== undefined && open === undefined)
    return { kind: 'finished', version: own.version, digest: own.digest, rollout: own };
  if (own?.phase === 'rolling-back') return planWayBack(environment, own, request);
  const registration = planRegistration(state, request);
  if (registration.kind === 'refused') return registration;
  const { version, digest } = registration;
  const stage = stageRefusal(state, digest, request.requireStage);
  if (stage !== undefined) return refused(stage);
  if (environment.current === version && open === undefined)
    return { kind: 'finished', version, digest, rollout: null };
  const owner = leaseOwner(operation, env, request.run);
  const lease = tryLease(environment, owner, { ...request, name: env, preempt: false });
  if (lease.kind === 'held') return refused(lease.refusal);
  const resumed = open?.digest === digest && open.spec === request.spec ? open : undefined;
  if (open?.phase === 'rolling-back')
    return refused(
      ledgerConflict(`the rollback of ${open.version} in ${env} is not finished; run rollback first`),
    );
  const id = resumed?.id ?? rolloutId(operation, version, env);
  const about = { version, digest, env, rollout: id, fence: lease.fence } as const;
  const drafts: readonly Draft[] = [
    ...registration.drafts,
    ...(open !== undefined && resumed === undefined ? [superseded(open, env, id)] : []),
    {
      ...about,
      type: 'lease.acquired',
      data: { owner, minutes: request.leaseMinutes, from: lease.from },
      step: `${lease.fence}`,
    },
    resumed !== undefined
      ? { ...about, type: 'rollout.resumed', data: { step: resumed.step }, step: `${lease.fence}` }
      : {
          ...about,
          type: 'rollout.requested',
          data: { steps: request.steps, previous: environment.current, spec: request.spec },
        },
  ];
  return { kind: 'go', version, digest, rollout: id, fence: lease.fence, drafts };
}

/** An earlier attempt ended on the way back: whatever is refused otherwise, this is to be finished. */
function planWayBack(
  environment: EnvironmentState,
  rollout: RolloutState,
  request: PromotionRequest,
): PromotionPlan {
  const { environment: env, operation } = request;
  const owner = leaseOwner(operation, env, request.run);
  const lease = tryLease(environment, owner, { ...request, name: env, preempt: false });
  if (lease.kind === 'held') return refused(lease.refusal);
  const { version, digest, id } = rollout;
  const acquired: Draft = {
    type: 'lease.acquired',
    version,
    digest,
    env,
    rollout: id,
    fence: lease.fence,
    data: { owner, minutes: request.leaseMinutes, from: lease.from },
    step: `${lease.fence}`,
  };
  return { kind: 'go', version, digest, rollout: id, fence: lease.fence, drafts: [acquired] };
}

/** The rollout that an earlier attempt of this very operation began, if it is the newest of its environment. */
function ownRollout(rollout: RolloutState | null, request: PromotionRequest): RolloutState | undefined {
  if (rollout === null) return undefined;
  const id = rolloutId(request.operation, rollout.version, request.environment);
  return rollout.id === id ? rollout : undefined;
}

const superseded = (rollout: RolloutState, env: string, by: string): Draft => ({
  type: 'rollout.superseded',
  version: rollout.version,
  digest: rollout.digest,
  env,
  rollout: rollout.id,
  data: { by },
  step: rollout.id,
});
