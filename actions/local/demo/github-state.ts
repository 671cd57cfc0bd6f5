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

/** Where the local GitHub of the demo is asked. */
export interface GitHubAddress {
  /** The folder in which it keeps its state as files. */
  readonly folder: string;
  /** The repository's address in the REST API. */
  readonly api: string;
  readonly token: string;
}

/** What the local GitHub service holds, as a person would look at it. */
export class GitHubState {
  readonly #address: GitHubAddress;

  constructor(address: GitHubAddress) {
    this.#address = address;
  }

  /** The comments of the actions on an issue or pull request, oldest first. */
  async comments(number: number): Promise<readonly string[]> {
    const { api, token } = this.#address;
    const reply = await fetch(`${api}/issues/${number}/comments?per_page=100`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const comments: readonly Comment[] = JSON.parse(await reply.text());
    return comments.filter(({ user }) => user.login === 'github-actions[bot]').map(({ body }) => body);
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
  issues(label: string): Promise<readonly IssueView[]> {
    const open = this.#list<Issue>('issues').filter(
      ({ state, labels, pull_request }) =>
        state === 'open' && !pull_request && labels.some(({ name }) => name === label),
    );
    return Promise.all(
      open.map(async ({ number, title, body, labels }) => ({
        number,
        title,
        body: body ?? '',
        labels: labels.map(({ name }) => name),
        comments: await this.comments(number),
      })),
    );
  }

  /** Oldest first, each with its states from first to last; the service keeps the newest state first. */
  deployments(): readonly DeploymentView[] {
    return this.#list<Deployment>('deployments')
      .map(({ id, environment, description, statuses }) => ({
        id,
        environment,
        description: description ?? '',
        states: statuses.map(({ state }) => state).reverse(),
      }))
      .sort((a, b) => a.id - b.id);
  }

  #list<T>(name: string): readonly T[] {
    const file = join(this.#address.folder, `${name}.json`);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  }
}
