import type { Draft } from './events.ts';
import { leaseOwner } from './operation.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import { awaitsApproval, isOverdue, standing } from './standing.ts';
import { type EnvironmentState, environmentOf, type LedgerState, type RolloutState } from './state.ts';
import { aboutRollout, released, type TakeOverRequest, takeOver } from './take-over.ts';

/** What somebody wants of the rollout under way. */
export interface ControlRequest extends TakeOverRequest {
  /** The version whose rollout is meant; `undefined` for whichever is under way. */
  readonly version: string | undefined;
  /** Why; empty for a tick, which is nobody's wish. */
  readonly reason: string;
  /** Who approved the run's environments in GitHub. */
  readonly approvers: readonly string[];
}

/** What to do about a rollout under way, given the ledger as it is now. */
export type ControlPlan =
  | { readonly kind: 'idle' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'go';
      readonly rollout: RolloutState;
      readonly fence: number;
      readonly preempted: boolean;
      readonly drafts: readonly Draft[];
    };

type Planner = (state: LedgerState, request: ControlRequest) => ControlPlan;

const IDLE: ControlPlan = { kind: 'idle' };

const refused = (reason: string): ControlPlan => ({ kind: 'refused', refusals: [ledgerConflict(reason)] });

const nothingOpen = (env: string): ControlPlan =>
  refused(`no rollout is under way in ${env}; operation status tells what serves it`);

/** Between a person's wish and its arrival another rollout may have begun, of which nobody has said anything. */
const ofAnother = (
  rollout: RolloutState | null,
  { version, environment }: ControlRequest,
): ControlPlan | undefined =>
  version === undefined || rollout === null || rollout.version === version
    ? undefined
    : refused(`the rollout in ${environment} is of ${rollout.version}, not of ${version}`);

interface Hold {
  readonly environment: EnvironmentState;
  readonly rollout: RolloutState;
  readonly request: ControlRequest;
  readonly preempt: boolean;
}

/** Whether an earlier attempt of this very run holds the environment. */
const isOurs = ({ lease }: EnvironmentState, { operation, environment, run }: ControlRequest): boolean =>
  lease?.owner.key === leaseOwner(operation, environment, run).key;

/** Takes the lease and records what follows from it. */
function holding(
  { environment, rollout, request, preempt }: Hold,
  more: (about: ReturnType<typeof aboutRollout>) => readonly Draft[],
): ControlPlan {
  const taken = takeOver(environment, rollout, request, preempt);
  if (taken.kind === 'held') return { kind: 'refused', refusals: [taken.refusal] };
  const { fence, preempted, acquired } = taken;
  const drafts = [acquired, ...more(aboutRollout(rollout, request.environment, fence))];
  return { kind: 'go', rollout, fence, preempted, drafts };
}

/**
 * Goes on with what is due. A tick leaves a paused rollout alone; a person who says why takes it up again, and then
 * what was measured before the pause is measured anew.
 */
export const planResume: Planner = (state, request) => {
  const environment = environmentOf(state, request.environment);
  const stands = standing(environment, request.now);
  const other = stands.kind === 'none' ? undefined : ofAnother(stands.rollout, request);
  if (other !== undefined) return other;
  switch (stands.kind) {
    case 'none':
    case 'approval':
    case 'baking':
      return IDLE;
    case 'held': {
      if (!request.ended(stands.run) && stands.run !== request.run.id) return IDLE;
      const { rollout } = stands;
      return holding({ environment, rollout, request, preempt: false }, () => []);
    }
    case 'due':
      return holding({ environment, rollout: stands.rollout, request, preempt: false }, () => []);
    case 'paused': {
      const { rollout } = stands;
      if (request.reason === '') return IDLE;
      if (isOverdue(rollout, request.now))
        return refused(
          `the deadline of the rollout of ${rollout.version} in ${request.environment} was ${rollout.deadline}; promote the version again, which begins anew, or abort`,
        );
      return holding({ environment, rollout, request, preempt: false }, (about) => [
        resumption(rollout, about),
      ]);
    }
    default:
      return stands satisfies never;
  }
};

/** Takes a rollout up again; what was measured in its step before a pause does not count any more. */
export const resumption = ({ step }: RolloutState, about: ReturnType<typeof aboutRollout>): Draft => ({
  ...about,
  type: 'rollout.resumed',
  data: { step },
  step: String(about.fence),
});

/** Stops a rollout where it is. Whoever carries it out finds the lease gone and sets no more traffic. */
export const planPause: Planner = (state, request) => {
  const env = request.environment;
  const environment = environmentOf(state, env);
  const { rollout } = environment;
  const stands = standing(environment, request.now);
  if (stands.kind === 'none' || rollout === null) return nothingOpen(env);
  const other = ofAnother(rollout, request);
  if (other !== undefined) return other;
  if (rollout.phase === 'paused') return IDLE;
  if (rollout.phase === 'rolling-back')
    return refused(`${rollout.version} is being taken back in ${env}, which is not stopped half-way`);
  return holding({ environment, rollout, request, preempt: true }, (about) => [
    {
      ...about,
      type: 'rollout.paused',
      data: { step: rollout.step, reason: request.reason, by: 'person' },
      step: `${rollout.id}/${rollout.pauses}`,
    },
    released(rollout, env, about.fence),
  ]);
};

/** Takes the way back, whoever holds the environment: the intent is recorded here, the traffic follows. */
export const planAbort: Planner = (state, request) => {
  const env = request.environment;
  const environment = environmentOf(state, env);
  const { rollout } = environment;
  const other = ofAnother(rollout, request);
  if (other !== undefined) return other;
  if (rollout?.phase === 'aborted') return IDLE;
  const stands = standing(environment, request.now);
  if (stands.kind === 'none') return nothingOpen(env);
  const { reason } = request;
  return holding({ environment, rollout: stands.rollout, request, preempt: true }, (about) =>
    stands.rollout.phase === 'rolling-back'
      ? []
      : [
          {
            ...about,
            type: 'rollback.started',
            data: { from: stands.rollout.version, to: stands.rollout.previous, trigger: ABORT, reason },
            step: `${stands.rollout.id}/${about.fence}`,
          },
        ],
  );
};

/** The trigger of a way back that a person asked for, after which the rollout counts as aborted. */
export const ABORT = 'abort';

/** Lets a rollout past the step it stands at, if that step waits for somebody's approval. */
export const planApproval: Planner = (state, request) => {
  const env = request.environment;
  const environment = environmentOf(state, env);
  const stands = standing(environment, request.now);
  if (stands.kind === 'none') return nothingOpen(env);
  const { rollout } = stands;
  const other = ofAnother(rollout, request);
  if (other !== undefined) return other;
  const { step } = rollout;
  // An earlier attempt of this run gave the approval, and was lost before it had gone on as far as it could.
  if (isOurs(environment, request))
    return holding({ environment, rollout, request, preempt: false }, () => []);
  if (rollout.approved.includes(step)) return IDLE;
  if (!awaitsApproval(environment, rollout))
    return refused(
      `step ${step} of ${rollout.of} of the rollout of ${rollout.version} in ${env} waits for no approval (it is ${rollout.phase}); operation status tells what it waits for`,
    );
  return holding({ environment, rollout, request, preempt: false }, (about) => [
    {
      ...about,
      type: 'rollout.approved',
      data: { step, approvers: request.approvers },
      step: `${rollout.id}/${step}`,
    },
  ]);
};
