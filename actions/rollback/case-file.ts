import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { Draft } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import {
  type KnownDeployment,
  ledgerFromDeployments,
  withSeenFence,
} from '../lib/registry/ledger-from-deployments.ts';
import type { LedgerReading } from '../runtime/ledger/ledger-store.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

/** Everything one rollback knows and leaves behind. */
export interface CaseFile {
  readonly runtime: Runtime;
  readonly inputs: Inputs;
  readonly open: OpenLedger;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** What is proven: the whole ledger, the part before a break, or what deployments tell. */
  ledger: Ledger;
  ledgerState: RollbackDocument['ledger']['state'];
  commit: string;
  /** Events that could not be written. */
  readonly pending: Draft[];
  readonly timeline: { readonly at: string; readonly what: string }[];
  readonly warnings: string[];
}

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

async function knownDeployments({ runtime, inputs }: CaseFile): Promise<readonly KnownDeployment[]> {
  const { deployments } = await runtime.github();
  const states = new Map((await deployments.list(inputs.environment)).map(({ id, state }) => [id, state]));
  return (await deployments.payloads(inputs.environment)).map(({ id, payload }) => ({
    id,
    payload,
    state: states.get(id) ?? 'none',
  }));
}

/** What can be relied on when the ledger cannot: its proven part, and what deployments have seen. */
async function provenLedger(
  file: CaseFile,
  reading: Exclude<LedgerReading, { kind: 'sound' }>,
): Promise<Ledger> {
  const { modelName, environment } = file.inputs;
  let seen: readonly KnownDeployment[] = [];
  try {
    seen = await knownDeployments(file);
  } catch (error) {
    warn(file, `GitHub deployments cannot be read: ${errorMessage(error)}`);
  }
  const proven =
    reading.kind === 'tampered' ? reading.ledger : ledgerFromDeployments(modelName, environment, seen);
  return withSeenFence(proven, environment, seen);
}

/** Reads the ledger; what is wrong with it is a warning, because a rollback must be possible all the same. */
export async function readLedger(file: CaseFile): Promise<void> {
  const { inputs } = file;
  const reading = await file.open.store.read();
  if (reading.kind === 'sound') {
    file.ledger = reading.ledger;
    file.ledgerState = 'sound';
    file.commit = reading.tip;
    return;
  }
  const problem =
    reading.kind === 'tampered'
      ? `the ledger on branch ${inputs.ledgerBranch} was changed by somebody else: ${reading.problem}`
      : `there is no ledger of ${inputs.modelName} on branch ${inputs.ledgerBranch}`;
  if (inputs.auditMode === 'strict')
    throw new ActionError('ledger-tampered', `${problem}; audit-mode is strict`);
  file.ledgerState = reading.kind;
  file.ledger = await provenLedger(file, reading);
  warn(
    file,
    `${problem}. The target is taken from ${reading.kind === 'tampered' ? 'the part that the hash chain proves' : 'GitHub deployments of ours'}; nothing is written to the ledger.`,
  );
}

/**
 * Records events if the ledger can be written, and keeps them for `rollback.json` if not: paperwork never stops a
 * rollback, unless audit-mode is strict.
 *
 * @param plan - decides anew on every tip
 */
export async function record(file: CaseFile, plan: (ledger: Ledger) => readonly Draft[]): Promise<void> {
  if (file.ledgerState !== 'sound') {
    file.pending.push(...plan(file.ledger));
    return;
  }
  try {
    const appended = await file.open.store.append((ledger) => ({ drafts: plan(ledger) }), {
      tries: file.inputs.auditMode === 'strict' ? 50 : 12,
    });
    file.ledger = appended.ledger;
    file.commit = appended.commit;
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled' || file.inputs.auditMode === 'strict')
      throw error;
    file.ledgerState = 'unwritable';
    file.commit = '';
    file.pending.push(...plan(file.ledger));
    warn(
      file,
      `the ledger could not be written (${errorMessage(error)}); its events are kept in rollback.json`,
    );
  }
}
