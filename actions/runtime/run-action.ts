import { ActionError } from '../lib/errors.ts';
import { failsStep } from '../lib/verdict.ts';
import type { InputSource, Main, Runtime } from './runtime.ts';

/**
 * How a step ended: the runtimes map it to their exit codes. `failed`: the verdict fails the step · `misuse`: an
 * input is wrong · `error`: could not decide.
 */
export type Ending = 'ok' | 'failed' | 'misuse' | 'error';

/**
 * The one place where a verdict or an error becomes outputs, a message and the end of the step. A step that could not
 * decide has no `verdict` output. Only bugs of ours print a stack.
 */
export async function runAction(main: Main, runtime: Runtime): Promise<Ending> {
  try {
    const { verdict, failOn, message } = await main(runtime);
    runtime.output('verdict', verdict);
    if (!failsStep(verdict, failOn)) {
      runtime.log.info(message);
      return 'ok';
    }
    runtime.log.error(message);
    return 'failed';
  } catch (error) {
    runtime.log.error(errorText(error, runtime.signal.aborted));
    return error instanceof ActionError && error.code === 'invalid-input' ? 'misuse' : 'error';
  }
}

/** A `main` that is loaded once the inputs are known to be right, so that a slip of the pen is told at once. */
export const afterInputs =
  (readInputs: (source: InputSource) => unknown, load: () => Promise<{ readonly main: Main }>): Main =>
  async (runtime) => {
    readInputs(runtime.input);
    const { main } = await load();
    return main(runtime);
  };

function errorText(error: unknown, cancelled: boolean): string {
  if (error instanceof ActionError) return `${error.code}: ${error.message}`;
  // Whatever breaks while everything is being stopped is no news.
  if (cancelled) return 'cancelled: the run was cancelled';
  const trace =
    error instanceof Error ? [error.stack ?? error.message, ...causesOf(error)].join('\n') : String(error);
  return `This is a bug of ours, please report it.\n${trace}`;
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  let cause: unknown = error.cause;
  // Chains that bite their own tail have been seen.
  while (cause instanceof Error && causes.length < 5) {
    causes.push(`caused by ${cause.stack ?? cause.message}`);
    cause = cause.cause;
  }
  return causes;
}
