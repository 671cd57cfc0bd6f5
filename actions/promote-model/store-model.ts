import { planRegistration } from '../lib/registry/plan-registration.ts';
import { emptyState } from '../lib/registry/state.ts';
import { type VersionWish, versionAfter } from '../lib/registry/versions.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openStore, type StoreSpec } from '../runtime/stores/open-store.ts';
import { REGISTRY_CREDENTIALS } from '../runtime/stores/registry-credentials.ts';
import { NameTaken, type StoredModel, storable } from '../runtime/stores/store.ts';
import type { Inputs } from './inputs.ts';
import { type Material, registrationRequest } from './request.ts';

/** Where the bytes are kept; an address that was given is looked at, and nothing is put there. */
function storeSpec({ store, modelUri }: Inputs): StoreSpec {
  const access = { ...REGISTRY_CREDENTIALS, network: store.network };
  switch (store.kind) {
    case 'none':
      return modelUri === '' ? { kind: 'none' } : { kind: 'uri', uri: modelUri, access };
    case 'release':
      return { kind: 'release' };
    case 'oci':
      return { kind: 'oci', repository: store.repository, access };
    default:
      return store.kind satisfies never;
  }
}

/** Material whose bytes are kept, and the version they are kept as. */
export interface StoredMaterial {
  readonly material: Material;
  readonly wish: VersionWish;
}

/** How many numbers are tried where those before are taken in the store. */
const NUMBERS = 5;

/**
 * Keeps the bytes under a version. Where that was counted on and other bytes have its name, of a run that was lost
 * before it registered them or of one at the same time, the number is skipped: else no later run could register.
 */
async function keep(
  runtime: Runtime,
  inputs: Inputs,
  first: string,
  put: (version: string) => Promise<StoredModel>,
): Promise<{ readonly version: string; readonly uri: string }> {
  const { version: wish } = inputs;
  let version = first;
  for (let tries = 1; ; tries++) {
    try {
      return { version, uri: (await put(version)).uri };
    } catch (error) {
      if (!(error instanceof NameTaken) || wish.kind !== 'auto' || tries === NUMBERS) throw error;
      const next = versionAfter(version, wish.bump);
      runtime.log.warning(`${version} is skipped, and ${next} tried: ${error.message}`);
      version = next;
    }
  }
}

/**
 * Puts the bytes of a new version where the inputs say, before the version is recorded: the ledger never points to
 * nothing. What is there already is found by its digest, so that a run that ended in between is repeated without harm.
 *
 * @throws NameTaken when other bytes are in the place, and what the way there may throw
 */
export async function storeModel(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  material: Material,
): Promise<StoredMaterial> {
  const unchanged: StoredMaterial = { material, wish: inputs.version };
  const { model, manifest } = material;
  if (model === undefined || inputs.dryRun) return unchanged;
  const reading = await ledger.store.read();
  const state = reading.kind === 'sound' ? reading.ledger.state : emptyState(inputs.modelName);
  const plan = planRegistration(state, registrationRequest(runtime, inputs, material));
  const isNew = plan.kind === 'go' && plan.drafts.some(({ type }) => type === 'version.registered');
  if (!isNew) return unchanged;
  const { version, uri } = await keep(runtime, inputs, plan.version, (version) => {
    const names = { model: inputs.modelName, version, commit: model.commit };
    const bytes =
      manifest === undefined ? { ...names, digest: model.digest, files: [] } : storable(manifest, names);
    return openStore(runtime, storeSpec(inputs)).put(bytes);
  });
  return {
    material: { ...material, model: { ...model, uri } },
    // The number under which the bytes are kept is the number they are registered under, or the registration fails.
    wish: { kind: 'exact', version },
  };
}
