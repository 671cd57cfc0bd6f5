import type { Digest } from '../digest.ts';
import type { Draft } from './events.ts';
import type { Ledger } from './ledger.ts';
import { planRegistration, type RegistrationRequest } from './plan-registration.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import { environmentOf, type LedgerState, openRollout } from './state.ts';

/** What to record of what happened without the ledger; or why not. */
export type ImportPlan =
  | { readonly kind: 'noop'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'go'; readonly drafts: readonly Draft[]; readonly what: string };

const refused = (reason: string): ImportPlan => ({ kind: 'refused', refusals: [ledgerConflict(reason)] });

/** A version that serves already and for which a person vouches. */
export interface VersionImport extends RegistrationRequest {
  readonly environment: string;
  readonly reason: string;
}

/** Makes a version that serves already known as what serves, so that rollbacks have something to go back to. */
export function planVersionImport(state: LedgerState, request: VersionImport): ImportPlan {
  const { environment: env, reason, forced } = request;
  const environment = environmentOf(state, env);
  const open = openRollout(environment);
  if (open !== undefined)
    return refused(
      `the rollout of ${open.version} is under way in ${env}; end it before anything is imported`,
    );
  const registration = planRegistration(state, { ...request, rule: { ...request.rule, required: [] } });
  if (registration.kind === 'refused') return registration;
  const { version, digest } = registration;
  const { current } = environment;
  if (current === version) return { kind: 'noop', reason: `${version} serves ${env} by the ledger already` };
  if (current !== null && forced === '')
    return refused(
      `${current} serves ${env} by the ledger; if ${version} really does, say so with force: true and a reason`,
    );
  const imported: Draft = {
    type: 'version.imported',
    version,
    digest,
    env,
    data: { reason },
    step: `${env}/${state.head.seq}`,
  };
  return {
    kind: 'go',
    drafts: [...registration.drafts, imported],
    what: `${version} is known as what serves ${env}`,
  };
}

/** Events that a rollback could not write. */
export interface PendingImport {
  /** sha256 of the document that holds them. */
  readonly source: Digest;
  readonly drafts: readonly Draft[];
  readonly environment: string;
  /** Why they are taken over although the ledger has moved on; empty when it has not. */
  readonly forced: string;
}

/**
 * Takes events over that a rollback could not write while GitHub was down, once. A lease among them is over by now, but
 * its fence counts on: whoever switches traffic has seen it.
 */
export function planPendingImport({ state, events }: Ledger, request: PendingImport): ImportPlan {
  const { source, drafts, environment: env } = request;
  const taken = events.find((event) => event.type === 'ledger.imported' && event.data.source === source);
  if (taken !== undefined)
    return { kind: 'noop', reason: `its events were taken over before, with event ${taken.seq}` };
  if (drafts.length === 0) return { kind: 'noop', reason: 'it holds no events that could not be written' };
  const conflict = request.forced === '' ? movedOn(state, env, drafts) : undefined;
  if (conflict !== undefined) return refused(conflict);
  const { fence } = environmentOf(state, env);
  const kept = drafts.filter((draft) => draft.type !== 'lease.acquired' || (draft.fence ?? 0) > fence);
  const held = kept.findLast(({ type }) => type === 'lease.acquired');
  const free = kept.some(({ type }) => type === 'lease.released');
  const about = { env, data: {} };
  const all: readonly Draft[] = [
    ...kept,
    ...(held?.fence === undefined || free
      ? []
      : [{ ...about, type: 'lease.released' as const, fence: held.fence }]),
    { type: 'ledger.imported', env, data: { source, events: kept.length } },
  ];
  return {
    kind: 'go',
    drafts: all.map((draft, index) => ({ ...draft, step: `${source} ${index}` })),
    what: `${kept.length} events of a rollback are taken over`,
  };
}

/** Why the ledger contradicts a rollback that was not written: something else has happened since. */
function movedOn(state: LedgerState, env: string, drafts: readonly Draft[]): string | undefined {
  const started = drafts.find(({ type }) => type === 'rollback.started');
  if (started?.type !== 'rollback.started') return undefined;
  const { from } = started.data;
  const environment = environmentOf(state, env);
  const open = openRollout(environment);
  if (environment.current === from || open?.version === from) return undefined;
  return `the rollback was from ${from}, but by the ledger ${environment.current ?? 'nothing'} serves ${env}: something else has happened since. If the rollback still holds, say so with force: true and a reason`;
}
