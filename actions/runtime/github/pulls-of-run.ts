import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';

/** A run that another one follows (`workflow_run`), as GitHub tells of it. */
export interface OriginRun {
  readonly id: number;
  readonly event: string;
  /** `success`, `failure`, `cancelled`, …; `undefined` while it goes on. */
  readonly conclusion: string | undefined;
  readonly headSha: string;
  readonly headBranch: string;
  /** `owner/name` of the repository that the head lies in; empty when that has been deleted. */
  readonly headRepository: string;
  /** Web address. */
  readonly url: string;
}

/** An open pull request. */
export interface OpenPull {
  readonly number: number;
  readonly headSha: string;
  readonly headRepository: string;
  readonly baseRef: string;
  readonly baseSha: string;
}

/** Ties a run to the pull request it was about, by what GitHub says alone: a run of a fork's can say anything. */
export interface PullsOfRun {
  /** @throws ActionError not-found */
  origin(run: number): Promise<OriginRun>;
  /** Open pull requests from the branch and repository that a run was on. Needs `pull-requests: read`. */
  openFrom(run: OriginRun): Promise<readonly OpenPull[]>;
}

const fullName = (answer: Answer, key: string): string =>
  answer.has(key) ? answer.object(key).text('full_name') : '';

const readOrigin = (answer: Answer): OriginRun => ({
  id: answer.integer('id'),
  event: answer.text('event'),
  conclusion: answer.optionalText('conclusion'),
  headSha: answer.text('head_sha'),
  headBranch: answer.optionalText('head_branch') ?? '',
  headRepository: fullName(answer, 'head_repository'),
  url: answer.text('html_url'),
});

function readPull(answer: Answer): OpenPull {
  const head = answer.object('head');
  const base = answer.object('base');
  return {
    number: answer.integer('number'),
    headSha: head.text('sha'),
    headRepository: fullName(head, 'repo'),
    baseRef: base.text('ref'),
    baseSha: base.text('sha'),
  };
}

export const createPullsOfRun = (api: RepositoryApi): PullsOfRun => ({
  origin: (run) => api.get('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { run_id: run }, readOrigin),

  async openFrom({ headRepository, headBranch }) {
    if (headRepository === '' || headBranch === '') return [];
    const head = `${headRepository.split('/')[0]}:${headBranch}`;
    const pulls = await api.list('GET /repos/{owner}/{repo}/pulls', { state: 'open', head }, readPull);
    // GitHub overlooks a filter that it does not understand, and an owner may have several forks.
    return pulls.filter((pull) => pull.headRepository === headRepository);
  },
});
