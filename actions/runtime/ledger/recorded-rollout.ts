import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { ledgerPath } from '../../lib/registry/ledger.ts';
import type { OpenLedger } from './open-ledger.ts';

/** A rollout file and what it is called in messages. */
export interface RecordedRollout {
  readonly text: string;
  readonly where: string;
}

/** The rollout file that the ledger keeps under a digest. @throws ActionError not-found, digest-mismatch */
export async function recordedRollout(
  { store, operation }: OpenLedger,
  spec: Digest,
): Promise<RecordedRollout> {
  const where = ledgerPath.rollout(operation.model, spec);
  const bytes = await store.readFile(where);
  if (bytes === undefined)
    throw new ActionError(
      'not-found',
      `${where}: the recorded rollout file is gone from the ledger; put it back, or give one in the input rollout`,
    );
  if (sha256(bytes) !== spec)
    throw new ActionError(
      'digest-mismatch',
      `${where}: is not the file that was recorded; put that back, or give one in the input rollout`,
    );
  return { text: new TextDecoder().decode(bytes), where };
}
