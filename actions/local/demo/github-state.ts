import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckView, DeploymentView, IssueView } from './demo-record.ts';

interface User {
  readonly login: string;
}

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly labels: readonly { readonly name: string }[];
  readonly pull_request?: unknown;
}

interface Comment {
  readonly body: string;
  readonly issue_url: string;
  readonly user: User;
}

interface Check {
  readonly name: string;
  readonly head_sha: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null };
  readonly annotations: readonly {
    readonly path: string;
    readonly start_line: number;
    readonly annotation_level: string;
    readonly message: string;
  }[];
}

interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly description: string | null;
  readonly statuses: readonly { readonly state: string }[];
}

/** What the local GitHub service keeps, read from its state folder as a person would. */
export class GitHubState {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The comments of the actions on an issue or pull request, oldest first. */
  comments(number: number): readonly string[] {
    return this.#list<Comment>('comments')
      .filter(
        ({ issue_url, user }) => issue_url.endsWith(`/${number}`) && user.login === 'github-actions[bot]',
      )
      .map(({ body }) => body);
  }

  checks(headSha: string): readonly CheckView[] {
    return this.#list<Check>('checks')
      .filter(({ head_sha }) => head_sha === headSha)
      .map(({ name, conclusion, output, annotations }) => ({
        name,
        conclusion: conclusion ?? 'running',
        title: output.title ?? '',
        summary: output.summary ?? '',
        annotations: annotations.map(({ path, start_line, annotation_level, message }) => ({
          path,
          line: start_line,
          level: annotation_level,
          message,
        })),
      }));
  }

  /** Open issues with a label, without pull requests. */
  issues(label: string): readonly IssueView[] {
    return this.#list<Issue>('issues')
      .filter(
        ({ state, labels, pull_request }) =>
          state === 'open' && !pull_request && labels.some(({ name }) => name === label),
      )
      .map(({ number, title, body, labels }) => ({
        number,
        title,
        body: body ?? '',
        labels: labels.map(({ name }) => name),
        comments: this.comments(number),
      }));
  }

  /** Oldest first, each with its states from first to last. */
  deployments(): readonly DeploymentView[] {
    return this.#list<Deployment>('deployments')
      .map(({ id, environment, description, statuses }) => ({
        id,
        environment,
        description: description ?? '',
        states: statuses.map(({ state }) => state),
      }))
      .sort((a, b) => a.id - b.id);
  }

  #list<T>(name: string): readonly T[] {
    const file = join(this.#folder, `${name}.json`);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  }
}
