import { ActionError } from '../lib/errors.ts';
import { failsStep } from '../lib/verdict.ts';
import type { Main, Runtime } from './runtime.ts';

/** How a step ended: the runtimes map it to their exit codes. */
export type Ending = 'ok' | 'failed' | 'misuse' | 'error';

/** The one place where a verdict or an error becomes outputs, an annotation and the end of the step. */
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
    if (error instanceof ActionError) {
      runtime.log.error(`${error.code}: ${error.message}`);
      return error.code === 'invalid-input' ? 'misuse' : 'error';
    }
    runtime.log.error(
      `This is a bug of ours, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 'error';
  }
}
