import type { Draft, OutboxEntry } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { dueEntries, mirrorsSeen, rollbackEntries } from '../lib/registry/outbox.ts';
import { entryOf } from '../lib/registry/state.ts';
import { artifactRecordMirror } from '../runtime/mirrors/artifact-record.ts';
import type { Deliverers } from '../runtime/mirrors/delivery.ts';
import { deploymentMirror } from '../runtime/mirrors/deployment.ts';
import { findStrays } from '../runtime/mirrors/find-strays.ts';
import { deliver, deliverNew } from '../runtime/mirrors/flush.ts';
import { gtoTagMirror } from '../runtime/mirrors/gto-tags.ts';
import { type CaseFile, record } from './case-file.ts';

/** What mirrors of the environment are to be told of a version that was put back; recorded with the switch itself. */
export function queuedMirrors(
  { state, events }: Ledger,
  about: { readonly env: string; readonly version: string; readonly fence: number },
): readonly Draft[] {
  const { env, version, fence } = about;
  const to = entryOf(state.versions, version);
  if (to === undefined) return [];
  const { digest, uri, commit } = to;
  const entries = rollbackEntries(
    {
      model: state.model,
      environment: env,
      fence,
      head: state.head.hash,
      to: { version, digest, uri, commit },
    },
    mirrorsSeen(events, env),
  );
  return entries.length === 0
    ? []
    : [{ type: 'mirror.queued', env, version, data: { entries }, step: `${version} ${fence}` }];
}

const deliverersOf = ({ runtime, inputs, ledger }: CaseFile): Deliverers => ({
  'artifact-record': artifactRecordMirror(runtime),
  'gto-tag': gtoTagMirror(runtime),
  ...(inputs.deployments === 'off' ? {} : { deployment: deploymentMirror(runtime, ledger.state) }),
});

/** Tells of what the ledger does not have yet, and gives the events of it. */
export const tellNew = (
  file: CaseFile,
  entries: readonly OutboxEntry[],
  step: string,
): Promise<readonly Draft[]> =>
  deliverNew(file.runtime, entries, deliverersOf(file), { env: file.inputs.environment, step });

/**
 * Tells the mirrors that need no settings of their own; the others, such as MLflow, wait in the outbox for the next run
 * of promote-model.
 */
export async function tellMirrors(file: CaseFile): Promise<void> {
  if (file.ledgerState !== 'sound') return;
  const { runtime, inputs, ledger } = file;
  const { environment, deployments } = inputs;
  const { outbox, head } = ledger.state;
  const deliverers = deliverersOf(file);
  const due = dueEntries(outbox, runtime.clock.now()).filter(
    ({ env, kind }) => env === environment && Object.hasOwn(deliverers, kind),
  );
  const told = await deliver(runtime, outbox, due, deliverers);
  const strays = deployments === 'off' ? [] : await findStrays(runtime, ledger, environment);
  const drafts = [...told, ...(await tellNew(file, strays, `strays ${head.seq}`))];
  if (drafts.length > 0) await record(file, () => drafts);
}
