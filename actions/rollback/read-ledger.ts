import { ActionError, errorMessage } from '../lib/errors.ts';
import { ledgerFromBreakGlass } from '../lib/registry/break-glass.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import {
  type KnownDeployment,
  ledgerFromDeployments,
  withSeenFence,
} from '../lib/registry/ledger-from-deployments.ts';
import { restoreBreakGlass } from '../runtime/break-glass.ts';
import type { LedgerReading } from '../runtime/ledger/ledger-store.ts';
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
    throw new ActionError('github-unavailable', `${problem}; audit-mode is strict`, { cause: error });
  const restored = await restoreBreakGlass(runtime, modelName, environment);
  if (restored.kind !== 'found') {
    const why =
      restored.kind === 'none'
        ? `the cache holds nothing of ${modelName} in ${environment}`
        : `what the cache holds is not used (${restored.reason})`;
    throw new ActionError('github-unavailable', `${problem}, and ${why}; ${BY_HAND}`, { cause: error });
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

/**
 * Reads the ledger; what is wrong with it is a warning, because a rollback must be possible all the same.
 *
 * @throws ActionError github-denied; github-unavailable and ledger-tampered where nothing can be relied on, or in strict mode
 */
export async function readLedger(file: CaseFile): Promise<void> {
  const { inputs } = file;
  let reading: LedgerReading;
  try {
    reading = await file.open.store.read();
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'github-unavailable') throw error;
    await breakGlass(file, error);
    return;
  }
  if (reading.kind === 'sound') {
    file.ledger = reading.ledger;
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
