import { durationText } from '../duration.ts';
import type { Draft, EventRun } from './events.ts';
import { type Candidate, chooseTarget, type TargetLimits, type TargetWish } from './last-known-good.ts';
import { holdsLease, tryLease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { leaseOwner, type Operation } from './operation.ts';
import { type Attempt, attemptsOf } from './rollback-attempts.ts';
import { digestOf, type EnvironmentState, entryOf, environmentOf, openRollout } from './state.ts';

/** A rollback as it is asked for. */
export interface RollbackRequest {
  readonly operation: Operation;
  readonly run: EventRun;
  readonly environment: string;
  readonly wish: TargetWish;
  readonly limits: TargetLimits;
  /** Act only while this version serves; empty for whatever serves. */
  readonly ifServing: string;
  readonly reason: string;
  readonly trigger: string;
  readonly quarantine: boolean;
  /** How long the lease may go without a sign of life. */
  readonly leaseMinutes: number;
  readonly now: number;
}

interface FromTo {
  readonly from: string;
  readonly to: string;
  readonly candidates: readonly Candidate[];
}

/** What to do about a rollback, given the ledger as it is now. */
export type RollbackPlan =
  | { readonly kind: 'noop'; readonly reason: string; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly candidates: readonly Candidate[] }
  /** An earlier attempt of this run has switched already; with a fence, its watch over the target was cut off. */
  | (FromTo & { readonly kind: 'switched'; readonly fence: number | undefined })
  | (FromTo & {
      readonly kind: 'go';
      readonly fence: number;
      /** Somebody held the environment: a change of theirs may still be on its way. */
      readonly preempted: boolean;
      readonly drafts: readonly Draft[];
    });

/** Two people who press the button at the same time want one rollback, and not one behind the other. */
const AT_ONCE_MS = 5 * 60_000;

/** What serves and is to be replaced: the version of the rollout under way, else the current one. */
function badVersion(environment: EnvironmentState, ifServing: string): string | undefined {
  if (ifServing !== '') return ifServing;
  return openRollout(environment)?.version ?? environment.current ?? undefined;
}

function serves(environment: EnvironmentState, version: string): boolean {
  const open = openRollout(environment);
  return environment.current === version || open?.version === version;
}

/** A rollback that was completed a moment ago, where this one does not say that it wants to go further back. */
function doneAtOnce(environment: EnvironmentState, { ifServing, wish, now }: RollbackRequest) {
  const { rollback } = environment;
  if (ifServing !== '' || wish.kind === 'exact' || rollback?.phase !== 'completed') return undefined;
  const age = now - Date.parse(rollback.since);
  // The clock of the run that did it may be ahead of ours.
  return Math.abs(age) < AT_ONCE_MS && openRollout(environment) === undefined
    ? { from: rollback.from, to: rollback.to ?? 'nothing', age: Math.max(0, age) }
    : undefined;
}

/** Goes on where an earlier attempt of this run was cut off; `undefined` when it had ended, or there was none. */
function goOn(ledger: Ledger, request: RollbackRequest): RollbackPlan | undefined {
  const last: Attempt | undefined = attemptsOf(ledger, request).at(-1);
  const environment = environmentOf(ledger.state, request.environment);
  const { rollback, lease } = environment;
  if (last === undefined || rollback?.from !== last.from || rollback.to !== last.to) return undefined;
  if (last.phase === 'sick' && request.limits.unfit.has(last.to)) return undefined;
  const { candidates } = chooseTarget(
    ledger.state,
    request.environment,
    { kind: 'exact', version: last.to },
    undefined,
  );
  const fromTo = { from: last.from, to: last.to, candidates };
  if (last.phase !== 'served') return begin(ledger, request, fromTo);
  const owner = leaseOwner(request.operation, request.environment, request.run);
  const ours =
    lease !== null && lease.owner.key === owner.key && holdsLease(environment, lease.fence)
      ? lease.fence
      : undefined;
  return { ...fromTo, kind: 'switched', fence: ours };
}

const nothing = (kind: 'noop' | 'refused', reason: string): RollbackPlan => ({
  kind,
  reason,
  candidates: [],
});

/** Decides on a rollback. It pre-empts any lease: putting a known good version back waits for nobody. */
export function planRollback(ledger: Ledger, request: RollbackRequest): RollbackPlan {
  const begun = goOn(ledger, request);
  if (begun !== undefined) return begun;
  const { state } = ledger;
  const { environment: env, wish } = request;
  const environment = environmentOf(state, env);
  const from = badVersion(environment, request.ifServing);
  if (from === undefined) return nothing('refused', `no version of ${state.model} serves ${env}`);
  if (!serves(environment, from))
    return nothing('noop', `${from} does not serve ${env} (${environment.current ?? 'nothing'} does)`);
  if (wish.kind === 'exact' && wish.version === environment.current && openRollout(environment) === undefined)
    return nothing('noop', `${wish.version} serves ${env} already`);
  const done = doneAtOnce(environment, request);
  if (done !== undefined)
    return nothing(
      'noop',
      `${env} was rolled back from ${done.from} to ${done.to} ${durationText(done.age)} ago; to go further back, say if-serving: ${done.to}, or an exact version in to`,
    );
  const limits = { ...request.limits, callersOf: request.limits.callersOf ?? from };
  const { target: to, candidates } = chooseTarget(state, env, wish, digestOf(state, from), limits);
  if (to !== undefined) return begin(ledger, request, { from, to, candidates });
  const why =
    candidates.map(({ version, reason }) => `${version} ${reason}`).join('; ') ||
    'nothing else is registered';
  return {
    kind: 'refused',
    reason: `no known good version of ${state.model} for ${env}: ${why}${wayOut(environment, from)}`,
    candidates,
  };
}

/** What a person can do where there is no version to go back to. */
const wayOut = (environment: EnvironmentState, bad: string): string =>
  environment.current === null && openRollout(environment)?.version === bad
    ? `. Nothing served before ${bad}: promote-model with operation: abort takes its traffic away`
    : '. To put one of them back all the same, name it in the input to';

/** What is to be recorded when a rollback begins, in this order: nobody else acts any more, then who is bad, then what is wanted. */
function begin({ state }: Ledger, request: RollbackRequest, fromTo: FromTo): RollbackPlan {
  const { operation, environment: env, reason } = request;
  const { from, to } = fromTo;
  const environment = environmentOf(state, env);
  const owner = leaseOwner(operation, env, request.run);
  const lease = tryLease(environment, owner, {
    name: env,
    now: request.now,
    ended: () => false,
    preempt: true,
  });
  if (lease.kind === 'held')
    return { kind: 'refused', reason: lease.refusal.reason, candidates: fromTo.candidates };
  const { fence } = lease;
  const drafts: Draft[] = [
    {
      type: 'lease.acquired',
      env,
      fence,
      data: { owner, minutes: request.leaseMinutes, from: lease.from },
      step: `${fence}`,
    },
    ...supersedes(environment, env, from),
    ...verdicts(state, request, fromTo, fence),
    {
      type: 'rollback.started',
      version: from,
      ...aboutDigest(digestOf(state, from)),
      env,
      fence,
      data: { from, to, trigger: request.trigger, reason },
      step: `${from} ${to} ${fence}`,
    },
  ];
  const isOurs = lease.from?.key === owner.key && lease.from.attempt === owner.attempt;
  return { ...fromTo, kind: 'go', fence, preempted: lease.from !== null && !isOurs, drafts };
}

const aboutDigest = (digest: ReturnType<typeof digestOf>) => (digest === undefined ? {} : { digest });

function supersedes(environment: EnvironmentState, env: string, from: string): readonly Draft[] {
  const open = openRollout(environment);
  if (open === undefined || open.version === from) return [];
  return [
    {
      type: 'rollout.superseded',
      version: open.version,
      digest: open.digest,
      env,
      rollout: open.id,
      data: { by: `the rollback of ${from}` },
      step: open.id,
    },
  ];
}

/** The bad bytes go into quarantine; those of a target that a person forced come out of it. */
function verdicts(
  state: Ledger['state'],
  request: RollbackRequest,
  { from, to }: FromTo,
  fence: number,
): readonly Draft[] {
  const { environment: env, reason, limits, wish } = request;
  const [bad, target] = [digestOf(state, from), digestOf(state, to)];
  const drafts: Draft[] = [];
  if (request.quarantine && bad !== undefined && entryOf(state.quarantine, bad) === undefined)
    drafts.push({
      type: 'version.quarantined',
      version: from,
      digest: bad,
      env,
      data: { reason },
      // The bytes may have been let out again since, and a run that is started again puts them back.
      step: `${from} ${fence}`,
    });
  const forced = limits.force && wish.kind === 'exact' && target !== undefined;
  if (forced && entryOf(state.quarantine, target) !== undefined)
    drafts.push({
      type: 'version.released',
      version: to,
      digest: target,
      env,
      data: { reason },
      step: `${to} ${fence}`,
    });
  return drafts;
}
