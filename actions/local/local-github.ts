import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { registerRun, restConclusion, restoreRuns, runHead } from './known-runs.ts';
import { prepareRun, type RunRequest } from './prepare-run.ts';
import { PROJECT_FOLDER } from './project-folder.ts';
import type { Dispatch } from './services/github/dispatch-routes.ts';
import { type GitHubService, startGitHub } from './services/github/start-github.ts';
import { startFolderBlobs } from './services/results/folder-blobs.ts';
import { type ResultsService, startResultsService } from './services/results/results-service.ts';
import type { RunPlan } from './workflow/run-plan.ts';
import type { RunEvent, RunRecord } from './workflow/run-record.ts';
import { runTitle, runWorkflow } from './workflow/workflow-runner.ts';

export interface LocalGitHubOptions {
  /** The folder that holds everything one may want to look at; made when it is not there. */
  readonly state: string;
  /** `owner/name` of the repository that the services play. */
  readonly repository: string;
  readonly defaultBranch?: string;
  /** People besides the owner and github-actions[bot] who may act. */
  readonly people?: readonly string[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** Run the actions' sources instead of their bundles. */
  readonly fromSource?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

/** GitHub on this machine: REST, artifacts, caches, a remote, and runs of workflows. */
export interface LocalGitHub {
  readonly state: string;
  readonly github: GitHubService;
  readonly results: ResultsService;
  /** @throws ActionError for a file that GitHub would refuse, or an event it does not run on */
  runWorkflow(request: RunRequest): Promise<RunRecord>;
  /** Runs the workflows that actions have dispatched since, and those that these dispatch. */
  drainDispatches(signal?: AbortSignal): Promise<readonly RunRecord[]>;
  /** Ends the services that were started. The state folder stays. */
  close(): Promise<void>;
}

/** A stop for workflows that dispatch each other for ever. */
const MAX_DISPATCHED_RUNS = 20;

/** Starts the services of one repository on loopback. */
export async function createLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const state = resolve(options.state);
  mkdirSync(join(state, 'runs'), { recursive: true });
  const blobs = await startFolderBlobs(state);
  const results = await startResultsService({ blobs, indexFile: join(state, 'artifacts', 'index.json') });
  const github = await startGitHub({
    repository: options.repository,
    stateDir: state,
    people: options.people ?? [],
    artifacts: results.artifacts,
    ...(options.defaultBranch === undefined ? {} : { defaultBranch: options.defaultBranch }),
  });
  restoreRuns(github, state);
  const run = runner(options, { state, github, results });
  return {
    state,
    github,
    results,
    runWorkflow: (request) => run(request),
    drainDispatches: dispatchDrain(github, run),
    async close() {
      await github.close();
      await results.close();
      await blobs.close();
    },
  };
}

type Run = (request: RunRequest, registeredId?: number) => Promise<RunRecord>;

function runner(
  options: LocalGitHubOptions,
  { state, github, results }: Pick<LocalGitHub, 'state' | 'github' | 'results'>,
): Run {
  const owner = options.repository.split('/')[0] ?? '';
  return async (request, registeredId) => {
    const { workflow, trigger } = await prepareRun(github, state, { actor: owner, ...request });
    const id = registeredId ?? registerRun(github, workflow, trigger);
    const plan: RunPlan = {
      workflow,
      trigger,
      ...runHead(trigger),
      id,
      attempt: 1,
      repository: options.repository,
      secrets: options.secrets ?? {},
      vars: options.vars ?? {},
      services: {
        apiUrl: github.url,
        resultsUrl: results.url,
        issueToken: (permissions) => github.issueToken(permissions),
        runtimeToken: results.runtimeToken,
      },
      folder: join(state, 'runs', String(id)),
      remote: github.remote.path,
      workspace: request.workspace === undefined ? undefined : resolve(request.workspace),
      project: PROJECT_FOLDER,
      fromSource: options.fromSource ?? false,
      onlyJob: request.onlyJob,
      signal: request.signal ?? new AbortController().signal,
      emit: options.onEvent ?? (() => undefined),
    };
    github.runs.update(id, { status: 'in_progress', name: workflow.name, title: runTitle(plan) });
    const record = await runWorkflow(plan, () => results.artifactsOf(id));
    github.runs.update(id, { status: 'completed', conclusion: restConclusion(record.conclusion) });
    return record;
  };
}

function dispatchDrain(github: GitHubService, run: Run) {
  let drained = 0;
  return async (signal?: AbortSignal): Promise<readonly RunRecord[]> => {
    const records: RunRecord[] = [];
    for (; drained < github.dispatches.length && records.length < MAX_DISPATCHED_RUNS; drained += 1) {
      const dispatch = github.dispatches[drained];
      if (!dispatch) break;
      for (const { request, id } of dispatchedRuns(dispatch))
        records.push(
          await run({ ...request, actor: 'github-actions[bot]', ...(signal ? { signal } : {}) }, id),
        );
    }
    return records;
  };
}

/** The runs that GitHub has registered for a dispatch: of the workflow it names, or of all that listen to its type. */
function dispatchedRuns(
  dispatch: Dispatch,
): readonly { readonly request: RunRequest; readonly id: number }[] {
  if (dispatch.kind === 'workflow') {
    const { workflow, ref, inputs, run: id } = dispatch;
    const file = `.github/workflows/${workflow}`;
    return [{ request: { file, event: { event: 'workflow_dispatch', workflow, ref, inputs } }, id }];
  }
  const { eventType, payload, runs } = dispatch;
  const event = { event: 'repository_dispatch', eventType, payload } as const;
  return runs.map(({ workflow, run: id }) => ({
    request: { file: `.github/workflows/${workflow}`, event },
    id,
  }));
}
