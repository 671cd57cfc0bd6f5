import { dirname } from 'node:path';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { stepLog } from './log.ts';
import { outputFile } from './outputs.ts';
import { runStep, type StepProcess } from './process-runtime.ts';
import type { Ending } from './run-action.ts';
import type { Clock, Main } from './runtime.ts';
import type { Sinks } from './sinks.ts';
import { StepCommands } from './step-commands.ts';
import { appendSummary } from './summary.ts';

/** GitHub knows only zero and not zero. */
const EXIT_CODES: Readonly<Record<Ending, number>> = { ok: 0, failed: 1, misuse: 1, error: 1 };
const CANCELLED_EXIT_CODE = 130;
/** The runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s after that. */
const CANCEL_BUDGET_MS = 7_000;

/**
 * The entry of an action on GitHub: `await githubRuntime('gate-metrics').run(main)`.
 *
 * @param adapters - large libraries that only some actions need, so that only those bundle them
 */
export const githubRuntime = (
  action: string,
  adapters: Pick<StepProcess, 'cache'> = {},
): { run(main: Main): Promise<void> } => ({
  async run(main) {
    const cancel = new AbortController();
    const onSignal = (): void => {
      if (cancel.signal.aborted) return;
      cancel.abort();
      setTimeout(() => process.exit(CANCELLED_EXIT_CODE), CANCEL_BUDGET_MS).unref();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    const ending = await runStepOnGitHub(action, main, {
      ...adapters,
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

/** The same for any process: nothing in it is global. */
export async function runStepOnGitHub(
  action: string,
  main: Main,
  step: StepProcess & { write(line: string): void },
): Promise<Ending> {
  const { env } = step;
  const commands = new StepCommands(step.write);
  try {
    return await runStep(action, main, step, {
      input: (name) => env[`INPUT_${name.toUpperCase()}`],
      sinks: (clock) => githubSinks(commands, clock, env),
      tokenAdvice: 'leave the input out to use the token of the job',
      secrets: [],
    });
  } catch (error) {
    // Only what comes before `main`, and tidying up after it, gets here.
    commands.issue(
      'error',
      error instanceof ActionError ? `${error.code}: ${error.message}` : errorMessage(error),
    );
    return 'error';
  }
}

function githubSinks(commands: StepCommands, clock: Clock, env: StepProcess['env']): Sinks {
  const log = stepLog(commands, clock);
  return {
    log,
    annotate: (annotation) => commands.annotate(annotation),
    output: outputFile(env['GITHUB_OUTPUT'], (message) => log.warning(message)),
    summary: (markdown) => appendSummary(env['GITHUB_STEP_SUMMARY'], markdown),
    mask: (secret) => commands.command('add-mask', secret),
    close: async () => commands.close(),
  };
}
