import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorkspace } from './run-bundle.ts';
import { outputsIn } from './runner-parsers.ts';
import { stepEntry } from './step-entry.ts';

const CLOCK = fileURLToPath(import.meta.resolve('./quick-clock.ts'));
/** The sign that quick-clock.ts gives. */
const HEARD = /^The clock has heard a signal\.$/m;
/** Longer than any step here may take, even on a busy machine. */
const HANGS_MS = 60_000;

export interface StepRequest {
  readonly action: 'promote-model' | 'rollback';
  /** For `GITHUB_API_URL`. */
  readonly api: string;
  readonly token: string;
  readonly commit: string;
  readonly run: number;
  readonly attempt: number;
  readonly files: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** When the step's clock begins, ISO 8601, and how much faster than a real one it runs. */
  readonly now: string;
  readonly speed: number;
}

/** How a step's process ended. */
export interface EndedProcess {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
  /** When it ended, by `performance.now()`. */
  readonly at: number;
}

export interface StepProcess {
  readonly child: ChildProcess;
  /** Settled once a signal has come to the step, or it has ended. */
  readonly heard: Promise<unknown>;
  readonly ended: Promise<EndedProcess>;
}

/** Starts an action in a process of its own, with a runner's environment and nothing of ours. */
export function startStep(request: StepRequest): StepProcess {
  const workspace = makeWorkspace(request.files);
  const temp = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-runner-')));
  const { entry, compiled } = stepEntry(request.action);
  const [output, summary, state] = ['output', 'summary', 'state'].map((name) => join(temp, name));
  for (const file of [output, summary, state]) writeFileSync(file ?? '', '');
  const inputs = { 'model-name': 'churn', 'github-token': request.token, ...request.inputs };
  const child = spawn(process.execPath, ['--import', CLOCK, entry], {
    cwd: workspace.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: compiled,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: request.api,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'octo/models',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: request.commit,
      GITHUB_WORKFLOW_REF: 'octo/models/.github/workflows/promote.yml@refs/heads/main',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
      GITHUB_ACTOR: 'octo',
      GITHUB_JOB: 'job',
      GITHUB_RUN_ID: String(request.run),
      GITHUB_RUN_ATTEMPT: String(request.attempt),
      GITHUB_WORKSPACE: workspace.path,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_STATE: state,
      RUNNER_TEMP: temp,
      MLOPS_TEST_NOW: request.now,
      MLOPS_TEST_SPEED: String(request.speed),
      ...request.env,
    },
  });
  let log = '';
  const heard = Promise.withResolvers<void>();
  const keep = (chunk: Buffer) => {
    log += chunk.toString();
    if (HEARD.test(log)) heard.resolve();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const hangs = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  const ended = new Promise<EndedProcess>((resolve) => {
    child.once('close', (exitCode, signal) => {
      clearTimeout(hangs);
      const outputs = new Map(outputsIn(readFileSync(output ?? '', 'utf8')));
      const text = readFileSync(summary ?? '', 'utf8');
      workspace.remove();
      rmSync(temp, { recursive: true, force: true });
      resolve({ exitCode, signal, log, outputs, summary: text, at: performance.now() });
    });
  });
  return { child, ended, heard: Promise.race([heard.promise, ended]) };
}
