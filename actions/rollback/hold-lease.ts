import { ActionError, errorMessage } from '../lib/errors.ts';
import type { Draft } from '../lib/registry/events.ts';
import { holdsLease } from '../lib/registry/lease.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { type CaseFile, record, warn } from './case-file.ts';
import { LEASE_MINUTES } from './find-target.ts';

/**
 * Looks once more whether the environment is ours. That it cannot be looked at stops no rollback.
 *
 * @throws ActionError ledger-conflict
 */
export async function requireLease(file: CaseFile, fence: number): Promise<void> {
  if (file.ledgerState !== 'sound') return;
  try {
    const reading = await file.open.store.read();
    if (
      reading.kind === 'sound' &&
      !holdsLease(environmentOf(reading.ledger.state, file.inputs.environment), fence)
    )
      throw takenOver(file);
  } catch (error) {
    if (
      !(error instanceof ActionError) ||
      error.code !== 'github-unavailable' ||
      file.inputs.auditMode === 'strict'
    )
      throw error;
    warn(file, `whether ${file.inputs.environment} is still ours could not be read: ${errorMessage(error)}`);
  }
}

/**
 * Records what came of a change, if the environment is still ours: the update of the branch proves it. What another
 * rollback has taken over is for that one to tell.
 *
 * @throws ActionError ledger-conflict
 */
export async function recordHeld(
  file: CaseFile,
  fence: number,
  drafts: (ledger: Ledger) => readonly Draft[],
): Promise<void> {
  let held = true;
  await record(file, (ledger) => {
    held = holdsLease(environmentOf(ledger.state, file.inputs.environment), fence);
    return held ? drafts(ledger) : [];
  });
  if (!held) throw takenOver(file);
}

const takenOver = ({ inputs: { environment } }: CaseFile): ActionError =>
  new ActionError(
    'ledger-conflict',
    `another rollback has taken ${environment} over with a higher fence; see the ledger for what it did`,
  );

/** A sign of life, at most every third part of the lease's time; with it, a look whether the environment is ours. */
export function signsOfLife(file: CaseFile, fence: number): () => Promise<void> {
  const { clock } = file.runtime;
  let last = clock.now();
  return async () => {
    if (clock.now() - last < (LEASE_MINUTES * 60_000) / 3) return;
    last = clock.now();
    await requireLease(file, fence);
    await recordHeld(file, fence, () => [
      {
        type: 'lease.renewed',
        env: file.inputs.environment,
        fence,
        data: {},
        step: `${fence} ${file.runtime.clock.iso()}`,
      },
    ]);
  };
}
