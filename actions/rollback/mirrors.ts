import type { Draft, OutboxEntry } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { dueEntries, type MirrorSettings, mirrorsSeen, rollbackEntries } from '../lib/registry/outbox.ts';
import { entryOf } from '../lib/registry/state.ts';
import { artifactRecordMirror } from '../runtime/mirrors/artifact-record.ts';
import type { Deliverers } from '../runtime/mirrors/delivery.ts';
import { deploymentMirror } from '../runtime/mirrors/deployment.ts';
import { findStrays } from '../runtime/mirrors/find-strays.ts';
import { deliver, deliverNew } from '../runtime/mirrors/flush.ts';
import { gtoTagMirror } from '../runtime/mirrors/gto-tags.ts';
import { mlflowMirror } from '../runtime/mirrors/mlflow.ts';
import { type CaseFile, record, say } from './case-file.ts';

/** The alias of promotions that name none. */
const ALIAS = 'champion';

/** The mirrors that promotions told, and MLflow where this step names it. */
function wishedMirrors(
  { inputs: { mlflow } }: CaseFile,
  events: Ledger['events'],
  env: string,
): MirrorSettings {
  const seen = mirrorsSeen(events, env);
  return mlflow.trackingUri === ''
    ? seen
    : { ...seen, mlflowAlias: mlflow.alias ?? seen.mlflowAlias ?? ALIAS };
}

/** What mirrors of the environment are to be told of a version that was put back; recorded with the switch itself. */
export function queuedMirrors(
  file: CaseFile,
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
    wishedMirrors(file, events, env),
  );
  return entries.length === 0
    ? []
    : [{ type: 'mirror.queued', env, version, data: { entries }, step: `${version} ${fence}` }];
}

const deliverersOf = ({ runtime, inputs, ledger }: CaseFile): Deliverers => ({
  'artifact-record': artifactRecordMirror(runtime),
  'gto-tag': gtoTagMirror(runtime),
  ...(inputs.mlflow.trackingUri === '' ? {} : { mlflow: mlflowMirror(runtime, inputs.mlflow) }),
  ...(inputs.deployments === 'off' ? {} : { deployment: deploymentMirror(runtime, ledger.state) }),
});

/** Tells of what the ledger does not have yet, and gives the events of it. */
export const tellNew = (
  file: CaseFile,
  entries: readonly OutboxEntry[],
  step: string,
): Promise<readonly Draft[]> =>
  deliverNew(file.runtime, entries, deliverersOf(file), { env: file.inputs.environment, step });

/** What a rollback tells of, if it can; release notes and closed incidents are a promotion's. */
const TOLD: ReadonlySet<OutboxEntry['kind']> = new Set([
  'mlflow',
  'artifact-record',
  'gto-tag',
  'deployment',
]);

/**
 * Tells the mirrors of the environment what waits for them. What this step has no settings for, such as MLflow without its
 * address, waits on for the next step that has them, and the timeline says so.
 */
export async function tellMirrors(file: CaseFile): Promise<void> {
  if (file.ledgerState !== 'sound') return;
  const { runtime, inputs, ledger } = file;
  const { environment, deployments } = inputs;
  const { outbox, head } = ledger.state;
  const deliverers = deliverersOf(file);
  const due = dueEntries(outbox, runtime.clock.now()).filter(
    ({ env, kind }) =>
      env === environment && TOLD.has(kind) && (kind !== 'deployment' || deployments !== 'off'),
  );
  const told = await deliver(runtime, outbox, due, deliverers);
  sayWhatWaits(file, due, told);
  const strays = deployments === 'off' ? [] : await findStrays(runtime, ledger, environment);
  const drafts = [...told, ...(await tellNew(file, strays, `strays ${head.seq}`))];
  if (drafts.length > 0) await record(file, () => drafts);
}

/** What could not be told, for the summary. */
function sayWhatWaits(file: CaseFile, due: readonly OutboxEntry[], told: readonly Draft[]): void {
  const reasons = new Map(
    told.flatMap((draft) => (draft.type === 'mirror.failed' ? [[draft.data.key, draft.data.reason]] : [])),
  );
  for (const { key, kind, version } of due) {
    const missing = kind === 'mlflow' && file.inputs.mlflow.trackingUri === '';
    const reason = missing
      ? 'this step has no mlflow-tracking-uri; the next step that has it tells it'
      : reasons.get(key);
    if (reason !== undefined) say(file, `${kind} does not show ${version} yet: ${reason}`);
  }
}
