import { ActionError, errorMessage } from '../lib/errors.ts';
import { holdsLease } from '../lib/registry/lease.ts';
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
      throw new ActionError(
        'ledger-conflict',
        `another rollback has taken ${file.inputs.environment} over with a higher fence; see the ledger for what it did`,
      );
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

/** A sign of life, at most every third part of the lease's time; with it, a look whether the environment is ours. */
export function signsOfLife(file: CaseFile, fence: number): () => Promise<void> {
  const { clock } = file.runtime;
  let last = clock.now();
  return async () => {
    if (clock.now() - last < (LEASE_MINUTES * 60_000) / 3) return;
    last = clock.now();
    await requireLease(file, fence);
    await record(file, () => [
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
