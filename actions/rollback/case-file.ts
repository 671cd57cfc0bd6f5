import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { errorMessage, isSurvivable } from '../lib/errors.ts';
import { chainEvents } from '../lib/registry/chain.ts';
import type { Draft } from '../lib/registry/events.ts';
import { appendEvents, emptyLedger, type Ledger } from '../lib/registry/ledger.ts';
import { eventId } from '../lib/registry/operation.ts';
import { throwIfCancelled } from '../runtime/clock.ts';
import { authorOf, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

/** Everything one rollback knows and leaves behind. */
export interface CaseFile {
  readonly runtime: Runtime;
  readonly inputs: Inputs;
  readonly open: OpenLedger;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** What is relied on: the whole ledger, the part before a break, what deployments tell, or what the cache kept. */
  ledger: Ledger;
  ledgerState: RollbackDocument['ledger']['state'];
  commit: string;
  /** Text of the rollout file that the cache kept, while the ledger cannot be read. */
  keptRollout: string | null;
  /** Events that could not be written. */
  readonly pending: Draft[];
  readonly timeline: { readonly at: string; readonly what: string }[];
  readonly warnings: string[];
}

/** A case before anything is known. */
export const openCase = (runtime: Runtime, inputs: Inputs, open: OpenLedger): CaseFile => ({
  runtime,
  inputs,
  open,
  started: runtime.clock.now(),
  ledger: emptyLedger(inputs.modelName),
  ledgerState: 'sound',
  commit: '',
  keptRollout: null,
  pending: [],
  timeline: [],
  warnings: [],
});

/** Puts a line into the timeline and the log. */
export function say(file: CaseFile, what: string): void {
  file.timeline.push({ at: file.runtime.clock.iso(), what });
  file.runtime.log.info(what);
}

/** Puts a warning into the report and the log; it makes the verdict `warn`. */
export function warn(file: CaseFile, what: string): void {
  file.warnings.push(what);
  file.timeline.push({ at: file.runtime.clock.iso(), what });
  file.runtime.log.warning(what);
}

/**
 * Records events if the ledger can be written, and keeps them for `rollback.json` if not: paperwork never stops a
 * rollback, unless audit-mode is strict.
 *
 * @param plan - decides anew on every tip
 * @throws ActionError cancelled, after the events of a run that was cancelled are recorded
 */
export async function record(file: CaseFile, plan: (ledger: Ledger) => readonly Draft[]): Promise<void> {
  if (file.ledgerState !== 'sound') {
    keepPending(file, plan(file.ledger));
    return;
  }
  try {
    const appended = await file.open.store.append((ledger) => ({ drafts: plan(ledger) }), {
      tries: file.inputs.auditMode === 'strict' ? 50 : 12,
      urgent: true,
    });
    file.ledger = appended.ledger;
    file.commit = appended.commit;
  } catch (error) {
    if (!isSurvivable(error) || file.inputs.auditMode === 'strict') throw error;
    file.ledgerState = 'unwritable';
    file.commit = '';
    keepPending(file, plan(file.ledger));
    warn(
      file,
      `the ledger could not be written (${errorMessage(error)}); its events are kept in rollback.json, and promote-model with operation: import takes them over`,
    );
  }
  // What was done is recorded; the next run begins what is left.
  throwIfCancelled(file.runtime.signal);
}

/** Keeps events, and goes on as if they had been written; the head stays that of the ledger as it is. */
function keepPending(file: CaseFile, drafts: readonly Draft[]): void {
  const { open, runtime, ledger } = file;
  const known = new Set(ledger.events.map(({ id }) => id));
  const fresh = drafts.filter((draft) => !known.has(eventId(open.operation, draft)));
  file.pending.push(...fresh);
  const events = chainEvents(ledger.state.head, fresh, {
    operation: open.operation,
    author: authorOf(runtime),
    ts: runtime.clock.iso(),
  });
  const next = appendEvents(ledger, events);
  file.ledger = { events: next.events, state: { ...next.state, head: ledger.state.head } };
}
