import { sha256 } from '../../lib/digest.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { isMarked, markedBody } from './marker.ts';
import { readBack } from './read-back.ts';
import { commentsOfOurs, postComment } from './sticky-comment.ts';

export interface IssueRequest {
  /** Natural key, kept in a hidden marker in the body. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export interface Issues {
  /** The open issue of ours with this key, else a new one; an existing one gets `update` as a comment. */
  upsert(
    request: IssueRequest,
    update: string,
  ): Promise<WriteResult<{ readonly number: number; readonly url: string; readonly created: boolean }>>;
  /** Adds a comment unless this run has already made it. */
  comment(issue: number, body: string): Promise<WriteResult<{ readonly url: string }>>;
  close(issue: number): Promise<WriteResult<{ readonly number: number }>>;
}

interface Issue {
  readonly number: number;
  readonly url: string;
}

const ISSUES = '/repos/{owner}/{repo}/issues';
const ISSUE = `${ISSUES}/{issue_number}`;
const TITLE_LIMIT = 256;

const readIssue = (answer: Answer): Issue => ({
  number: answer.integer('number'),
  url: answer.text('html_url'),
});

/** @param run - names the workflow run: the same text of the same run is the same comment */
export function createIssues(
  api: RepositoryApi,
  identity: () => Promise<string>,
  clock: Clock,
  run: string,
): Issues {
  async function ours({ key, labels }: IssueRequest): Promise<readonly Issue[]> {
    const open = await api.list(`GET ${ISSUES}`, { state: 'open', labels: labels.join(',') }, (answer) => ({
      ...readIssue(answer),
      marked: isMarked(answer.optionalText('body') ?? '', key),
      isPullRequest: answer.has('pull_request'),
      author: answer.has('user') ? answer.object('user').text('login') : '',
    }));
    const marked = open.filter((issue) => issue.marked && !issue.isPullRequest);
    if (marked.length === 0) return [];
    const login = await identity();
    return marked
      .filter((issue) => issue.author === login)
      .map(({ number, url }) => ({ number, url }))
      .sort((a, b) => a.number - b.number);
  }

  async function setClosed(issue: number, reason: string): Promise<WriteResult<{ readonly number: number }>> {
    const id = { issue_number: issue };
    const sent = await api.write(`PATCH ${ISSUE}`, id, { state: 'closed', state_reason: reason }, readIssue);
    const result = await readBack(sent, clock, async () => {
      const now = await api.find(`GET ${ISSUE}`, id, (answer) => ({
        ...readIssue(answer),
        state: answer.text('state'),
      }));
      return now?.state === 'closed' ? now : undefined;
    });
    return result.kind === 'done' ? { kind: 'done', value: { number: result.value.number } } : result;
  }

  async function create(request: IssueRequest): Promise<WriteResult<Issue & { readonly created: boolean }>> {
    const { key, title, body, labels } = request;
    const content = { title: title.slice(0, TITLE_LIMIT), body: markedBody(key, body), labels };
    const sent = await api.write(`POST ${ISSUES}`, {}, content, readIssue);
    const result = await readBack(sent, clock, async () => (await ours(request))[0]);
    if (result.kind !== 'done') return result;
    const [oldest = result.value, ...twins] = await ours(request);
    for (const twin of twins) await setClosed(twin.number, 'not_planned');
    return { kind: 'done', value: { ...oldest, created: oldest.number === result.value.number } };
  }

  async function comment(issue: number, body: string): Promise<WriteResult<{ readonly url: string }>> {
    const key = `comment:${run}:${sha256(body).slice('sha256:'.length, 'sha256:'.length + 16)}`;
    const find = async () => (await commentsOfOurs(api, identity, issue, key))[0];
    const already = await find();
    const result = already
      ? { kind: 'done' as const, value: already }
      : await readBack(await postComment(api, issue, markedBody(key, body)), clock, find);
    return result.kind === 'done' ? { kind: 'done', value: { url: result.value.url } } : result;
  }

  return {
    async upsert(request, update) {
      const [found] = await ours(request);
      if (!found) return create(request);
      const added = await comment(found.number, update);
      return added.kind === 'done' ? { kind: 'done', value: { ...found, created: false } } : added;
    },
    comment,
    close: (issue) => setClosed(issue, 'completed'),
  };
}
