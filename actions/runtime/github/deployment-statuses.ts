import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { shortDescription } from './commit-status.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
  /** Leave a deployment alone that has ended in whatever way. */
  readonly unlessEnded?: boolean;
}

const STATUSES = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
const ENDED: ReadonlySet<string> = new Set(['success', 'failure', 'error', 'inactive']);

const readStatus = (answer: Answer) => ({
  id: answer.integer('id'),
  state: answer.text('state'),
  description: answer.optionalText('description') ?? '',
  environmentUrl: answer.optionalText('environment_url') ?? '',
});

/**
 * The statuses of deployments: a list that is only added to, of which the newest counts.
 *
 * @param redact - applied to descriptions before they are compared with what GitHub has
 */
export function createDeploymentStatuses(api: RepositoryApi, clock: Clock, redact: (text: string) => string) {
  /** Newest first. */
  async function of(id: number) {
    const statuses = await api.list(`GET ${STATUSES}`, { deployment_id: id }, readStatus);
    return [...statuses].sort((a, b) => b.id - a.id);
  }

  async function set(id: number, status: DeploymentStatus): Promise<WriteResult<{ readonly id: number }>> {
    const description = shortDescription(redact(status.description));
    const says = async () => {
      const [newest] = await of(id);
      if (newest === undefined) return undefined;
      const same =
        newest.state === status.state &&
        newest.description === description &&
        newest.environmentUrl === (status.environmentUrl ?? newest.environmentUrl);
      return same || (status.unlessEnded && ENDED.has(newest.state)) ? { id: newest.id } : undefined;
    };
    const already = await says();
    if (already) return { kind: 'done', value: already };
    const body = {
      state: status.state,
      description,
      // GitHub would end every other deployment of the environment, those of other models too; ours are ended by us.
      auto_inactive: false,
      ...(status.environmentUrl === undefined ? {} : { environment_url: status.environmentUrl }),
      ...(status.logUrl === undefined ? {} : { log_url: status.logUrl }),
    };
    const sent = await api.write(`POST ${STATUSES}`, { deployment_id: id }, body, (answer) => ({
      id: answer.integer('id'),
    }));
    return readBack(sent, clock, says);
  }

  return { of, set };
}
