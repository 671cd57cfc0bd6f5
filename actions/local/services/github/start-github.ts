import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactRecordRoutes } from './artifact-record-routes.ts';
import { BareRepository } from './bare-repository.ts';
import { CheckRoutes, type CheckRunRecord } from './check-routes.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { type DeploymentRecord, DeploymentRoutes } from './deployment-routes.ts';
import { type Dispatch, dispatchRoutes, type OnDispatch } from './dispatch-routes.ts';
import { DispatchedWorkflows } from './dispatched-workflows.ts';
import { type EventRequest, Events, type RunEvent } from './events.ts';
import { type FaultRule, Faults } from './faults.ts';
import { Front, listen, type SeenCall, type Violation } from './front-server.ts';
import { GitRoutes } from './git-routes.ts';
import { HistoryRoutes } from './history-routes.ts';
import { LabelRoutes } from './label-routes.ts';
import { exchangeCheck } from './openapi.ts';
import { type PullRequestSeed, Pulls } from './pull-routes.ts';
import { ReleaseRoutes } from './release-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { type Call, notFound, ok, type Reply, type Route, refusal } from './routes.ts';
import { type ArtifactSource, RunRegistry, RunRoutes } from './run-routes.ts';
import { Shelf } from './shelf.ts';
import { type Site, userOf } from './site.ts';
import { type StatePart, stateFolder } from './state-folder.ts';
import { minimalRepository, type StatusRecord, statusRoutes } from './status-routes.ts';
import { tagRoutes } from './tag-routes.ts';
import { ACTIONS_BOT, type Permissions, TokenStore } from './tokens.ts';
import { startUpstream, type Upstream } from './upstream.ts';

export interface GitHubServiceOptions {
  /** `owner/name`. */
  readonly repository: string;
  readonly defaultBranch?: string;
  /** Where the remote and the state lie; a temporary folder that `close` removes when not given. */
  readonly stateDir?: string;
  /** People besides the owner and github-actions[bot] who may act. */
  readonly people?: readonly string[];
  /** Roles of people on the repository, by login: `maintain`, `triage`, …; the owner is admin, others read. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly artifacts?: ArtifactSource;
  /** Told of every dispatch, after it was recorded. */
  readonly onDispatch?: OnDispatch;
}

/** A GitHub of one repository on the loopback interface. */
export interface GitHubService {
  /** For `GITHUB_API_URL`. */
  readonly url: string;
  /** The bare repository: clone it, push to it. */
  readonly remote: BareRepository;
  readonly runs: RunRegistry;
  readonly faults: Faults;
  readonly calls: readonly SeenCall[];
  readonly violations: readonly Violation[];
  readonly dispatches: readonly Dispatch[];
  /** A token such as a job gets, with the workflow's `permissions:`; `all` for a person's. */
  issueToken(permissions: Permissions | 'all', login?: string): string;
  /** Opens a pull request between two branches of the remote; gives its number. */
  seedPullRequest(seed: PullRequestSeed): Promise<number>;
  /** The payload and the `GITHUB_*` values of an event. */
  event(request: EventRequest): Promise<RunEvent>;
  fault(rule: FaultRule): void;
  close(): Promise<void>;
}

const NO_ARTIFACTS: ArtifactSource = { list: async () => [], read: async () => undefined };

/** Starts the service: the emulator for conversations and releases, a bare repository for git, the rest in memory. */
export async function startGitHub(options: GitHubServiceOptions): Promise<GitHubService> {
  const [owner = '', repo = ''] = options.repository.split('/');
  if (!owner || !repo) throw new Error(`repository: expected owner/name, found "${options.repository}"`);
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'github-')));
  let url = '';
  const site: Site = { owner, repo, defaultBranch: options.defaultBranch ?? 'main', url: () => url };
  const git = await BareRepository.open(join(stateDir, 'remote.git'), site.defaultBranch);
  const upstream = await startUpstream(site, [ACTIONS_BOT, ...(options.people ?? [])]);
  const tokens = new TokenStore();
  const faults = new Faults();
  const runs = new RunRegistry();
  const dispatches: Dispatch[] = [];
  const shelves = emptyShelves();
  const labels = new LabelRoutes(upstream, site);
  const pulls = new Pulls(git, upstream, site, labels);
  const artifacts = options.artifacts ?? NO_ARTIFACTS;
  const runRoutes = new RunRoutes(runs, artifacts, site);
  const events = new Events(git, pulls, site, (id) => {
    const run = runs.get(id);
    return run && runRoutes.json(run);
  });
  const resolve = (ref: string) => git.commitOf(ref);
  const onDispatch: OnDispatch = (dispatch) => {
    dispatches.push(dispatch);
    options.onDispatch?.(dispatch);
  };
  const front = new Front({
    prefix: `/repos/${owner}/${repo}`,
    routes: [
      ...new CheckRoutes(shelves.checks, site, resolve).routes(),
      ...statusRoutes(shelves.statuses, site, resolve),
      ...new DeploymentRoutes(shelves.deployments, site, resolve).routes(),
      ...dispatchRoutes(runs, site, resolve, new DispatchedWorkflows(git), onDispatch),
      ...runRoutes.routes(),
      ...pulls.routes(),
      ...conversationRoutes(upstream, site),
      ...labels.routes(),
      ...roleRoutes(site, options.people ?? [], options.roles ?? {}),
      ...new ReleaseRoutes(upstream, site, git).routes(),
      ...new GitRoutes(git, site).routes(),
      ...tagRoutes(git, site),
      ...new HistoryRoutes(git, site).routes(),
    ],
    globalRoutes: [...globalRoutes(site, artifacts), ...artifactRecordRoutes(site)],
    tokens,
    faults,
    check: exchangeCheck(),
    isPullRequest: (issue) => pulls.isPullRequest(issue),
    onChange: stateFolder(stateDir, stateParts(upstream, shelves, dispatches, runs)),
  });
  url = await listen(front.server);
  return {
    url,
    remote: git,
    runs,
    faults,
    dispatches,
    calls: front.calls,
    violations: front.violations,
    issueToken: (permissions, login) => tokens.issue(permissions, login),
    seedPullRequest: (seed) => pulls.open(seed),
    event: (request) => events.build(request),
    fault: (rule) => faults.add(rule),
    close: () => stop(front, upstream, options.stateDir === undefined ? stateDir : undefined),
  };
}

async function stop({ server }: Front, upstream: Upstream, folder: string | undefined): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await upstream.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

/** Routes outside the repository. Those that begin with `/_` are this service's own and need no token. */
function globalRoutes(site: Site, artifacts: ArtifactSource): readonly Route[] {
  const user = ({ token }: Call): Reply =>
    token.login.endsWith('[bot]')
      ? refusal(403, 'Resource not accessible by integration')
      : ok({ ...userOf(site, token.login), ...PROFILE });

  async function artifact({ params }: Call): Promise<Reply> {
    const bytes = await artifacts.read(Number(params[0]));
    return bytes ? { status: 200, bytes, headers: { 'content-type': 'application/zip' } } : notFound;
  }

  return [
    { method: 'GET', path: '/user', handle: user },
    { method: 'GET', path: `/repos/${site.owner}/${site.repo}`, handle: () => ok(minimalRepository(site)) },
    { method: 'GET', path: '/_artifacts/{id}.zip', handle: artifact },
  ];
}

const PROFILE = {
  name: null,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: '2020-01-01T00:00:00Z',
  updated_at: '2020-01-01T00:00:00Z',
};

interface Shelves {
  readonly checks: Shelf<CheckRunRecord>;
  readonly statuses: Shelf<StatusRecord>;
  readonly deployments: Shelf<DeploymentRecord>;
}

const emptyShelves = (): Shelves => ({
  checks: new Shelf(),
  statuses: new Shelf(),
  deployments: new Shelf(),
});

function stateParts(
  upstream: Upstream,
  shelves: Shelves,
  dispatches: readonly Dispatch[],
  runs: RunRegistry,
): readonly StatePart[] {
  return [
    { name: 'issues', changedBy: /^\/issues/, read: () => upstream.list('/issues?state=all') },
    { name: 'comments', changedBy: /^\/issues/, read: () => upstream.list('/issues/comments') },
    { name: 'releases', changedBy: /^\/releases/, read: () => upstream.list('/releases') },
    {
      name: 'checks',
      changedBy: /^\/check-runs/,
      read: () => shelves.checks.all().map(({ json, annotations }) => ({ ...json, annotations })),
    },
    {
      name: 'statuses',
      changedBy: /^\/statuses/,
      read: () => shelves.statuses.all().map(({ json }) => json),
    },
    {
      name: 'deployments',
      changedBy: /^\/deployments/,
      read: () => shelves.deployments.all().map(({ json, statuses }) => ({ ...json, statuses })),
    },
    {
      name: 'dispatches',
      changedBy: /dispatches$/,
      read: () => ({
        dispatches: dispatches.map((dispatch) => ({ ...dispatch })),
        runs: runs.all().map((run) => ({ ...run })),
      }),
    },
  ];
}
