import {
  type GitHubService,
  type GitHubServiceOptions,
  startGitHub,
} from '../../actions/local/services/github/start-github.ts';
import type { Permissions } from '../../actions/local/services/github/tokens.ts';
import { createGitHub } from '../../actions/runtime/github/create-github.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import type { TransportLimits } from '../../actions/runtime/github/transport.ts';
import type { Clock, Log, RunContext } from '../../actions/runtime/runtime.ts';

export const REPOSITORY = { owner: 'octo', repo: 'models' } as const;

/** Everything a job of ours may be allowed. */
export const EVERYTHING: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
  statuses: 'write',
};

/** A clock whose waits take a moment and count in full, so that retries of a minute are tested in milliseconds. */
export function fastClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let ahead = 0;
  const now = () => Date.now() + ahead;
  return {
    slept,
    now,
    iso: () => new Date(now()).toISOString(),
    async sleep(ms) {
      slept.push(ms);
      ahead += ms;
      await new Promise((wake) => setTimeout(wake, Math.min(ms, 3)));
    },
  };
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  group: (_title, work) => work(),
  progress: () => undefined,
};

/** The context of run 7 of `octo/models` against a service. */
export function contextOf(apiUrl: string): RunContext {
  const source = {
    repository: 'octo/models',
    commit: '0'.repeat(40),
    ref: 'refs/heads/main',
    workflow: '.github/workflows/ci.yml@refs/heads/main',
    run: 7,
    attempt: 1,
    action: 'test@0.0.0',
  };
  return {
    ...REPOSITORY,
    source,
    apiUrl,
    event: 'push',
    payload: {},
    pullRequest: undefined,
    defaultBranch: 'main',
    actor: 'octo',
    job: 'test',
    runner: 'runner 1',
    runUrl: '',
    serverUrl: 'https://github.com',
    workspace: '',
    temp: '',
    actionPath: '',
  };
}

export interface ClientOptions {
  readonly token?: string;
  readonly permissions?: Permissions;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly redact?: (text: string) => string;
  readonly limits?: Partial<TransportLimits>;
}

/** The real client against a service, with short waits. */
export const clientOf = (service: GitHubService, options: ClientOptions = {}): GitHub =>
  createGitHub({
    context: contextOf(service.url),
    token: options.token ?? service.issueToken(options.permissions ?? EVERYTHING),
    clock: options.clock ?? fastClock(),
    log: silentLog,
    redact: options.redact ?? ((text) => text),
    signal: options.signal ?? new AbortController().signal,
    limits: { silenceMs: 2_000, ...options.limits },
  });

/** A local GitHub with `octo/models` and a second person, mallory. */
export const startTestGitHub = (options: Partial<GitHubServiceOptions> = {}): Promise<GitHubService> =>
  startGitHub({ repository: 'octo/models', people: ['mallory'], ...options });
