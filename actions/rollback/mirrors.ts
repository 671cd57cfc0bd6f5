import type { Draft } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { dueEntries, mirrorsSeen, outcomeDrafts, rollbackEntries } from '../lib/registry/outbox.ts';
import { entryOf } from '../lib/registry/state.ts';
import { artifactRecordMirror } from '../runtime/mirrors/artifact-record.ts';
import { flushOutbox } from '../runtime/mirrors/flush.ts';
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

/**
 * Tells the mirrors that need no settings of their own; the others, such as MLflow, wait in the outbox for the next run
 * of promote-model.
 */
export async function tellMirrors(file: CaseFile): Promise<void> {
  if (file.ledgerState !== 'sound') return;
  const { runtime, inputs, ledger } = file;
  const { outbox } = ledger.state;
  const waiting = Object.values(outbox).map(({ entry }) => entry);
  const deliverers = { 'artifact-record': artifactRecordMirror(runtime), 'gto-tag': gtoTagMirror(runtime) };
  const due = dueEntries(outbox, runtime.clock.now()).filter(
    ({ env, kind }) => env === inputs.environment && Object.hasOwn(deliverers, kind),
  );
  const outcomes = await flushOutbox(runtime, due, deliverers, waiting);
  const drafts = outcomeDrafts(outbox, outcomes, runtime.redact);
  if (drafts.length > 0) await record(file, () => drafts);
}
