import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalGitHub, type LocalGitHub } from '../local-github.ts';
import { PROJECT_FOLDER } from '../project-folder.ts';
import type { EventRequest } from '../services/github/events.ts';
import type { RunEvent, RunRecord } from '../workflow/run-record.ts';
import type { DispatchView } from './demo-record.ts';
import { exampleRepository, type Files, readBirds } from './example-project.ts';
import { GitHubState } from './github-state.ts';
import { LedgerView } from './ledger-view.ts';
import { type Bird, LiveTraffic } from './live-traffic.ts';
import { ModelClient } from './model-client.ts';
import { startModelServer } from './model-server.ts';

export const REPOSITORY = 'palmer/penguins';

const EXAMPLES = join(PROJECT_FOLDER, 'workflows-examples');
const PROJECT = join(EXAMPLES, 'penguins');

/** Jobs of the example workflows with analyses of what production answers. */
const COUNTING: ReadonlySet<string> = new Set(['Production', 'Approve', 'Tick', 'Roll back']);

/** Everything the scenes play on: a GitHub with the example's repository, two model servers, and visitors. */
export interface Stage {
  readonly local: LocalGitHub;
  readonly state: GitHubState;
  readonly ledger: LedgerView;
  readonly traffic: LiveTraffic;
  /** A file of the example project. */
  readonly file: (path: string) => Uint8Array;
  /** Penguins of a data file of the example. */
  readonly birds: (file: string) => readonly Bird[];
  /** The workflows that actions asked for. */
  dispatches(): readonly DispatchView[];
  /** Commits files on a branch, which starts at main; gives the new tip. */
  commit(branch: string, files: Files, message: string): Promise<string>;
  openPullRequest(branch: string, title: string): Promise<number>;
  /** The version that production's model server calls its stable one. */
  servingVersion(): Promise<string | undefined>;
  /** Runs a workflow of the repository on an event. */
  run(workflow: string, event: EventRequest): Promise<RunRecord>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly folder: string;
  readonly fromSource: boolean;
  readonly onEvent: (event: RunEvent) => void;
  /** Variables of the repository beside those that the stage sets. */
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Builds the stage: servers first, since the repository's settings name them, then the repository on branch main. */
export async function openStage({
  folder,
  fromSource,
  onEvent,
  vars,
  secrets,
}: StageOptions): Promise<Stage> {
  const secret = randomBytes(24).toString('hex');
  const servers = await Promise.all(
    ['staging', 'production'].map((name) => startModelServer(PROJECT, join(folder, 'serving', name), secret)),
  );
  const [staging = '', production = ''] = servers.map(({ address }) => address);
  const traffic = new LiveTraffic(production, readBirds(EXAMPLES, 'live.csv'));
  const local = await createLocalGitHub({
    state: folder,
    repository: REPOSITORY,
    fromSource,
    secrets: { SERVING_SECRET: secret, ...secrets },
    // Nobody waits a day here for a version to have stood in staging.
    vars: { STAGING_URL: staging, PRODUCTION_URL: production, MIN_SOAK: '0s', VERIFY_WINDOW: '1s', ...vars },
    onEvent(event) {
      // Analyses count requests, and the steps of a rollout last seconds here.
      if (event.kind === 'job-started' && COUNTING.has(event.job)) traffic.setPace('busy');
      if (event.kind === 'job-finished') traffic.setPace('calm');
      onEvent(event);
    },
  });
  const { remote } = local.github;
  await remote.commitFiles(
    'main',
    exampleRepository(EXAMPLES, { staging, production }),
    'Tell penguins apart',
  );
  const client = new ModelClient(production);
  return {
    local,
    state: new GitHubState({
      folder,
      api: `${local.github.url}/repos/${REPOSITORY}`,
      token: local.github.issueToken('all'),
    }),
    ledger: new LedgerView(remote),
    traffic,
    file: (path) => readFileSync(join(PROJECT, path)),
    birds: (file) => readBirds(EXAMPLES, file),
    dispatches: () => local.github.dispatches.filter((dispatch) => dispatch.kind === 'workflow'),
    commit: (branch, files, message) => remote.commitFiles(branch, files, message, 'refs/heads/main'),
    openPullRequest: (head, title) => local.github.seedPullRequest({ head, base: 'main', title }),
    async servingVersion() {
      const { stable } = await client.read('/traffic');
      return typeof stable === 'object' && stable !== null && 'version' in stable
        ? String(stable.version)
        : undefined;
    },
    run: (workflow, event) => local.runWorkflow({ file: join(EXAMPLES, workflow), event }),
    async close() {
      await traffic.stop();
      client.close();
      await local.close();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
