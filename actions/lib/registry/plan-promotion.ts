import type { Digest } from '../digest.ts';
import { durationText } from '../duration.ts';
import { type Compatibility, compatibilityText, compatibilityWith } from './compatibility.ts';
import type { Draft, PlannedStep, RolloutSettings } from './events.ts';
import { rolloutId } from './operation.ts';
import { resumption } from './plan-control.ts';
import { planRegistration, type RegistrationPlan, type RegistrationRequest } from './plan-registration.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import { isOverdue } from './standing.ts';
import {
  type EnvironmentState,
  entryOf,
  environmentOf,
  type LedgerState,
  openRollout,
  type RolloutState,
} from './state.ts';
import { aboutRollout, type TakeOverRequest, takeOver } from './take-over.ts';
import { versionsOf } from './versions.ts';

/** A promotion as it is asked for. */
export interface PromotionRequest extends RegistrationRequest, TakeOverRequest {
  /** Environment in which these bytes must already be verified; empty for none. */
  readonly requireStage: string;
  /** How long ago they must have been verified there. */
  readonly minSoakMs: number;
  readonly steps: readonly PlannedStep[];
  readonly spec: Digest | null;
  readonly settings: RolloutSettings;
  /** From now to when the rollout pauses; absent for never. */
  readonly deadlineMs: number | undefined;
  readonly approvers: readonly string[];
  /** Whether a rollout was asked for before, by an earlier attempt or an earlier step of this run. */
  readonly requestedBefore: (rollout: string) => boolean;
  /** Why it is wanted; empty for a push, which nobody has said anything about. */
  readonly reason: string;
  /** Why callers of what serves may be left behind; empty when they may not. */
  readonly incompatible: string;
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
      /** Whether callers of what serves get on with it; absent where the rollout was begun before. */
      readonly compatibility?: Compatibility;
    });

/** When these bytes were first verified in an environment, under whatever version; `undefined` if never. */
function verifiedSince(state: LedgerState, digest: Digest, stage: string): string | undefined {
  const times = versionsOf(state, digest).flatMap((version) => {
    const verified = entryOf(state.versions, version)?.verified ?? {};
    return entryOf(verified, stage) ?? [];
  });
  return times.toSorted()[0];
}

function stageRefusal(state: LedgerState, digest: Digest, request: PromotionRequest): Refusal | undefined {
  const { requireStage: stage, minSoakMs, now, forced } = request;
  if (stage === '' || forced !== '') return undefined;
  const since = verifiedSince(state, digest, stage);
  if (since === undefined)
    return ledgerConflict(
      `${digest} has not passed a whole rollout in ${stage}, or was rolled back from there since; require-stage asks for it`,
    );
  const soaked = now - Date.parse(since);
  return soaked >= minSoakMs
    ? undefined
    : ledgerConflict(
        `${digest} is verified in ${stage} since ${since}, ${durationText(Math.max(0, soaked))} ago; min-soak asks for ${durationText(minSoakMs)}`,
      );
}

/** What is registered counts; what is said now fills in where nothing is. */
const signatureOf = (state: LedgerState, version: string, { model }: PromotionRequest) =>
  entryOf(state.versions, version)?.signature ?? model?.signature ?? null;

function misfit(
  version: string,
  found: Compatibility,
  { incompatible }: PromotionRequest,
): Refusal | undefined {
  if (found.kind !== 'incompatible' || incompatible !== '') return undefined;
  return ledgerConflict(
    `${compatibilityText(version, found)}; allow-incompatible: true with a reason lets it through`,
  );
}

const refused = (...refusals: readonly Refusal[]): PromotionPlan => ({ kind: 'refused', refusals });

/** Decides on a promotion. Called anew on every tip of the ledger, so that no precondition can be outdated. */
export function planPromotion(state: LedgerState, request: PromotionRequest): PromotionPlan {
  const { environment: env } = request;
  const environment = environmentOf(state, env);
  const open = openRollout(environment);
  const own = ownRollout(environment.rollout, request);
  if (own !== undefined && open === undefined)
    return { kind: 'finished', version: own.version, digest: own.digest, rollout: own };
  if (own?.phase === 'rolling-back') return planWayBack(environment, own, request);
  const registration = planRegistration(state, request);
  if (registration.kind === 'refused') return registration;
  const { version, digest } = registration;
  const stage = stageRefusal(state, digest, request);
  if (stage !== undefined) return refused(stage);
  if (environment.current === version && open === undefined)
    return { kind: 'finished', version, digest, rollout: null };
  // Rolled out against itself it would end with no traffic at all.
  if (environment.current === version && open !== undefined)
    return refused(
      ledgerConflict(
        `${version} serves ${env} already, and the rollout of ${open.version} is under way; operation abort gives ${version} all traffic back`,
      ),
    );
  if (open?.phase === 'rolling-back')
    return refused(
      ledgerConflict(`the rollback of ${open.version} in ${env} is not finished; run rollback first`),
    );
  const held = open === undefined ? undefined : heldBack(open, request);
  return held === undefined ? planRollout(state, registration, request) : refused(held);
}

/** Whoever paused a rollout wanted the environment to stand still: the next push does not undo that. */
function heldBack(
  { version, pausedBy, reason, phase }: RolloutState,
  request: PromotionRequest,
): Refusal | undefined {
  if (phase !== 'paused' || pausedBy === '' || request.reason !== '') return undefined;
  return ledgerConflict(
    `${pausedBy} paused the rollout of ${version} to ${request.environment}: ${reason}; to promote all the same, say why in the input reason (operation resume with a reason goes on with ${version}, abort takes it back)`,
  );
}

/** Why no rollout may begin here, although nothing speaks against the version. */
function staleness(
  { spec }: EnvironmentState,
  { id, version }: { readonly id: string; readonly version: string },
  { environment: env, requestedBefore, ...request }: PromotionRequest,
): Refusal | undefined {
  if (requestedBefore(id))
    return ledgerConflict(
      `this run has promoted ${version} to ${env} before, and its rollout is over; start a new run for another one, or a rollback to go back to ${version}`,
    );
  // The ledger would say that the version serves, while traffic stayed where it is.
  if (request.spec === null && spec !== null)
    return ledgerConflict(
      `${env} was rolled out by a file before, which says how traffic is switched; name it in the input rollout (one with steps alone moves nothing but the ledger's pointer)`,
    );
  return undefined;
}

/** Begins a rollout, or goes on with the one of the same bytes and the same file. */
function planRollout(
  state: LedgerState,
  { version, digest, drafts: registered }: Extract<RegistrationPlan, { kind: 'go' }>,
  request: PromotionRequest,
): PromotionPlan {
  const { operation, environment: env } = request;
  const environment = environmentOf(state, env);
  const open = openRollout(environment);
  const same =
    open?.version === version &&
    open.digest === digest &&
    open.spec === request.spec &&
    !isOverdue(open, request.now);
  const resumed = same ? open : undefined;
  const compatibility = compatibilityWith(state, env, {
    version,
    signature: signatureOf(state, version, request),
  });
  const unfit = resumed === undefined ? misfit(version, compatibility, request) : undefined;
  if (unfit !== undefined) return refused(unfit);
  const id = resumed?.id ?? rolloutId(operation, version, env);
  const stale = resumed === undefined ? staleness(environment, { id, version }, request) : undefined;
  if (stale !== undefined) return refused(stale);
  const taken = takeOver(environment, { id, version, digest }, request);
  if (taken.kind === 'held') return refused(taken.refusal);
  const { fence } = taken;
  const about = aboutRollout({ id, version, digest }, env, fence);
  const drafts: readonly Draft[] = [
    ...registered,
    ...(open !== undefined && resumed === undefined ? [superseded(open, env, id)] : []),
    taken.acquired,
    ...(resumed === undefined
      ? [
          { ...about, type: 'rollout.requested' as const, data: requested(environment, request) },
          ...letThrough(compatibility, request).map((data) => ({
            ...about,
            type: 'rollout.incompatible' as const,
            data,
          })),
        ]
      : [resumption(resumed, about)]),
  ];
  const begun = { kind: 'go', version, digest, rollout: id, fence, drafts } as const;
  return resumed === undefined ? { ...begun, compatibility } : begun;
}

const letThrough = (found: Compatibility, { incompatible }: PromotionRequest) =>
  found.kind === 'incompatible' ? [{ problem: found.problem, reason: incompatible }] : [];

const requested = (environment: EnvironmentState, request: PromotionRequest) => ({
  steps: request.steps,
  previous: environment.current,
  spec: request.spec,
  settings: request.settings,
  deadline:
    request.deadlineMs === undefined ? null : new Date(request.now + request.deadlineMs).toISOString(),
  approvers: request.approvers,
  forced: request.forced,
});

/** An earlier attempt ended on the way back: whatever is refused otherwise, this is to be finished. */
function planWayBack(
  environment: EnvironmentState,
  rollout: RolloutState,
  request: PromotionRequest,
): PromotionPlan {
  const taken = takeOver(environment, rollout, request);
  if (taken.kind === 'held') return refused(taken.refusal);
  const { version, digest, id } = rollout;
  return { kind: 'go', version, digest, rollout: id, fence: taken.fence, drafts: [taken.acquired] };
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
