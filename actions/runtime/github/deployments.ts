import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { shortDescription } from './commit-status.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentRequest {
  /** 40 hexadecimal digits. */
  readonly sha: string;
  readonly environment: string;
  readonly production: boolean;
  /** Natural key, filtered on by the server: `mlops:promote:<rollout id>`. */
  readonly task: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
}

/** Deployments mirror what the ledger says; they are never its source. */
export interface Deployments {
  /** The deployment with this task, made if there is none. Sends `auto_merge: false, required_contexts: []`. */
  ensure(request: DeploymentRequest): Promise<WriteResult<{ readonly id: number }>>;
  /** The deployment with this task, if there is one. */
  find(wanted: Pick<DeploymentRequest, 'task' | 'environment'>): Promise<{ readonly id: number } | undefined>;
  /** Adds a status unless the newest one already says the same. */
  setStatus(id: number, status: DeploymentStatus): Promise<WriteResult<{ readonly id: number }>>;
  /** The newest 30 deployments to an environment, each with its newest state (`none` before the first status). */
  list(
    environment: string,
  ): Promise<
    readonly { readonly id: number; readonly sha: string; readonly task: string; readonly state: string }[]
  >;
  /** What the deployments of ours among the newest 30 of an environment were made with, newest first. */
  payloads(
    environment: string,
  ): Promise<readonly { readonly id: number; readonly payload: Readonly<Record<string, unknown>> }[]>;
}

const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments';
const STATUSES = `${DEPLOYMENTS}/{deployment_id}/statuses`;
const LISTED = 30;

const readDeployment = (answer: Answer) => ({
  id: answer.integer('id'),
  sha: answer.text('sha'),
  task: answer.text('task'),
});

const readStatus = (answer: Answer) => ({
  id: answer.integer('id'),
  state: answer.text('state'),
  description: answer.optionalText('description') ?? '',
  environmentUrl: answer.optionalText('environment_url') ?? '',
});

/** @param redact - applied to descriptions before they are compared with what GitHub has */
export function createDeployments(
  api: RepositoryApi,
  clock: Clock,
  redact: (text: string) => string,
): Deployments {
  /** The oldest with this task: should two exist, everybody picks the same. */
  async function find({
    task,
    environment,
  }: Pick<DeploymentRequest, 'task' | 'environment'>): Promise<{ readonly id: number } | undefined> {
    const found = await api.list(`GET ${DEPLOYMENTS}`, { task, environment }, readDeployment);
    return found.filter((one) => one.task === task).sort((a, b) => a.id - b.id)[0];
  }

  async function newestStatus(id: number) {
    const statuses = await api.list(`GET ${STATUSES}`, { deployment_id: id }, readStatus);
    return [...statuses].sort((a, b) => b.id - a.id)[0];
  }

  return {
    find,

    async ensure(request) {
      const found = await find(request);
      if (found) return { kind: 'done', value: { id: found.id } };
      const { sha, environment, production, task, payload } = request;
      const body = {
        ref: sha,
        task,
        environment,
        payload,
        production_environment: production,
        description: shortDescription(redact(request.description)),
        // The defaults would merge the default branch into the ref and wait for every other check.
        auto_merge: false,
        required_contexts: [],
      };
      const sent = await api.write(`POST ${DEPLOYMENTS}`, {}, body, (answer, status) =>
        status === 202 ? undefined : { id: answer.integer('id') },
      );
      const read = await readBack(sent, clock, () => find(request));
      if (read.kind !== 'done') return read;
      if (read.value === undefined)
        return { kind: 'refused', status: 202, message: 'GitHub merged branches instead of deploying' };
      return { kind: 'done', value: { id: read.value.id } };
    },

    async setStatus(id, status) {
      const description = shortDescription(redact(status.description));
      const says = async () => {
        const newest = await newestStatus(id);
        const same =
          newest?.state === status.state &&
          newest.description === description &&
          newest.environmentUrl === (status.environmentUrl ?? newest.environmentUrl);
        return same ? { id: newest.id } : undefined;
      };
      const already = await says();
      if (already) return { kind: 'done', value: already };
      const body = {
        state: status.state,
        description,
        ...(status.environmentUrl === undefined ? {} : { environment_url: status.environmentUrl }),
        ...(status.logUrl === undefined ? {} : { log_url: status.logUrl }),
      };
      const sent = await api.write(`POST ${STATUSES}`, { deployment_id: id }, body, (answer) => ({
        id: answer.integer('id'),
      }));
      return readBack(sent, clock, says);
    },

    async list(environment) {
      const found = await api.list(`GET ${DEPLOYMENTS}`, { environment }, readDeployment, { atMost: LISTED });
      const withState = [];
      for (const one of found)
        withState.push({ ...one, state: (await newestStatus(one.id))?.state ?? 'none' });
      return withState;
    },

    payloads: (environment) => payloads(api, environment),
  };
}

async function payloads(api: RepositoryApi, environment: string) {
  const read = (answer: Answer) => ({ ...readDeployment(answer), payload: answer.record('payload') });
  const found = await api.list(`GET ${DEPLOYMENTS}`, { environment }, read, { atMost: LISTED });
  return found
    .filter(({ task }) => task.startsWith('mlops:'))
    .map(({ id, payload }) => ({ id, payload }))
    .sort((a, b) => b.id - a.id);
}
