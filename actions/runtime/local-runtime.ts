import { ActionError, errorMessage } from '../lib/errors.ts';
import { runStep, type StepProcess } from './process-runtime.ts';
import type { Ending } from './run-action.ts';
import type { Main } from './runtime.ts';
import { type Terminal, TerminalReport } from './terminal.ts';

/** Exit codes on the user's own machine: passed, failed, used wrongly or could not decide. */
const EXIT_CODES: Readonly<Record<Ending, number>> = { ok: 0, failed: 1, misuse: 2, error: 2 };

const TOKEN_ADVICE =
  'set GITHUB_TOKEN, and GITHUB_REPOSITORY to owner/name. The ledger of promote-model and rollback may also be in any git repository: --ledger-remote path/to/repository.git';

/** One action on the user's own machine. */
export interface LocalStep extends StepProcess {
  /** Inputs by kebab-case name, with the defaults of `action.yml` filled in. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly terminal: Terminal;
}

/**
 * Runs an action in this process with its results in the terminal and its reports as files.
 *
 * @returns the exit code: 0 pass, 1 fail, 2 misuse or an error
 */
export async function runLocally(action: string, main: Main, step: LocalStep): Promise<number> {
  const report = new TerminalReport(step.terminal, step.env['RUNNER_DEBUG'] === '1');
  try {
    const ending = await runStep(action, main, step, {
      input: (name) => step.inputs.get(name),
      sinks: (clock) => report.sinks(clock),
      secrets: [step.inputs.get('github-token') ?? ''],
      tokenAdvice: TOKEN_ADVICE,
    });
    return EXIT_CODES[ending];
  } catch (error) {
    report.error(error instanceof ActionError ? `${error.code}: ${error.message}` : errorMessage(error));
    return EXIT_CODES.error;
  }
}
