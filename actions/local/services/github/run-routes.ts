import type { JsonObject } from './json.ts';
import { type Call, notFound, ok, page, type Reply, type Route, refusal } from './routes.ts';
import { Shelf } from './shelf.ts';
import { apiUrl, type Site, timestamp, userOf, webUrl } from './site.ts';
import { minimalRepository } from './status-routes.ts';

/** A workflow run as the local runner reports it. */
export interface LocalRun {
  readonly id: number;
  /** `.github/workflows/release.yml` */
  readonly path: string;
  /** The workflow's name. */
  readonly name: string;
  /** What the workflow's `run-name` came to; its name if absent. */
  readonly title?: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  /** `owner/name` of the fork that the head lies in; absent for the repository itself. */
  readonly headRepository?: string;
  readonly attempt: number;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: 'success' | 'failure' | 'cancelled' | null;
  readonly createdAt: string;
  readonly actor: string;
}

export interface Approval {
  readonly environment: string;
  readonly login: string;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
}

/** The runs of the repository; the workflow runner writes it, the REST routes read it. */
export class RunRegistry {
  readonly #runs = new Shelf<LocalRun>();
  readonly #now = new Map<number, LocalRun>();
  readonly #approvals = new Map<number, readonly Approval[]>();

  /** Adds a run and gives it its id. */
  register(run: Pick<LocalRun, 'path' | 'event' | 'headSha' | 'headBranch'> & Partial<LocalRun>): LocalRun {
    const id = this.#runs.nextId();
    const added = {
      name: run.path,
      attempt: 1,
      status: 'queued' as const,
      conclusion: null,
      createdAt: timestamp(),
      actor: 'github-actions[bot]',
      ...run,
      id,
    };
    this.#runs.add(added);
    this.#now.set(id, added);
    return added;
  }

  update(
    id: number,
    change: Partial<Pick<LocalRun, 'status' | 'conclusion' | 'attempt' | 'name' | 'title'>>,
  ): void {
    const run = this.get(id);
    if (run) this.#now.set(id, { ...run, ...change });
  }

  approve(id: number, approval: Approval): void {
    this.#approvals.set(id, [...this.approvals(id), approval]);
  }

  get(id: number): LocalRun | undefined {
    return this.#now.get(id);
  }

  approvals(id: number): readonly Approval[] {
    return this.#approvals.get(id) ?? [];
  }

  /** Newest first. */
  all(): readonly LocalRun[] {
    return [...this.#now.values()].reverse();
  }
}

export interface LocalArtifact {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** `sha256:…` of the zip. */
  readonly digest: string;
  readonly run: number;
  readonly createdAt: string;
  readonly expired: boolean;
}

/** Where the bytes of artifacts come from: the local results service. */
export interface ArtifactSource {
  list(): Promise<readonly LocalArtifact[]>;
  /** The zip, `undefined` when it is gone. */
  read(id: number): Promise<Uint8Array | undefined>;
}

const headRepository = ({ headRepository: fork }: LocalRun, site: Site): JsonObject =>
  fork === undefined
    ? minimalRepository(site)
    : { ...minimalRepository(site), id: 2, full_name: fork, fork: true };

const LIFETIME_MS = 90 * 24 * 60 * 60 * 1_000;

/** `/actions/runs` and `/actions/artifacts`. */
export class RunRoutes {
  readonly #runs: RunRegistry;
  readonly #artifacts: ArtifactSource;
  readonly #site: Site;

  constructor(runs: RunRegistry, artifacts: ArtifactSource, site: Site) {
    this.#runs = runs;
    this.#artifacts = artifacts;
    this.#site = site;
  }

  /** The run as GitHub shows it. */
  json(run: LocalRun): JsonObject {
    const url = apiUrl(this.#site, `/actions/runs/${run.id}`);
    return {
      id: run.id,
      name: run.name,
      node_id: `WFR_${run.id}`,
      head_branch: run.headBranch,
      head_sha: run.headSha,
      path: run.path,
      display_title: run.title ?? run.name,
      run_number: run.id,
      run_attempt: run.attempt,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      workflow_id: 1,
      url,
      html_url: webUrl(this.#site, `/actions/runs/${run.id}`),
      pull_requests: [],
      created_at: run.createdAt,
      updated_at: run.createdAt,
      run_started_at: run.createdAt,
      actor: userOf(this.#site, run.actor),
      triggering_actor: userOf(this.#site, run.actor),
      jobs_url: `${url}/jobs`,
      logs_url: `${url}/logs`,
      check_suite_url: apiUrl(this.#site, '/check-suites/1'),
      artifacts_url: `${url}/artifacts`,
      cancel_url: `${url}/cancel`,
      rerun_url: `${url}/rerun`,
      workflow_url: apiUrl(this.#site, '/actions/workflows/1'),
      head_commit: null,
      repository: minimalRepository(this.#site),
      head_repository: headRepository(run, this.#site),
    };
  }

  #artifactJson(artifact: LocalArtifact): JsonObject {
    const url = apiUrl(this.#site, `/actions/artifacts/${artifact.id}`);
    const run = this.#runs.get(artifact.run);
    return {
      id: artifact.id,
      node_id: `A_${artifact.id}`,
      name: artifact.name,
      size_in_bytes: artifact.sizeBytes,
      url,
      archive_download_url: `${url}/zip`,
      expired: artifact.expired,
      created_at: artifact.createdAt,
      expires_at: new Date(Date.parse(artifact.createdAt) + LIFETIME_MS).toISOString(),
      updated_at: artifact.createdAt,
      digest: artifact.digest,
      workflow_run: {
        id: artifact.run,
        repository_id: 1,
        head_repository_id: 1,
        head_branch: run?.headBranch ?? '',
        head_sha: run?.headSha ?? '',
      },
    };
  }

  #listRuns(call: Call, workflow?: string): Reply {
    const { query } = call;
    const status = query.get('status');
    const matches = this.#runs
      .all()
      .filter(
        (run) =>
          (workflow === undefined || run.path.endsWith(`/${workflow}`) || run.path === workflow) &&
          (status === null || run.status === status || run.conclusion === status) &&
          same(query.get('branch'), run.headBranch) &&
          same(query.get('head_sha'), run.headSha) &&
          same(query.get('event'), run.event) &&
          isWithin(query.get('created'), run.createdAt),
      );
    return page(
      call,
      apiUrl(this.#site, '/actions/runs'),
      matches.map((item) => this.json(item)),
      (workflow_runs, total_count) => ({
        total_count,
        workflow_runs,
      }),
    );
  }

  async #listArtifacts(call: Call, run?: number): Promise<Reply> {
    const matches = (await this.#artifacts.list()).filter(
      (artifact) =>
        (run === undefined || artifact.run === run) && same(call.query.get('name'), artifact.name),
    );
    const newestFirst = [...matches].sort((a, b) => b.id - a.id).map((item) => this.#artifactJson(item));
    return page(call, apiUrl(this.#site, '/actions/artifacts'), newestFirst, (part, total_count) => ({
      total_count,
      artifacts: part,
    }));
  }

  async #artifactOf({ params }: Call): Promise<LocalArtifact | undefined> {
    return (await this.#artifacts.list()).find((artifact) => artifact.id === Number(params[0]));
  }

  async #redirect(call: Call): Promise<Reply> {
    const artifact = await this.#artifactOf(call);
    if (!artifact) return notFound;
    if (artifact.expired) return refusal(410, 'Artifact has expired');
    return { status: 302, headers: { location: `${this.#site.url()}/_artifacts/${artifact.id}.zip` } };
  }

  #approvals({ params }: Call): Reply {
    const given = this.#runs.approvals(Number(params[0]));
    return ok(
      given.map(({ environment, login, state, comment }) => ({
        environments: [
          {
            id: 1,
            node_id: 'EN_1',
            name: environment,
            url: apiUrl(this.#site),
            html_url: webUrl(this.#site),
          },
        ],
        state,
        user: userOf(this.#site, login),
        comment,
      })),
    );
  }

  routes(): readonly Route[] {
    return [
      { method: 'GET', path: '/actions/runs', handle: (call) => this.#listRuns(call) },
      {
        method: 'GET',
        path: '/actions/workflows/{file}/runs',
        handle: (call) => this.#listRuns(call, call.params[0]),
      },
      {
        method: 'GET',
        path: '/actions/runs/{id}',
        handle: ({ params }) => {
          const run = this.#runs.get(Number(params[0]));
          return run ? ok(this.json(run)) : notFound;
        },
      },
      { method: 'GET', path: '/actions/runs/{id}/approvals', handle: (call) => this.#approvals(call) },
      {
        method: 'GET',
        path: '/actions/runs/{id}/artifacts',
        handle: (call) => this.#listArtifacts(call, Number(call.params[0])),
      },
      { method: 'GET', path: '/actions/artifacts', handle: (call) => this.#listArtifacts(call) },
      { method: 'GET', path: '/actions/artifacts/{id}/zip', handle: (call) => this.#redirect(call) },
      {
        method: 'GET',
        path: '/actions/artifacts/{id}',
        handle: async (call) => {
          const artifact = await this.#artifactOf(call);
          return artifact ? ok(this.#artifactJson(artifact)) : notFound;
        },
      },
    ];
  }
}

/** Whether a time lies in a range as GitHub's search writes it: `>=2026-01-01T00:00:00Z`, `a..b`, `*..b`. */
function isWithin(range: string | null, at: string): boolean {
  if (range === null) return true;
  const [, operator, bound = ''] = /^(>=|<=|>|<)(.+)$/.exec(range) ?? [];
  const difference = Date.parse(at) - Date.parse(bound);
  if (operator === '>=') return difference >= 0;
  if (operator === '<=') return difference <= 0;
  if (operator === '>') return difference > 0;
  if (operator === '<') return difference < 0;
  const [from = '*', to = from] = range.split('..');
  return (from === '*' || at >= from) && (to === '*' || at <= to);
}

const same = (wanted: string | null, value: string): boolean => wanted === null || wanted === value;
