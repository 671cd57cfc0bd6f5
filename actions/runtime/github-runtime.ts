import { ActionError, errorMessage } from '../lib/errors.ts';
import { systemClock } from './clock.ts';
import { systemCommands } from './commands.ts';
import { composeRuntime } from './compose-runtime.ts';
import { type Environment, readContext } from './context.ts';
import { systemHttp } from './http.ts';
import { stepLog } from './log.ts';
import { outputFile } from './outputs.ts';
import { redactPatterns } from './redact-patterns.ts';
import { createRedactor, type Redactor } from './redaction.ts';
import { type Ending, runAction } from './run-action.ts';
import type { InputSource, Main, Runtime } from './runtime.ts';
import type { Sinks } from './sinks.ts';
import { StepCommands } from './step-commands.ts';
import { appendSummary } from './summary.ts';
import { createWorkspace } from './workspace.ts';

/** The process a step runs in, as far as a step needs it. */
export interface StepProcess {
  readonly env: Environment;
  readonly cwd: string;
  /** Folder of the bundle. */
  readonly actionPath: string;
  /** Aborted when the runner cancels the step. */
  readonly signal: AbortSignal;
  write(line: string): void;
}

/** Runs a step to its end: reads its surroundings, runs `main`, closes what is open, and says how it ended. */
export async function runStep(action: string, main: Main, step: StepProcess): Promise<Ending> {
  const commands = new StepCommands(step.write);
  try {
    const redactor = createRedactor(await redactPatterns(step.env['MLOPS_REDACT_PATTERNS'] ?? ''));
    for (const secret of secretsIn(step.env)) redactor.add(secret);
    const { runtime, close } = stepRuntime(action, step, commands, redactor);
    try {
      return await runAction(main, runtime);
    } finally {
      await close();
    }
  } catch (error) {
    // Only what comes before `main`, and cleaning up, can fail here.
    commands.issue(
      'error',
      error instanceof ActionError ? `${error.code}: ${error.message}` : errorMessage(error),
    );
    return 'error';
  }
}

function stepRuntime(
  action: string,
  step: StepProcess,
  commands: StepCommands,
  redactor: Redactor,
): { readonly runtime: Runtime; readonly close: () => Promise<void> } {
  const { env, signal } = step;
  const context = readContext(action, env, step);
  const clock = systemClock(signal);
  const redact = (text: string): string => redactor.redact(text);
  const files = createWorkspace({
    root: context.workspace,
    temp: context.temp,
    readable: [context.actionPath],
    redact,
  });
  const log = stepLog(commands, clock);
  const input: InputSource = (name) => env[`INPUT_${name.toUpperCase()}`];
  const sinks: Sinks = {
    log,
    annotate: (annotation) => commands.annotate(annotation),
    output: outputFile(env['GITHUB_OUTPUT'], (message) => log.warning(message)),
    summary: (markdown) => appendSummary(env['GITHUB_STEP_SUMMARY'], markdown),
    mask: (secret) => commands.command('add-mask', secret),
    close: async () => commands.close(),
  };
  const runtime = composeRuntime({
    context,
    input,
    sinks,
    redactor,
    files,
    clock,
    commands: systemCommands({ cwd: context.workspace, env, redact, signal }),
    http: systemHttp(signal),
    signal,
    artifacts: async (self) => {
      const { actionsArtifacts } = await import('./artifact-client.ts');
      return actionsArtifacts(self, {
        available: Boolean(env['ACTIONS_RESULTS_URL']),
        token: input('github-token')?.trim() ?? '',
      });
    },
    cache: async (self) => {
      const { actionsCache } = await import('./caching.ts');
      return actionsCache(self, Boolean(env['ACTIONS_RESULTS_URL'] ?? env['ACTIONS_CACHE_URL']));
    },
    github: async () => {
      const token = input('github-token')?.trim() ?? '';
      if (token === '' || context.owner === '')
        throw new ActionError(
          'github-denied',
          token === ''
            ? 'the input github-token is empty, so nothing can be read from or written to GitHub; give it ${{ github.token }}'
            : 'GITHUB_REPOSITORY is not set, so there is no repository to talk to GitHub about',
        );
      const { createGitHub } = await import('./github/create-github.ts');
      return createGitHub({ context, token, clock, log: runtime.log, redact, signal });
    },
  });
  return {
    runtime,
    close: async () => {
      await sinks.close();
      await files.removeTemporaryFolders();
    },
  };
}

/** Values of this process's own environment that are credentials by their names. */
const secretsIn = (env: Environment): readonly string[] =>
  Object.entries(env)
    .filter(([name]) =>
      /^(INPUT_.*(TOKEN|SECRET|PASSWORD|API-KEY)|ACTIONS_.*TOKEN|GITHUB_TOKEN|GH_TOKEN)$/i.test(name),
    )
    .map(([, value]) => value ?? '');

/** How the endings of a step show in its exit status; GitHub knows only zero and not zero. */
const EXIT_CODES: Readonly<Record<Ending, number>> = { ok: 0, failed: 1, misuse: 1, error: 1 };
const CANCELLED_EXIT_CODE = 130;
/** The runner sends SIGINT, waits 7.5 s, sends SIGTERM, waits 2.5 s and kills. */
const CANCEL_BUDGET_MS = 7_000;

/** The entry of an action on GitHub: `await githubRuntime('gate-metrics').run(main)`. */
export const githubRuntime = (action: string): { run(main: Main): Promise<void> } => ({
  async run(main) {
    const cancel = new AbortController();
    const onSignal = (): void => {
      if (cancel.signal.aborted) return;
      cancel.abort();
      setTimeout(() => process.exit(CANCELLED_EXIT_CODE), CANCEL_BUDGET_MS).unref();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    const { dirname } = await import('node:path');
    const ending = await runStep(action, main, {
      env: process.env,
      cwd: process.cwd(),
      actionPath: dirname(process.argv[1] ?? process.cwd()),
      signal: cancel.signal,
      write: (line) => process.stdout.write(`${line}\n`),
    });
    const code = cancel.signal.aborted ? CANCELLED_EXIT_CODE : EXIT_CODES[ending];
    // Sockets that are kept alive must not keep the step alive; what was printed must be out first.
    process.stdout.write('', () => process.exit(code));
  },
});
