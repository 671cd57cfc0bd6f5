import { errorMessage } from '../lib/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Who approved the environments of this run, as far as GitHub tells. */
export async function approversOf(runtime: Runtime): Promise<readonly string[]> {
  const { run } = runtime.context.source;
  if (run === 0) return [];
  try {
    return await (await runtime.github()).runs.approvers(run);
  } catch (error) {
    runtime.log.debug(`who approved run ${run} cannot be read: ${errorMessage(error)}`);
    return [];
  }
}
