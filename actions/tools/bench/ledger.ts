import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubService, startGitHub } from '../../local/services/github/start-github.ts';
import { readActionMetadata, root } from '../repository.ts';
import { ledgerOfReleases } from './ledger-data.ts';
import { median } from './measure-processes.ts';

const ROUNDS = 7;
const RELEASES = 500;
const BRANCH = 'mlops-registry';

interface Contestant {
  readonly name: string;
  readonly service: GitHubService;
}

/** A local GitHub with a ledger of so many releases, all of it in one commit. */
async function withLedger(name: string, releases: number): Promise<Contestant> {
  const service = await startGitHub({ repository: 'acme/churn' });
  const files = ledgerOfReleases('churn', releases, true).files();
  await service.remote.commitFiles(BRANCH, Object.fromEntries(files), 'A ledger');
  return { name, service };
}

/** One step in a process of its own, as a runner starts it. @returns seconds and calls to GitHub */
async function step(
  { service, name }: Contestant,
  inputs: Readonly<Record<string, string>>,
  run: number,
  entry: string,
): Promise<{ readonly seconds: number; readonly calls: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  writeFileSync(join(folder, 'model.onnx'), `model of ${name}, run ${run}`);
  const defaults = Object.entries(readActionMetadata('actions/promote-model').inputs).flatMap(
    ([input, { default: value }]) => (value === undefined ? [] : [[input, value] as const]),
  );
  const given = { ...Object.fromEntries(defaults), 'model-name': 'churn', ...inputs };
  const env = {
    ...Object.fromEntries(
      Object.entries(given).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]),
    ),
    'INPUT_GITHUB-TOKEN': service.issueToken('all'),
    GITHUB_API_URL: service.url,
    GITHUB_SERVER_URL: service.url,
    GITHUB_REPOSITORY: 'acme/churn',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: (await service.remote.resolve('refs/heads/main')) ?? '',
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'alice',
    GITHUB_JOB: 'promote',
    GITHUB_WORKFLOW_REF: 'acme/churn/.github/workflows/promote.yml@refs/heads/main',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    PATH: process.env['PATH'] ?? '',
  };
  const before = service.calls.length;
  const started = performance.now();
  const child = spawn(process.execPath, [entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const seconds = (performance.now() - started) / 1_000;
  rmSync(folder, { recursive: true });
  if (code !== 0) throw new Error(`promote-model on ${name} ended with ${code}:\n${said.slice(-2_000)}`);
  return { seconds, calls: service.calls.length - before };
}

/** What a step is asked for; each promotion brings new bytes. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: { operation: 'status' },
  promote: { operation: 'promote', model: 'model.onnx', version: 'auto:minor', 'require-evidence': 'none' },
};

/**
 * `status` and `promote` on a ledger of 10,000 events and 500 versions beside one without any, through the local GitHub
 * service, in turns. `--source` runs the source in place of the bundle.
 */
export async function benchLedger(flags: readonly string[]): Promise<void> {
  const source = flags.includes('--source');
  const entry = source
    ? join(root, 'actions/promote-model/index.ts')
    : join(root, 'dist/promote-model/index.js');
  const [empty, full] = [await withLedger('an empty ledger', 0), await withLedger('10,000 events', RELEASES)];
  console.log(`A ledger of ${RELEASES * 20} events and ${RELEASES} versions beside an empty one (limit 2)`);
  try {
    for (const [operation, inputs] of Object.entries(OPERATIONS)) {
      const times: Record<'empty' | 'full', number[]> = { empty: [], full: [] };
      const calls = { empty: 0, full: 0 };
      for (let round = 0; round < ROUNDS; round += 1)
        for (const [key, contestant] of [
          ['empty', empty],
          ['full', full],
        ] as const) {
          const taken = await step(contestant, inputs, 1_000 + round, entry);
          times[key].push(taken.seconds);
          calls[key] = taken.calls;
        }
      const [base, big] = [median(times.empty), median(times.full)];
      console.log(
        `  ${operation.padEnd(8)} ${(base * 1000).toFixed(0)} ms, ${calls.empty} calls · ${(big * 1000).toFixed(0)} ms, ${calls.full} calls · ${(big / base).toFixed(2)}x`,
      );
    }
  } finally {
    await empty.service.close();
    await full.service.close();
  }
}
