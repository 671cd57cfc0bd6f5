import { errorMessage, isCancellation } from '../../lib/errors.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { Ledger } from '../../lib/registry/ledger.ts';
import { strayDeployments } from '../../lib/registry/stray-deployments.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Deployments that earlier runs left open or twice, in one request. That it cannot be looked is no news: the next change
 * looks again.
 *
 * @throws ActionError cancelled
 */
export async function findStrays(
  runtime: Runtime,
  ledger: Ledger,
  environment: string,
): Promise<readonly OutboxEntry[]> {
  try {
    const { deployments } = await runtime.github();
    return strayDeployments(ledger, environment, await deployments.payloads(environment));
  } catch (error) {
    if (isCancellation(error)) throw error;
    runtime.log.debug(`deployments that were left open cannot be looked for: ${errorMessage(error)}`);
    return [];
  }
}
