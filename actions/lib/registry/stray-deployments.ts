import { deploymentEntry, type FinalState } from './deployment-entry.ts';
import type { LedgerEvent, OutboxEntry } from './events.ts';
import type { Ledger } from './ledger.ts';

/** A deployment of ours as GitHub lists it. */
export interface FoundDeployment {
  readonly id: number;
  readonly task: string;
}

/** The task of the deployment of a rollout: an exact key, which GitHub itself filters on. */
export const rolloutTask = (rollout: string): string => `mlops:promote:${rollout}`;

/** The task of the deployment of a rollback: one of a model and version in a run. */
export const rollbackTask = (run: number | string, model: string, from: string): string =>
  `mlops:rollback:${run}:${model}:${from}`;

/** What a deployment is shown with that was made a second time. */
export const duplicateOf = (id: number): string => `duplicate of deployment ${id}`;

/** The deployment that a version got in an environment last. */
export function deploymentOf(
  events: readonly LedgerEvent[],
  environment: string,
  version: string,
): number | undefined {
  const created = events.findLast(
    (event) => event.type === 'deployment.created' && event.env === environment && event.version === version,
  );
  return created?.type === 'deployment.created' ? created.data.deployment : undefined;
}

/** The deployment that the ledger knows of a rollout. */
export function deploymentOfRollout(events: readonly LedgerEvent[], rollout: string): number | undefined {
  const created = events.findLast(
    (event) => event.type === 'deployment.created' && event.rollout === rollout,
  );
  return created?.type === 'deployment.created' ? created.data.deployment : undefined;
}

/** How a change of an environment ended, as its deployment should show. */
interface Ended {
  readonly state: FinalState;
  readonly description: string;
}

/**
 * Deployments of this ledger that GitHub was left with: twins, which a request that was taken late has made, and those of
 * changes that have ended without their deployment being told. What was in the outbox once is not here again.
 *
 * @param found - deployments to the environment, of other models too, in any order
 */
export function strayDeployments(
  { events, state }: Ledger,
  environment: string,
  found: readonly FoundDeployment[],
): readonly OutboxEntry[] {
  const queued = queuedOf(events, environment);
  const keptOf = keptByTask(events, found, queued);
  const changes = changesOf({ events, state }, environment);
  return found.flatMap(({ id, task }) => {
    const change = changes.get(task);
    if (change === undefined || queued.has(`${id}`)) return [];
    const kept = keptOf.get(task) ?? id;
    const about = { env: environment, version: change.version, environmentUrl: '' };
    const target = { kind: 'made', id } as const;
    if (kept !== id)
      return [deploymentEntry(target, { ...about, state: 'inactive', description: duplicateOf(kept) })];
    if (change.ended === undefined || queued.has(task)) return [];
    return [deploymentEntry(target, { ...about, ...change.ended, unlessEnded: true })];
  });
}

/** Ids and tasks of the deployments that were in the outbox at any time: they are ended, or wait for it. */
function queuedOf(events: readonly LedgerEvent[], environment: string): ReadonlySet<string> {
  const entries = events.flatMap((event) =>
    event.type === 'mirror.queued' && event.env === environment ? event.data.entries : [],
  );
  return new Set(
    entries.flatMap(({ kind, payload }) =>
      kind === 'deployment' ? [payload['deployment'] ?? payload['task'] ?? ''] : [],
    ),
  );
}

/** The deployment of each task that stays: the one that the ledger knows, else the oldest, so that everybody keeps the same. */
function keptByTask(
  events: readonly LedgerEvent[],
  found: readonly FoundDeployment[],
  queued: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const { id, task } of [...found].sort((a, b) => b.id - a.id)) kept.set(task, id);
  for (const { id, task } of found) if (queued.has(`${id}`)) kept.set(task, id);
  for (const event of events)
    if (event.type === 'deployment.created' && event.rollout !== undefined)
      kept.set(rolloutTask(event.rollout), event.data.deployment);
  return kept;
}

interface Change {
  readonly task: string;
  readonly version: string;
  /** `undefined` while it goes on. */
  readonly ended: Ended | undefined;
}

/** The rollouts and rollbacks of an environment, by the task of their deployment. */
function changesOf({ events, state }: Ledger, environment: string): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  let newest: Change | undefined;
  for (const event of events.filter(({ env }) => env === environment)) {
    const task = taskOf(event, state.model);
    if (task === undefined || (newest !== undefined && goesOn(newest, event, state.model)))
      newest = newest && after(newest, event);
    else {
      if (newest !== undefined) changes.set(newest.task, past(newest));
      newest = { task, version: event.version ?? '', ended: undefined };
    }
    if (newest !== undefined) changes.set(newest.task, newest);
  }
  return changes;
}

/** Whether an event that begins something is a turn of a rollback that walks further back, or the same told again. */
const goesOn = ({ task }: Change, event: LedgerEvent, model: string): boolean =>
  task === taskOf(event, model) ||
  (event.type === 'rollback.started' && task.startsWith(rollbackTask(event.run.id, model, '')));

/** The task that an event begins. */
function taskOf(event: LedgerEvent, model: string): string | undefined {
  if (event.type === 'rollout.requested') return rolloutTask(event.rollout ?? '');
  if (event.type !== 'rollback.started' || event.rollout !== undefined) return undefined;
  return rollbackTask(event.run.id, model, event.data.from);
}

/** What is over, and was followed by another change: what served then serves no more. */
const past = (change: Change): Change =>
  change.ended?.state === 'failure'
    ? change
    : { ...change, ended: { state: 'inactive', description: 'another change has come since' } };

function after(change: Change, event: LedgerEvent): Change {
  const { version } = event;
  switch (event.type) {
    case 'rollout.completed':
      return { ...change, ended: { state: 'success', description: `${version} serves all traffic` } };
    case 'rollback.completed':
      return event.rollout === undefined
        ? {
            ...change,
            version: event.data.to ?? change.version,
            ended: { state: 'success', description: `rolled back from ${event.data.from}` },
          }
        : { ...change, ended: { state: 'failure', description: 'rolled back' } };
    case 'rollback.failed':
      return event.rollout === undefined
        ? { ...change, ended: { state: 'failure', description: 'the rollback failed' } }
        : change;
    case 'rollout.aborted':
      return { ...change, ended: { state: 'inactive', description: 'aborted' } };
    case 'rollout.superseded':
      return { ...change, ended: { state: 'inactive', description: 'superseded' } };
    case 'rollback.started':
      return { ...change, ended: undefined };
    default:
      return change;
  }
}
