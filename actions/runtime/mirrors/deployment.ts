import { type FinalState, wishOf } from '../../lib/registry/deployment-entry.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import { environmentOf, type LedgerState } from '../../lib/registry/state.ts';
import type { Deployments } from '../github/deployments.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, type Delivery, payloadOf } from './delivery.ts';

const STATES: Readonly<Record<string, FinalState>> = {
  success: 'success',
  failure: 'failure',
  error: 'error',
  inactive: 'inactive',
};

/**
 * Sets the status of a deployment, unless it is the newest already. One that GitHub would not make when its rollout began
 * is made first, unless another one has taken its place since.
 */
export const deploymentMirror =
  (runtime: Runtime, state: LedgerState): Deliver =>
  async (entry) => {
    const { deployments } = await runtime.github();
    const status = STATES[payloadOf(entry, 'state')];
    if (status === undefined)
      return { kind: 'failed', reason: `${entry.key} names no status of a deployment` };
    const found = await findOrMake(deployments, entry, state);
    if (found.kind !== 'made') return found;
    const { id } = found;
    const environmentUrl = payloadOf(entry, 'environmentUrl');
    const { runUrl } = runtime.context;
    const result = await deployments.setStatus(id, {
      state: status,
      description: payloadOf(entry, 'description'),
      unlessEnded: payloadOf(entry, 'unlessEnded') === 'true',
      ...(environmentUrl === '' ? {} : { environmentUrl }),
      ...(runUrl === '' ? {} : { logUrl: runUrl }),
    });
    return result.kind === 'done'
      ? { kind: 'done', reference: `status ${result.value.id} of deployment ${id}`, deployment: id }
      : { kind: 'failed', reason: advised(result.message) };
  };

async function findOrMake(
  deployments: Deployments,
  entry: OutboxEntry,
  state: LedgerState,
): Promise<Delivery | { readonly kind: 'made'; readonly id: number }> {
  const wish = wishOf(entry);
  if (wish === undefined) {
    const id = Number(payloadOf(entry, 'deployment'));
    return Number.isSafeInteger(id) && id > 0
      ? { kind: 'made', id }
      : { kind: 'failed', reason: `${entry.key} names no deployment` };
  }
  const newest = environmentOf(state, entry.env).deployment?.id;
  if (String(newest ?? '') !== payloadOf(entry, 'after'))
    return { kind: 'done', reference: `overtaken by deployment ${newest}` };
  const result = await deployments.ensure(wish);
  return result.kind === 'done'
    ? { kind: 'made', id: result.value.id }
    : { kind: 'failed', reason: advised(result.message) };
}

/** What helps against a refusal that is there to stay. */
const advised = (message: string): string =>
  `${message} Later runs try again; \`deployments: off\` does without.`;
