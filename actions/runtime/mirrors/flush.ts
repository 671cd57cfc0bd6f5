import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import { type MirrorOutcome, overtakenBy } from '../../lib/registry/outbox.ts';
import type { Runtime } from '../runtime.ts';
import type { Deliver, Deliverers, Delivery } from './delivery.ts';

/**
 * Delivers the entries one after the other. A mirror that fails is warned of once and keeps no other one from being
 * told. An entry that a later change overtook is done without being told.
 *
 * @param waiting - everything that waits, also what is not due: it may overtake
 * @throws ActionError cancelled
 */
export async function flushOutbox(
  runtime: Runtime,
  entries: readonly OutboxEntry[],
  deliverers: Deliverers,
  waiting: readonly OutboxEntry[] = entries,
): Promise<readonly MirrorOutcome[]> {
  const outcomes: MirrorOutcome[] = [];
  const warned = new Set<OutboxEntry['kind']>();
  for (const entry of entries) {
    const { key, kind } = entry;
    const later = overtakenBy(entry, waiting);
    const deliver = deliverers[kind];
    if (later !== undefined) {
      outcomes.push({ key, kind: 'done', reference: `overtaken by ${later.key}` });
    } else if (deliver === undefined) {
      outcomes.push({ key, kind: 'kept', reason: `this run has no settings for ${kind}` });
    } else {
      const delivery = await attempt(deliver, entry);
      if (delivery.kind === 'failed' && !warned.has(kind)) {
        warned.add(kind);
        runtime.log.warning(`${kind} does not show this change yet: ${delivery.reason}`);
      }
      outcomes.push({ key, ...delivery });
    }
  }
  return outcomes;
}

/** A mirror decides nothing: whatever is thrown on the way to it, our own mistakes included, is a failed delivery. */
async function attempt(deliver: Deliver, entry: OutboxEntry): Promise<Delivery> {
  try {
    return await deliver(entry);
  } catch (error) {
    if (error instanceof ActionError && error.code === 'cancelled') throw error;
    return { kind: 'failed', reason: errorMessage(error) };
  }
}
