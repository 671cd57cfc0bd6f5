import type { Ledger } from '../../lib/registry/ledger.ts';
import { entryOf } from '../../lib/registry/state.ts';
import { filesOf } from '../../lib/registry/version-files.ts';
import type { Runtime } from '../runtime.ts';
import type { RegistryAccess } from './registry-client.ts';
import { REGISTRY_CREDENTIALS } from './registry-credentials.ts';
import { resolveModel } from './resolve-model.ts';
import type { Resolution } from './store.ts';

/** Whether a version's bytes still lie where serving will fetch them from. @throws ActionError cancelled */
export async function findStored(
  runtime: Runtime,
  ledger: Ledger,
  version: string,
  network: RegistryAccess['network'],
): Promise<Resolution> {
  const known = entryOf(ledger.state.versions, version);
  if (known === undefined || known.uri === '')
    return { kind: 'unknown', reason: 'its address is not known, so that its bytes were not looked for' };
  const files = filesOf(ledger, version);
  if (files === undefined)
    return { kind: 'unknown', reason: 'its list of files is not known, so that its bytes were not compared' };
  return resolveModel(
    runtime,
    known.uri,
    { digest: known.digest, files },
    { ...REGISTRY_CREDENTIALS, network },
  );
}
