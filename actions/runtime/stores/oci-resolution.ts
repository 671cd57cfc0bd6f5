import { sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { Runtime } from '../runtime.ts';
import { MANIFEST_TYPE, type OciManifest, readOciManifest } from './oci-manifest.ts';
import type { OciReference } from './oci-reference.ts';
import { type RegistryAccess, RegistryClient, type RegistryRequest } from './registry-client.ts';
import type { ExpectedModel, Resolution } from './store.ts';

/** Manifests of other tools are looked at as well; their layers are theirs. */
const ACCEPT = `${MANIFEST_TYPE}, application/vnd.docker.distribution.manifest.v2+json`;

/** Whether a manifest and all its layers are in the registry and are the files of a model. */
export async function resolveOci(
  runtime: Runtime,
  reference: OciReference,
  expected: ExpectedModel,
  access: RegistryAccess,
): Promise<Resolution> {
  const client = new RegistryClient(runtime, reference, access);
  const where = `${reference.path}@${reference.digest}`;
  const read: RegistryRequest = {
    method: 'GET',
    path: `/manifests/${reference.digest}`,
    headers: { accept: ACCEPT },
  };
  try {
    const { status, body } = await client.send(read);
    if (status === 404) return { kind: 'gone', reason: `the registry has no ${where}` };
    if (status !== 200) return { kind: 'unknown', reason: `the registry answered ${status} for ${where}` };
    if (sha256(body) !== reference.digest)
      return { kind: 'differs', reason: `the registry gives ${sha256(body)} for ${where}` };
    const manifest = readOciManifest(body);
    if (manifest === undefined) return { kind: 'differs', reason: `${where} is no manifest of files` };
    return otherFiles(manifest, expected, where) ?? (await missingLayers(client, manifest, where));
  } catch (error) {
    if (error instanceof ActionError && error.code === 'server-failed')
      return { kind: 'unknown', reason: error.message };
    throw error;
  }
}

/** The first file that the manifest has otherwise; only manifests of ours say which files their layers are. */
function otherFiles(
  { isOurs, layers }: OciManifest,
  { files }: ExpectedModel,
  where: string,
): Resolution | undefined {
  if (!isOurs) return undefined;
  const other = files.find(
    ({ path, sha256: digest }) => !layers.some((layer) => layer.title === path && layer.digest === digest),
  );
  if (other === undefined && layers.length === files.length) return undefined;
  const what = other === undefined ? 'holds other files' : `does not hold ${other.path} as ${other.sha256}`;
  return { kind: 'differs', reason: `${where} ${what}, which the version was registered with` };
}

async function missingLayers(
  client: RegistryClient,
  { layers }: OciManifest,
  where: string,
): Promise<Resolution> {
  for (const { digest, title } of layers)
    if ((await client.send({ method: 'HEAD', path: `/blobs/${digest}` })).status === 404)
      return { kind: 'gone', reason: `the registry has lost the layer ${title || digest} of ${where}` };
  return { kind: 'there' };
}
