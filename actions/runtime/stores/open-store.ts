import { ActionError } from '../../lib/errors.ts';
import type { Runtime } from '../runtime.ts';
import { parseOciRepository } from './oci-reference.ts';
import { ociStore } from './oci-store.ts';
import type { RegistryAccess } from './registry-client.ts';
import { releaseStore } from './release-store.ts';
import { resolveModel } from './resolve-model.ts';
import type { ModelStore } from './store.ts';

/** Where models are kept. */
export type StoreSpec =
  /** Nowhere: the ledger knows the digests alone. */
  | { readonly kind: 'none' }
  | { readonly kind: 'release' }
  /** `repository`: `ghcr.io/acme/churn`. */
  | { readonly kind: 'oci'; readonly repository: string; readonly access: RegistryAccess }
  /** A place where somebody else put the bytes: they are looked at where that is possible. */
  | { readonly kind: 'uri'; readonly uri: string; readonly access: RegistryAccess };

/** The store that a user chose. @throws ActionError invalid-input */
export function openStore(runtime: Runtime, spec: StoreSpec): ModelStore {
  switch (spec.kind) {
    case 'none':
      return { put: async () => ({ uri: '', stored: [] }) };
    case 'release':
      return releaseStore(runtime);
    case 'oci':
      return ociStore(runtime, parseOciRepository(spec.repository), spec.access);
    case 'uri':
      return declaredStore(runtime, spec.uri, spec.access);
    default:
      return spec satisfies never;
  }
}

/** Stores nothing, and refuses an address that certainly does not hold the model. */
const declaredStore = (runtime: Runtime, uri: string, access: RegistryAccess): ModelStore => ({
  async put(model) {
    // It is written into the ledger, for everybody to read.
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(uri) && !uri.startsWith('oci:'))
      throw new ActionError(
        'invalid-input',
        `${uri.replace(/\/\/[^/?#]*@/, '//***@')}: an address of a model holds no user or password`,
      );
    const resolution = await resolveModel(runtime, uri, model, access);
    if (resolution.kind === 'gone' || resolution.kind === 'differs')
      throw new ActionError(
        resolution.kind === 'gone' ? 'not-found' : 'digest-mismatch',
        `${resolution.reason}. Put the model there first, or name the address at which it lies.`,
      );
    if (resolution.kind === 'unknown')
      runtime.log.notice(
        `${uri.replace(/\?.*/, '')} was recorded as declared, not verified: ${resolution.reason}`,
      );
    return { uri, stored: [] };
  },
});
