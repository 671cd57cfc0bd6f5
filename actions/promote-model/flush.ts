import { ActionError, errorMessage } from '../lib/errors.ts';
import type { Draft } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { dueEntries } from '../lib/registry/outbox.ts';
import { releaseNotes } from '../lib/registry/release-notes.ts';
import { environmentOf, type LedgerState } from '../lib/registry/state.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { artifactRecordMirror } from '../runtime/mirrors/artifact-record.ts';
import type { Deliverers } from '../runtime/mirrors/delivery.ts';
import { deploymentMirror } from '../runtime/mirrors/deployment.ts';
import { findStrays } from '../runtime/mirrors/find-strays.ts';
import { deliver, deliverNew } from '../runtime/mirrors/flush.ts';
import { gtoTagMirror } from '../runtime/mirrors/gto-tags.ts';
import { incidentMirror } from '../runtime/mirrors/incident-close.ts';
import { mlflowMirror } from '../runtime/mirrors/mlflow.ts';
import { notifyMirror } from '../runtime/mirrors/notify.ts';
import { releaseMirror } from '../runtime/mirrors/release.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { notesFacts } from './papers.ts';

const deliverersOf = (
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  state: LedgerState,
): Deliverers => ({
  release: releaseMirror(runtime, ({ version }) => notesOf(runtime, inputs, ledger, version)),
  deployment: deploymentMirror(runtime, state),
  'incident-close': incidentMirror(runtime),
  'artifact-record': artifactRecordMirror(runtime),
  'gto-tag': gtoTagMirror(runtime),
  ...(inputs.mlflow.trackingUri === '' ? {} : { mlflow: mlflowMirror(runtime, inputs.mlflow) }),
  ...(inputs.notify.url === '' ? {} : { notify: notifyMirror(runtime, inputs.notify) }),
});

async function notesOf(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  version: string,
): Promise<string> {
  const reading = await ledger.store.read();
  if (reading.kind !== 'sound') throw new ActionError('ledger-tampered', 'there is no ledger to tell from');
  const { state } = reading.ledger;
  const before = environmentOf(state, inputs.environment).served[1]?.version;
  const facts = await notesFacts(runtime, inputs, ledger, reading.ledger, { version, before });
  if (facts === undefined) throw new ActionError('not-found', `${version} is not registered`);
  return releaseNotes(facts);
}

/** Tells mirrors what waits and may be tried now, and gives the events that say what became of it. */
export async function deliverDue(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  state: LedgerState,
): Promise<readonly Draft[]> {
  const due = dueEntries(state.outbox, runtime.clock.now());
  if (due.length === 0) return [];
  return deliver(runtime, state.outbox, due, deliverersOf(runtime, inputs, ledger, state));
}

/** Delivers what waits, and records it. Nothing depends on it: whatever fails here is a warning. */
export async function flush(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  state: LedgerState,
): Promise<void> {
  await recordDeliveries(runtime, ledger, () => deliverDue(runtime, inputs, ledger, state));
}

/** The same after the end of a rollout, with a look at the deployments of the environment that were left open. */
export async function flushEnd(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  known: Ledger,
): Promise<void> {
  const { state } = known;
  await recordDeliveries(runtime, ledger, async () => {
    const due = await deliverDue(runtime, inputs, ledger, state);
    if (inputs.deployments === 'off') return due;
    const { environment: env } = inputs;
    const strays = await findStrays(runtime, known, env);
    const about = { env, step: `strays ${state.head.seq}` };
    return [
      ...due,
      ...(await deliverNew(runtime, strays, deliverersOf(runtime, inputs, ledger, state), about)),
    ];
  });
}

async function recordDeliveries(
  runtime: Runtime,
  { store }: OpenLedger,
  told: () => Promise<readonly Draft[]>,
): Promise<void> {
  try {
    const drafts = await told();
    if (drafts.length > 0) await store.append(() => ({ drafts }));
  } catch (error) {
    runtime.log.warning(`what mirrors were told could not be recorded: ${errorMessage(error)}`);
  }
}
