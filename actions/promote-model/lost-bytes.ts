import { ledgerConflict, type Refusal } from '../lib/registry/refusal.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { findStored } from '../runtime/stores/stored-version.ts';
import type { Inputs } from './inputs.ts';
import type { Material } from './request.ts';

/** Why serving could not fetch the bytes of a version that is promoted by its number alone. */
export async function lostBytes(
  runtime: Runtime,
  { version: wish, environment, store: { network } }: Inputs,
  { store }: OpenLedger,
  { model }: Material,
): Promise<Refusal | undefined> {
  const reading = await store.read();
  if (model !== undefined || wish.kind === 'auto' || reading.kind !== 'sound') return undefined;
  const { version } = wish;
  const { state } = reading.ledger;
  // What serves already is fetched by nobody anew.
  if (environmentOf(state, environment).current === version) return undefined;
  if ((entryOf(state.versions, version)?.uri ?? '') === '') return undefined;
  const found = await findStored(runtime, reading.ledger, version, network);
  switch (found.kind) {
    case 'there':
      return undefined;
    case 'unknown':
      runtime.log.warning(`${version}: ${found.reason}`);
      return undefined;
    case 'gone':
    case 'differs':
      return ledgerConflict(
        `the bytes of ${version} are ${found.kind === 'gone' ? 'gone' : 'not what they were'} (${found.reason}); give them in the input model under a new version`,
      );
    default:
      return found satisfies never;
  }
}
