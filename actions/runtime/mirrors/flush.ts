import { errorMessage, isCancellation } from '../../lib/errors.ts';
import type { Draft, OutboxEntry } from '../../lib/registry/events.ts';
import { givenUp, type MirrorOutcome, outcomeDrafts, overtakenBy } from '../../lib/registry/outbox.ts';
import type { OutboxState } from '../../lib/registry/state.ts';
import type { Runtime } from '../runtime.ts';
import type { Deliver, Deliverers, Delivery } from './delivery.ts';

/** The input without which a mirror cannot be told. */
const NEEDED: Readonly<Partial<Record<OutboxEntry['kind'], string>>> = {
  mlflow: 'mlflow-tracking-uri',
  notify: 'notify-url',
};

/**
 * Tells mirrors what is due, and gives the events that say what became of it.
 *
 * @throws ActionError cancelled
 */
export async function deliver(
  runtime: Runtime,
  outbox: Readonly<Record<string, OutboxState>>,
  due: readonly OutboxEntry[],
  deliverers: Deliverers,
): Promise<readonly Draft[]> {
  const waiting = Object.values(outbox).map(({ entry }) => entry);
  const outcomes = await flushOutbox(runtime, due, deliverers, waiting);
  for (const { key, tries } of givenUp(outbox, outcomes))
    runtime.log.warning(`${key} is given up after ${tries} tries; the ledger keeps why`);
  return outcomeDrafts(outbox, outcomes, runtime.redact);
}

/**
 * The same for what no ledger has yet, which is recorded together with its outcome: a crash before that leaves nothing
 * but a reason to look again.
 *
 * @throws ActionError cancelled
 */
export async function deliverNew(
  runtime: Runtime,
  entries: readonly OutboxEntry[],
  deliverers: Deliverers,
  about: { readonly env: string; readonly step: string },
): Promise<readonly Draft[]> {
  if (entries.length === 0) return [];
  const last = runtime.clock.iso();
  const outbox = Object.fromEntries(
    entries.map((entry) => [entry.key, { entry, tries: 0, last, reason: '' }]),
  );
  return [
    { ...about, type: 'mirror.queued', data: { entries } },
    ...(await deliver(runtime, outbox, entries, deliverers)),
  ];
}

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
    const tell = deliverers[kind];
    if (later !== undefined) {
      outcomes.push({ key, kind: 'done', reference: `overtaken by ${later.key}` });
    } else if (tell === undefined) {
      const input = NEEDED[kind];
      if (input !== undefined && !warned.has(kind)) {
        warned.add(kind);
        runtime.log.warning(`${kind} does not show this change yet: this step has no ${input}`);
      }
      outcomes.push({ key, kind: 'kept', reason: `this run has no settings for ${kind}` });
    } else {
      const delivery = await attempt(tell, entry);
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
async function attempt(tell: Deliver, entry: OutboxEntry): Promise<Delivery> {
  try {
    return await tell(entry);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { kind: 'failed', reason: errorMessage(error) };
  }
}
