import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

export interface StatusRequest {
  readonly sha: string;
  readonly state: 'success' | 'failure' | 'error' | 'pending';
  readonly context: string;
  readonly description: string;
  readonly targetUrl?: string;
}

/** GitHub refuses longer descriptions of statuses, of commits as of deployments. */
const DESCRIPTION_LIMIT = 140;

/** A description within GitHub's 140 characters, ending in an ellipsis where it was cut, and never within a character. */
export const shortDescription = (text: string): string =>
  text.length <= DESCRIPTION_LIMIT
    ? text
    : `${text.slice(0, DESCRIPTION_LIMIT - 1).replace(/[\ud800-\udbff]$/, '')}…`;

const readStatus = (answer: Answer) => ({
  id: answer.integer('id'),
  state: answer.text('state'),
  context: answer.text('context'),
  description: answer.optionalText('description') ?? '',
});

/** Sets the status of a commit under a context; the newest one of a context counts. */
export const createStatus =
  (api: RepositoryApi, clock: Clock, redact: (text: string) => string) =>
  async (request: StatusRequest): Promise<WriteResult<{ readonly id: number }>> => {
    const { sha, state, context } = request;
    const description = shortDescription(redact(request.description));
    const target = request.targetUrl === undefined ? {} : { target_url: request.targetUrl };
    const sent = await api.write(
      'POST /repos/{owner}/{repo}/statuses/{sha}',
      { sha },
      { state, context, description, ...target },
      readStatus,
    );
    const result = await readBack(sent, clock, async () => {
      const statuses = await api.list(
        'GET /repos/{owner}/{repo}/commits/{ref}/status',
        { ref: sha },
        readStatus,
        {
          key: 'statuses',
        },
      );
      return statuses.find(
        (status) =>
          status.context === context && status.state === state && status.description === description,
      );
    });
    return result.kind === 'done' ? { kind: 'done', value: { id: result.value.id } } : result;
  };
