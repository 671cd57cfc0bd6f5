import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { isMarked, markedBody } from './marker.ts';
import { readBack } from './read-back.ts';

/** A comment as far as we read it. */
export interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
}

/** One comment per key on a pull request, edited in place. */
export interface StickyComments {
  /** The comment of ours with this key, found by hidden marker and author on all pages. */
  find(pullRequest: number, key: string): Promise<Comment | undefined>;
  /**
   * Creates or edits it; cut at 60,000 characters at a section edge. Twins of ours made by a race are deleted; one
   * that was deleted meanwhile is created anew, once.
   */
  upsert(
    pullRequest: number,
    key: string,
    body: string,
  ): Promise<WriteResult<{ readonly id: number; readonly url: string }>>;
}

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

const readComment = (answer: Answer): Comment => ({
  id: answer.integer('id'),
  url: answer.text('html_url'),
  body: answer.optionalText('body') ?? '',
});

/** All comments of ours on an issue or pull request whose body holds a marker, oldest first. */
export async function commentsOfOurs(
  api: RepositoryApi,
  identity: () => Promise<string>,
  issue: number,
  key: string,
): Promise<readonly Comment[]> {
  const all = await api.list(`GET ${COMMENTS}`, { issue_number: issue }, (answer) => ({
    ...readComment(answer),
    author: answer.has('user') ? answer.object('user').text('login') : '',
  }));
  const marked = all.filter((comment) => isMarked(comment.body, key));
  if (marked.length === 0) return [];
  const login = await identity();
  return marked.filter((comment) => comment.author === login).sort((a, b) => a.id - b.id);
}

/** Adds a comment. One shot: `unknown` when the reply was lost. */
export const postComment = (api: RepositoryApi, issue: number, body: string): Promise<WriteResult<Comment>> =>
  api.write(`POST ${COMMENTS}`, { issue_number: issue }, { body }, readComment);

/** Somebody deleted the comment after we had listed it: once more, as if it had never been. */
const isGone = (result: WriteResult<Comment>): boolean => result.kind === 'refused' && result.status === 404;

/** @param redact - applied to bodies before they are compared, as the server only ever saw redacted ones */
export function createStickyComments(
  api: RepositoryApi,
  identity: () => Promise<string>,
  clock: Clock,
  redact: (text: string) => string,
): StickyComments {
  const ours = (issue: number, key: string) => commentsOfOurs(api, identity, issue, key);

  async function edit(comment: Comment, body: string): Promise<WriteResult<Comment>> {
    if (comment.body === body) return { kind: 'done', value: comment };
    const id = { comment_id: comment.id };
    const edited = await api.write(`PATCH ${COMMENT}`, id, { body }, readComment);
    return readBack(edited, clock, async () => {
      const now = await api.find(`GET ${COMMENT}`, id, readComment);
      return now?.body === body ? now : undefined;
    });
  }

  /** Writes the body into the oldest of several and removes the rest: whoever raced us picks the same one. */
  async function settle(
    comments: readonly Comment[],
    body: string,
  ): Promise<WriteResult<Comment> | undefined> {
    const [oldest, ...twins] = comments;
    if (!oldest) return undefined;
    const edited = await edit(oldest, body);
    if (edited.kind === 'done')
      for (const twin of twins) await api.write(`DELETE ${COMMENT}`, { comment_id: twin.id }, {}, () => ({}));
    return edited;
  }

  async function create(issue: number, key: string, body: string): Promise<WriteResult<Comment>> {
    const posted = await readBack(await postComment(api, issue, body), clock, async () => {
      const [found] = await ours(issue, key);
      return found;
    });
    if (posted.kind !== 'done') return posted;
    return (await settle(await ours(issue, key), body)) ?? posted;
  }

  return {
    find: async (pullRequest, key) => (await ours(pullRequest, key))[0],
    async upsert(pullRequest, key, text) {
      const body = redact(markedBody(key, text));
      const settled = await settle(await ours(pullRequest, key), body);
      return settled === undefined || isGone(settled) ? create(pullRequest, key, body) : settled;
    },
  };
}
