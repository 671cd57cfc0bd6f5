import type { BareRepository } from './bare-repository.ts';
import { type JsonObject, objectOf, textOf } from './json.ts';
import type { Pulls } from './pull-routes.ts';
import { type Site, userOf } from './site.ts';
import { minimalRepository } from './status-routes.ts';

/** What GitHub tells a run about the event that started it: the payload file and the values of `GITHUB_*`. */
export interface RunEvent {
  readonly name:
    | 'pull_request'
    | 'push'
    | 'schedule'
    | 'workflow_dispatch'
    | 'workflow_run'
    | 'repository_dispatch';
  readonly payload: JsonObject;
  /** `GITHUB_SHA`: on a pull request the merge commit. */
  readonly sha: string;
  /** `GITHUB_REF`: `refs/heads/main`, `refs/pull/1/merge`. */
  readonly ref: string;
  readonly refName: string;
  readonly headRef: string;
  readonly baseRef: string;
}

/** What happened, in the words of the one who asks for the event. */
export type EventRequest =
  | { readonly event: 'pull_request'; readonly number: number; readonly action?: string }
  | { readonly event: 'push'; readonly branch: string; readonly before?: string }
  | { readonly event: 'schedule'; readonly cron: string }
  | {
      readonly event: 'workflow_dispatch';
      readonly workflow: string;
      readonly ref?: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
  /** A run of another workflow has ended. */
  | { readonly event: 'workflow_run'; readonly run: number }
  | { readonly event: 'repository_dispatch'; readonly eventType: string; readonly payload: JsonObject };

const NONE = '0'.repeat(40);

/** Builds events of one repository. */
export class Events {
  readonly #git: BareRepository;
  readonly #pulls: Pulls;
  readonly #site: Site;
  readonly #runOf: (id: number) => JsonObject | undefined;

  /** @param runOf - a run of a workflow as GitHub shows it */
  constructor(git: BareRepository, pulls: Pulls, site: Site, runOf: (id: number) => JsonObject | undefined) {
    this.#git = git;
    this.#pulls = pulls;
    this.#site = site;
    this.#runOf = runOf;
  }

  #common(): JsonObject {
    return {
      repository: { ...minimalRepository(this.#site), default_branch: this.#site.defaultBranch },
      sender: userOf(this.#site, this.#site.owner),
    };
  }

  async #onBranch(name: RunEvent['name'], branch: string, payload: JsonObject): Promise<RunEvent> {
    const short = branch.replace(/^refs\/(heads|tags)\//, '');
    const sha = await this.#git.commitOf(short);
    if (sha === undefined) throw new Error(`event ${name}: there is no branch or tag ${short}`);
    const ref = (await this.#git.resolve(`refs/heads/${short}`))
      ? `refs/heads/${short}`
      : `refs/tags/${short}`;
    return {
      name,
      sha,
      ref,
      refName: short,
      headRef: '',
      baseRef: '',
      payload: { ...this.#common(), ...payload },
    };
  }

  async #pullRequest(number: number, action: string): Promise<RunEvent> {
    const pull = await this.#pulls.read(number);
    const merge = textOf(pull, 'merge_commit_sha');
    if (!pull) throw new Error(`event pull_request: there is no pull request ${number}`);
    if (merge === undefined)
      throw new Error(`event pull_request: pull request ${number} has conflicts, GitHub would not run`);
    return {
      name: 'pull_request',
      sha: merge,
      ref: `refs/pull/${number}/merge`,
      refName: `${number}/merge`,
      headRef: textOf(objectOf(pull, 'head'), 'ref') ?? '',
      baseRef: textOf(objectOf(pull, 'base'), 'ref') ?? '',
      payload: { ...this.#common(), action, number, pull_request: pull },
    };
  }

  async #push(branch: string, before: string): Promise<RunEvent> {
    const event = await this.#onBranch('push', branch, {});
    const { message, author } = await this.#git.readCommit(event.sha);
    const head_commit = {
      id: event.sha,
      message,
      timestamp: author.date,
      author: { name: author.name, email: author.email },
    };
    const details = {
      ref: event.ref,
      before,
      after: event.sha,
      head_commit,
      commits: [head_commit],
      created: before === NONE,
      deleted: false,
      forced: false,
    };
    return { ...event, payload: { ...event.payload, ...details } };
  }

  /** Runs on the default branch, whatever the other run was about: that is what makes it trusted. */
  async #workflowRun(id: number): Promise<RunEvent> {
    const run = this.#runOf(id);
    if (run === undefined) throw new Error(`event workflow_run: there is no run ${id}`);
    return this.#onBranch('workflow_run', this.#site.defaultBranch, {
      action: 'completed',
      workflow_run: run,
      workflow: { id: 1, name: run['name'] ?? '', path: run['path'] ?? '' },
    });
  }

  /** The event as a run is told of it. @throws Error when the branch or pull request is not there */
  build(request: EventRequest): Promise<RunEvent> {
    switch (request.event) {
      case 'pull_request':
        return this.#pullRequest(request.number, request.action ?? 'opened');
      case 'push':
        return this.#push(request.branch, request.before ?? NONE);
      case 'schedule':
        return this.#onBranch('schedule', this.#site.defaultBranch, { schedule: request.cron });
      case 'workflow_dispatch': {
        const ref = request.ref ?? this.#site.defaultBranch;
        const workflow = `.github/workflows/${request.workflow}`;
        return this.#onBranch('workflow_dispatch', ref, {
          inputs: request.inputs,
          workflow,
          ref: `refs/heads/${ref.replace('refs/heads/', '')}`,
        });
      }
      case 'workflow_run':
        return this.#workflowRun(request.run);
      case 'repository_dispatch':
        return this.#onBranch('repository_dispatch', this.#site.defaultBranch, {
          action: request.eventType,
          branch: this.#site.defaultBranch,
          client_payload: request.payload,
        });
      default:
        return request satisfies never;
    }
  }
}
