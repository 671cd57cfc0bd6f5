import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';

/** A label of a pull request, and who put it there last. */
export interface Labelling {
  readonly label: string;
  /** Login; empty when the account is gone. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What somebody wrote below a pull request. */
export interface PullComment {
  readonly by: string;
  readonly body: string;
  readonly at: number;
}

/** Who labelled a pull request, what was said about it, and what these people may do here. */
export interface PullLabels {
  /** Names of the labels that are there now. Needs `pull-requests: read`. */
  names(number: number): Promise<readonly string[]>;
  /**
   * Who put each label there, and the comments, oldest first, from all pages of the timeline. A label that was taken
   * off again is not listed; one that was renamed meanwhile is listed under its old name. Needs `pull-requests: read`.
   */
  history(number: number): Promise<{
    readonly labellings: readonly Labelling[];
    readonly comments: readonly PullComment[];
  }>;
  /** A person's role on the repository, `admin`, `maintain`, `write`, … or one of its own; `undefined` for nobody. */
  role(login: string): Promise<string | undefined>;
}

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

type TimelineItem =
  | ({ readonly kind: 'labeled' | 'unlabeled' } & Labelling)
  | ({ readonly kind: 'commented' } & PullComment)
  | { readonly kind: 'other' };

/** Accounts that were deleted leave no login behind. */
const loginOf = (answer: Answer): string => (answer.has('actor') ? answer.object('actor').text('login') : '');

/** An item of the timeline; those of other kinds have other shapes and are passed over. */
function readItem(answer: Answer): TimelineItem {
  const kind = answer.optionalText('event');
  if (kind === 'labeled' || kind === 'unlabeled')
    return {
      kind,
      label: answer.object('label').text('name'),
      by: loginOf(answer),
      at: answer.time('created_at'),
    };
  if (kind === 'commented')
    return {
      kind,
      by: loginOf(answer),
      body: answer.optionalText('body') ?? '',
      at: answer.time('created_at'),
    };
  return { kind: 'other' };
}

export const createPullLabels = (api: RepositoryApi): PullLabels => ({
  names: (number) => api.list(`GET ${ISSUE}/labels`, { issue_number: number }, (label) => label.text('name')),

  async history(number) {
    const items = await api.list(`GET ${ISSUE}/timeline`, { issue_number: number }, readItem);
    const labellings = new Map<string, Labelling>();
    const comments: PullComment[] = [];
    for (const item of items) {
      if (item.kind === 'commented') comments.push({ by: item.by, body: item.body, at: item.at });
      if (item.kind === 'unlabeled') labellings.delete(item.label);
      if (item.kind === 'labeled')
        labellings.set(item.label, { label: item.label, by: item.by, at: item.at });
    }
    return { labellings: [...labellings.values()], comments };
  },

  role: (login) =>
    api.find('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { username: login }, (answer) =>
      answer.text('role_name'),
    ),
});
