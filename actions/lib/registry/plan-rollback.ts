import type { Draft, EventRun } from './events.ts';
import { type Candidate, chooseTarget, type TargetWish } from './last-known-good.ts';
import { tryLease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { leaseOwner, type Operation } from './operation.ts';
import { digestOf, type EnvironmentState, environmentOf, openRollout } from './state.ts';

/** A rollback as it is asked for. */
export interface RollbackRequest {
  readonly operation: Operation;
  readonly run: EventRun;
  readonly environment: string;
  readonly wish: TargetWish;
  /** Act only while this version serves; empty for whatever serves. */
  readonly ifServing: string;
  readonly reason: string;
  readonly trigger: string;
  readonly quarantine: boolean;
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
  /** An earlier attempt of this run has switched already; only what follows is left. */
  | (FromTo & { readonly kind: 'switched' })
  | (FromTo & {
      readonly kind: 'go';
      readonly fence: number;
      /** Somebody held the environment: a change of theirs may still be on its way. */
      readonly preempted: boolean;
      readonly drafts: readonly Draft[];
    });

/** What serves and is to be replaced: the version of the rollout under way, else the current one. */
function badVersion(environment: EnvironmentState, ifServing: string): string | undefined {
  if (ifServing !== '') return ifServing;
  return openRollout(environment)?.version ?? environment.current ?? undefined;
}

function serves(environment: EnvironmentState, version: string): boolean {
  const open = openRollout(environment);
  return environment.current === version || open?.version === version;
}

/** What an earlier attempt of this very rollback began. */
function begunBefore({ events }: Ledger, { environment, run }: RollbackRequest) {
  const begun = events.findLast(
    (event) =>
      event.type === 'rollback.started' &&
      event.rollout === undefined &&
      event.env === environment &&
      run.id > 0 &&
      event.run.id === run.id &&
      event.run.job === run.job,
  );
  return begun?.type === 'rollback.started' ? begun.data : undefined;
}

/** Decides on a rollback. It pre-empts any lease: putting a known good version back waits for nobody. */
export function planRollback(ledger: Ledger, request: RollbackRequest): RollbackPlan {
  const { state } = ledger;
  const environment = environmentOf(state, request.environment);
  const begun = begunBefore(ledger, request);
  const { rollback } = environment;
  if (begun?.to && rollback?.from === begun.from && rollback.to === begun.to) {
    const { from, to } = begun;
    const fromTo = {
      from,
      to,
      candidates: chooseTarget(state, request.environment, { kind: 'exact', version: to }, undefined)
        .candidates,
    };
    return rollback.phase === 'completed' ? { ...fromTo, kind: 'switched' } : begin(ledger, request, fromTo);
  }
  const from = badVersion(environment, request.ifServing);
  if (from === undefined)
    return {
      kind: 'refused',
      reason: `no version of ${state.model} serves ${request.environment}`,
      candidates: [],
    };
  if (!serves(environment, from))
    return {
      kind: 'noop',
      reason: `${from} does not serve ${request.environment} (${environment.current ?? 'nothing'} does)`,
      candidates: [],
    };
  const { wish } = request;
  if (wish.kind === 'exact' && wish.version === environment.current && openRollout(environment) === undefined)
    return { kind: 'noop', reason: `${wish.version} serves ${request.environment} already`, candidates: [] };
  const { target: to, candidates } = chooseTarget(state, request.environment, wish, digestOf(state, from));
  if (to === undefined) {
    const why =
      candidates.map(({ version, reason }) => `${version} ${reason}`).join('; ') ||
      'nothing else is registered';
    return {
      kind: 'refused',
      reason: `no known good version of ${state.model} for ${request.environment}: ${why}`,
      candidates,
    };
  }
  return begin(ledger, request, { from, to, candidates });
}

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
  const bad = digestOf(state, from);
  const open = openRollout(environment);
  const step = `${from} ${to}`;
  const drafts: Draft[] = [
    { type: 'lease.acquired', env, fence, data: { owner, minutes: 30, from: lease.from }, step: `${fence}` },
  ];
  if (open !== undefined && open.version !== from)
    drafts.push({
      type: 'rollout.superseded',
      version: open.version,
      digest: open.digest,
      env,
      rollout: open.id,
      data: { by: `the rollback of ${from}` },
      step: open.id,
    });
  if (request.quarantine && bad !== undefined)
    drafts.push({ type: 'version.quarantined', version: from, digest: bad, env, data: { reason }, step });
  drafts.push({
    type: 'rollback.started',
    version: from,
    ...(bad === undefined ? {} : { digest: bad }),
    env,
    fence,
    data: { from, to, trigger: request.trigger, reason },
    step,
  });
  return { ...fromTo, kind: 'go', fence, preempted: lease.from !== null, drafts };
}
