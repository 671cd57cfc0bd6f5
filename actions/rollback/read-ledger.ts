import { ActionError, errorMessage } from '../lib/errors.ts';
import { ledgerFromBreakGlass } from '../lib/registry/break-glass.ts';
import { clockProblem } from '../lib/registry/clock-skew.ts';
import { emptyLedger, type Ledger } from '../lib/registry/ledger.ts';
import { type KnownDeployment, withSeen } from '../lib/registry/ledger-from-deployments.ts';
import { restoreBreakGlass } from '../runtime/break-glass.ts';
import type { LedgerReading } from '../runtime/ledger/ledger-store.ts';
import { rewindProblem } from '../runtime/ledger/witness.ts';
import { type CaseFile, warn } from './case-file.ts';

async function knownDeployments({ runtime, inputs }: CaseFile): Promise<readonly KnownDeployment[]> {
  const { deployments } = await runtime.github();
  const listed = await deployments.list(inputs.environment);
  const good = new Set(listed.filter(({ succeeded }) => succeeded).map(({ id }) => id));
  return (await deployments.payloads(inputs.environment)).map(({ id, payload }) => ({
    id,
    payload,
    succeeded: good.has(id),
  }));
}

/** What can be relied on when the ledger cannot: its proven part, and what deployments have seen. */
async function provenLedger(file: CaseFile, reading: LedgerReading): Promise<Ledger> {
  const { modelName, environment } = file.inputs;
  let seen: readonly KnownDeployment[] = [];
  try {
    seen = await knownDeployments(file);
  } catch (error) {
    warn(file, `GitHub deployments cannot be read: ${errorMessage(error)}`);
  }
  return withSeen(reading.kind === 'absent' ? emptyLedger(modelName) : reading.ledger, environment, seen);
}

const BY_HAND = 'switch traffic by hand, and tell the ledger later with promote-model, operation: import';

/**
 * Goes on with what the last completed change kept in the cache. It is not proven: whoever runs jobs on this branch
 * could have put it there. So it is used in this case only, and never in strict mode.
 *
 * @throws the error of reading, where nothing usable was kept
 */
async function breakGlass(file: CaseFile, error: ActionError): Promise<void> {
  const { inputs, runtime } = file;
  const { modelName, environment, auditMode } = inputs;
  const problem = `the ledger cannot be read (${error.message})`;
  if (auditMode === 'strict')
    throw new ActionError(error.code, `${problem}; audit-mode is strict`, { cause: error });
  const restored = await restoreBreakGlass(runtime, modelName, environment);
  if (restored.kind !== 'found') {
    const why =
      restored.kind === 'none'
        ? `the cache holds nothing of ${modelName} in ${environment}`
        : `what the cache holds is not used (${restored.reason})`;
    throw new ActionError(error.code, `${problem}, and ${why}; ${BY_HAND}`, { cause: error });
  }
  const { kept } = restored;
  file.ledger = ledgerFromBreakGlass(kept);
  file.ledgerState = 'unreachable';
  file.keptRollout = kept.rollout;
  warn(
    file,
    `${problem}. The target is taken from the Actions cache, as it was kept at ${kept.saved} (event ${kept.head.seq}): it is NOT proven by the hash chain. Nothing but traffic is changed; events are kept in rollback.json.`,
  );
}

/** What is wrong with a ledger that could be read; `undefined` if it may be relied on and written to. */
async function problemOf(
  { inputs, runtime, open }: CaseFile,
  reading: LedgerReading,
): Promise<string | undefined> {
  const { modelName: model, environment, ledgerBranch } = inputs;
  if (reading.kind === 'absent') return `there is no ledger of ${model} on branch ${ledgerBranch}`;
  const changed =
    reading.kind === 'tampered'
      ? reading.problem
      : inputs.deployments === 'off'
        ? undefined
        : await rewindProblem(runtime, open.store, reading, { model, environment });
  return changed && `the ledger on branch ${ledgerBranch} was changed by somebody else: ${changed}`;
}

/** GitHub does not answer, or not to this token: it may have expired in the night in which it is needed. */
const UNREACHABLE: ReadonlySet<string> = new Set(['github-unavailable', 'github-denied']);

/**
 * Reads the ledger; what is wrong with it is a warning, because a rollback must be possible all the same.
 *
 * @throws ActionError github-denied, github-unavailable and ledger-tampered where nothing can be relied on, or in strict mode
 */
export async function readLedger(file: CaseFile): Promise<void> {
  const { inputs } = file;
  let reading: LedgerReading;
  try {
    reading = await file.open.store.read();
  } catch (error) {
    if (!(error instanceof ActionError) || !UNREACHABLE.has(error.code)) throw error;
    await breakGlass(file, error);
    return;
  }
  const problem = await problemOf(file, reading);
  if (reading.kind === 'sound' && problem === undefined) {
    file.ledger = reading.ledger;
    file.commit = reading.tip;
    const skew = clockProblem(reading.ledger.events.at(-1)?.ts ?? '', file.runtime.clock.now());
    if (skew !== undefined) warn(file, skew);
    return;
  }
  if (inputs.auditMode === 'strict')
    throw new ActionError('ledger-tampered', `${problem}; audit-mode is strict`);
  file.ledgerState = reading.kind === 'absent' ? 'absent' : 'tampered';
  file.ledger = await provenLedger(file, reading);
  warn(
    file,
    `${problem}. The target is taken from ${reading.kind === 'absent' ? '' : 'the part that the hash chain proves and '}GitHub deployments of ours; nothing is written to the ledger.`,
  );
}
