import type { Approval } from '../../lib/registry/approval.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';

export interface WorkflowRun {
  readonly id: number;
  readonly attempt: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly headSha: string;
  readonly headBranch: string;
  readonly event: string;
  readonly path: string;
  /** `owner/name` of the repository that the commit lies in: a fork's for its pull requests; empty if it is gone. */
  readonly headRepository: string;
}

export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  readonly digest: string | undefined;
}

/** What became of an artifact: artifacts expire, by default after 90 days. */
export type ArtifactState = 'there' | 'expired' | 'none';

export interface Runs {
  /** @throws ActionError not-found */
  get(id: number): Promise<WorkflowRun>;
  /** Successful runs of a workflow file on a branch, newest first, at most `limit`. */
  list(filter: {
    readonly workflow?: string;
    readonly branch?: string;
    readonly headSha?: string;
    readonly limit: number;
  }): Promise<readonly WorkflowRun[]>;
  /** Unexpired artifacts of a run with this name. */
  artifacts(run: number, name: string): Promise<readonly RunArtifact[]>;
  /** Whether a run has an artifact with this name, or had one until it expired. */
  artifactState(run: number, name: string): Promise<ArtifactState>;
  /** Who approved which of the run's environments. */
  approvals(run: number): Promise<readonly Approval[]>;
}

const ACTIONS = '/repos/{owner}/{repo}/actions';

const readRun = (answer: Answer): WorkflowRun => ({
  id: answer.integer('id'),
  attempt: answer.optionalInteger('run_attempt') ?? 1,
  status: answer.optionalText('status') ?? '',
  conclusion: answer.optionalText('conclusion') ?? null,
  headSha: answer.text('head_sha'),
  headBranch: answer.optionalText('head_branch') ?? '',
  event: answer.text('event'),
  path: answer.text('path'),
  headRepository: answer.has('head_repository') ? answer.object('head_repository').text('full_name') : '',
});

async function artifactsNamed(api: RepositoryApi, run: number, name: string) {
  const found = await api.list(
    `GET ${ACTIONS}/runs/{run_id}/artifacts`,
    { run_id: run, name },
    (answer) => ({
      id: answer.integer('id'),
      name: answer.text('name'),
      digest: answer.optionalText('digest'),
      expired: answer.boolean('expired'),
    }),
    { key: 'artifacts' },
  );
  return found.filter((artifact) => artifact.name === name);
}

export const createRuns = (api: RepositoryApi): Runs => ({
  get: (id) => api.get(`GET ${ACTIONS}/runs/{run_id}`, { run_id: id }, readRun),

  list({ workflow, branch, headSha, limit }) {
    const filter = {
      status: 'success',
      ...(branch === undefined ? {} : { branch }),
      ...(headSha === undefined ? {} : { head_sha: headSha }),
    };
    const options = { key: 'workflow_runs', atMost: limit };
    if (workflow === undefined) return api.list(`GET ${ACTIONS}/runs`, filter, readRun, options);
    const file = workflow.slice(workflow.lastIndexOf('/') + 1);
    const route = `GET ${ACTIONS}/workflows/{workflow_id}/runs`;
    return api.list(route, { ...filter, workflow_id: file }, readRun, options);
  },

  async artifacts(run, name) {
    const found = await artifactsNamed(api, run, name);
    return found.filter(({ expired }) => !expired).map(({ id, digest }) => ({ id, name, digest }));
  },

  async artifactState(run, name) {
    const found = await artifactsNamed(api, run, name);
    if (found.length === 0) return 'none';
    return found.some(({ expired }) => !expired) ? 'there' : 'expired';
  },

  async approvals(run) {
    const reviews = await api.list(
      `GET ${ACTIONS}/runs/{run_id}/approvals`,
      { run_id: run },
      (answer) => ({
        state: answer.text('state'),
        login: answer.object('user').text('login'),
        environments: answer.list('environments').map((environment) => environment.text('name')),
      }),
      { unpaged: true },
    );
    return reviews
      .filter(({ state }) => state === 'approved')
      .map(({ login, environments }) => ({ login, environments }));
  },
});
