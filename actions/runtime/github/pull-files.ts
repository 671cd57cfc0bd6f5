import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';

/** A file of a pull request, as GitHub lists it against the merge base. */
export interface PullFile {
  readonly path: string;
  /** Its path before, when it was renamed. */
  readonly previous: string | undefined;
  /** `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`. */
  readonly status: string;
  /** Lines added and deleted. */
  readonly changes: number;
  /** Unified difference; absent for a binary file, a very large difference, a file that was only renamed. */
  readonly patch: string | undefined;
}

/** The files of pull requests. */
export interface PullFiles {
  /** All files of a pull request; GitHub lists the first 3,000. Needs `pull-requests: read`. */
  files(number: number): Promise<readonly PullFile[]>;
}

const readFile = (answer: Answer): PullFile => ({
  path: answer.text('filename'),
  previous: answer.optionalText('previous_filename'),
  status: answer.text('status'),
  changes: answer.optionalInteger('changes') ?? 0,
  patch: answer.optionalText('patch'),
});

export const createPullFiles = (api: RepositoryApi): PullFiles => ({
  files: (number) =>
    api.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { pull_number: number }, readFile),
});
