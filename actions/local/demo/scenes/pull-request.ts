import type { PullRequestView } from '../demo-record.ts';
import type { Files } from '../example-project.ts';
import type { Stage } from '../stage.ts';

export interface OpenPullRequest {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly headSha: string;
}

/** Commits the files on a branch of their own and opens a pull request for them. */
export async function openPullRequest(
  stage: Stage,
  { branch, title, files }: { readonly branch: string; readonly title: string; readonly files: Files },
): Promise<OpenPullRequest> {
  const headSha = await stage.commit(branch, files, title);
  return { number: await stage.openPullRequest(branch, title), title, branch, headSha };
}

/** What a reviewer finds on the pull request. */
export async function viewPullRequest(
  stage: Stage,
  { number, title, branch, headSha }: OpenPullRequest,
): Promise<PullRequestView> {
  const comments = await stage.state.comments(number);
  return { number, title, branch, comments, checks: stage.state.checks(headSha) };
}
