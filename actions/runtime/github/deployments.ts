import { duplicateOf } from '../../lib/registry/stray-deployments.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { shortDescription } from './commit-status.ts';
import { createDeploymentStatuses, type DeploymentStatus } from './deployment-statuses.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

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

/** One of the newest deployments to an environment. */
interface ListedDeployment {
  readonly id: number;
  readonly sha: string;
  readonly task: string;
  /** The newest; `none` before the first status. */
  readonly state: string;
  /** Whether it had `success` at any time. */
  readonly succeeded: boolean;
}

/** Deployments mirror what the ledger says; they are never its source. */
export interface Deployments {
  /**
   * The oldest deployment with this task, made if there is none; what a request that GitHub took late left beside it
   * is set inactive. Sends `auto_merge: false, required_contexts: []`.
   */
  ensure(request: DeploymentRequest): Promise<WriteResult<{ readonly id: number }>>;
  /** The deployment with this task, if there is one. */
  find(wanted: Pick<DeploymentRequest, 'task' | 'environment'>): Promise<{ readonly id: number } | undefined>;
  /** Adds a status unless the newest one already says the same. */
  setStatus(id: number, status: DeploymentStatus): Promise<WriteResult<{ readonly id: number }>>;
  /** The newest 30 deployments to an environment. */
  list(environment: string): Promise<readonly ListedDeployment[]>;
  /** What the deployments of ours among the newest 100, of one environment or of all, were made with, newest first. */
  payloads(environment: string | undefined): Promise<
    readonly {
      readonly id: number;
      readonly task: string;
      readonly payload: Readonly<Record<string, unknown>>;
      /** Whether it was made as one to production. */
      readonly production: boolean;
    }[]
  >;
}

const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments';
const LISTED = 30;
/** One page: models that share an environment are not to crowd each other out. */
const READ = 100;

const readDeployment = (answer: Answer) => ({
  id: answer.integer('id'),
  sha: answer.text('sha'),
  task: answer.text('task'),
});

/** @param redact - applied to descriptions before they are compared with what GitHub has */
export function createDeployments(
  api: RepositoryApi,
  clock: Clock,
  redact: (text: string) => string,
): Deployments {
  /** All with this task, oldest first: should two exist, everybody keeps the same. */
  async function findAll({ task, environment }: Pick<DeploymentRequest, 'task' | 'environment'>) {
    const found = await api.list(`GET ${DEPLOYMENTS}`, { task, environment }, readDeployment);
    return found.filter((one) => one.task === task).sort((a, b) => a.id - b.id);
  }

  const find: Deployments['find'] = async (wanted) => (await findAll(wanted))[0];

  const { of: statusesOf, set: setStatus } = createDeploymentStatuses(api, clock, redact);

  return {
    find,
    setStatus,

    async ensure(request) {
      const [found, ...twins] = await findAll(request);
      // Whatever comes of it: the next one who looks for the task tries again.
      for (const twin of twins)
        await setStatus(twin.id, { state: 'inactive', description: duplicateOf(found?.id ?? 0) });
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

    async list(environment) {
      const found = await api.list(`GET ${DEPLOYMENTS}`, { environment }, readDeployment, { atMost: LISTED });
      const withState = [];
      for (const one of found) {
        const states = (await statusesOf(one.id)).map(({ state }) => state);
        withState.push({ ...one, state: states[0] ?? 'none', succeeded: states.includes('success') });
      }
      return withState;
    },

    payloads: (environment) => payloads(api, environment),
  };
}

async function payloads(api: RepositoryApi, environment: string | undefined) {
  const read = (answer: Answer) => ({
    ...readDeployment(answer),
    payload: answer.record('payload'),
    production: answer.has('production_environment') && answer.boolean('production_environment'),
  });
  const filter = environment === undefined ? {} : { environment };
  const found = await api.list(`GET ${DEPLOYMENTS}`, filter, read, { atMost: READ });
  return found
    .filter(({ task }) => task.startsWith('mlops:'))
    .map(({ id, task, payload, production }) => ({ id, task, payload, production }))
    .sort((a, b) => b.id - a.id);
}
