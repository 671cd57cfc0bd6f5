import { errorMessage } from '../lib/errors.ts';
import type { Approval } from '../lib/registry/approval.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** What people said yes to in this run; `undefined` where GitHub does not tell. */
export async function approvalsOf(runtime: Runtime): Promise<readonly Approval[] | undefined> {
  const { run } = runtime.context.source;
  if (run === 0) return undefined;
  try {
    return await (await runtime.github()).runs.approvals(run);
  } catch (error) {
    runtime.log.debug(`who approved run ${run} cannot be read: ${errorMessage(error)}`);
    return undefined;
  }
}

/** Who approved the environments of this run, as far as GitHub tells; each once. */
export const approversOf = async (runtime: Runtime): Promise<readonly string[]> => [
  ...new Set((await approvalsOf(runtime))?.map(({ login }) => login)),
];
