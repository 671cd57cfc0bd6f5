import { getOctokit } from '@actions/github';
import { defaults } from '@actions/github/lib/utils';
import type { Clock, Log, RunContext } from '../runtime.ts';
import { RepositoryApi } from './api.ts';
import { createArtifactRecords } from './artifact-records.ts';
import { createAssetUpload } from './asset-upload.ts';
import { createCheckRuns } from './check-run.ts';
import { createDeployments } from './deployments.ts';
import { createDispatches } from './dispatches.ts';
import { createGitData } from './git-data.ts';
import type { GitHub } from './github.ts';
import { createIdentity } from './identity.ts';
import { createIssues } from './issues.ts';
import { createPullFiles } from './pull-files.ts';
import { createPullLabels } from './pull-labels.ts';
import { createPullsOfRun } from './pulls-of-run.ts';
import { createReleases } from './releases.ts';
import { createRuns } from './runs.ts';
import { createStickyComments } from './sticky-comment.ts';
import { createTags } from './tags.ts';
import { createTransport, type Send, type TransportLimits } from './transport.ts';

export interface GitHubOptions {
  readonly context: RunContext;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
  /** Caps that differ from the defaults. */
  readonly limits?: Partial<TransportLimits>;
}

const LIMITS: TransportLimits = {
  silenceMs: 15_000,
  budgetMs: 60_000,
  tries: 6,
  backoffMs: 500,
  writeGapMs: 1_000,
};

/**
 * GitHub's REST API for the repository of the run. Load this module with `import()`: octokit is heavy.
 * Octokit's retry and throttling plugins are left out on purpose: they repeat writes that may have taken effect.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const { context, token, clock, log, redact, signal } = options;
  // The toolkit's own `fetch` knows the runner's proxy.
  const proxied: Send = defaults.request?.fetch ?? fetch;
  const gap = isLoopback(context.apiUrl) ? { writeGapMs: 0 } : {};
  const limits = { ...LIMITS, ...gap, ...options.limits };
  const transport = createTransport({ send: proxied, clock, log, signal, limits, random: Math.random });
  const octokit = getOctokit(token, {
    ...(context.apiUrl === '' ? {} : { baseUrl: context.apiUrl }),
    request: { fetch: transport },
    log: { debug: log.debug, info: log.debug, warn: log.debug, error: log.debug },
  });
  const repository = { owner: context.owner, repo: context.repo };
  const api = new RepositoryApi(
    (route, parameters) => octokit.request(route, parameters),
    repository,
    redact,
  );
  const identity = createIdentity(api);
  return {
    comments: createStickyComments(api, identity, clock, redact),
    checks: createCheckRuns(api, clock, redact),
    deployments: createDeployments(api, clock, redact),
    issues: createIssues(api, identity, clock, String(context.source.run)),
    releases: createReleases(
      api,
      clock,
      createAssetUpload({ send: proxied, token, clock, log, signal, limits }),
    ),
    tags: createTags(api, clock),
    artifactRecords: createArtifactRecords(api, clock, context.owner),
    git: createGitData(api, clock, redact),
    runs: createRuns(api),
    dispatches: createDispatches(api),
    pullFiles: createPullFiles(api),
    pullLabels: createPullLabels(api),
    pullsOfRun: createPullsOfRun(api),
  };
}

/** A local GitHub service has no secondary rate limit to respect. */
function isLoopback(apiUrl: string): boolean {
  const host = URL.parse(apiUrl)?.hostname ?? '';
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}
