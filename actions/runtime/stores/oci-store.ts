import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { HttpRequest, Runtime } from '../runtime.ts';
import { timeForBytes } from './network.ts';
import { EMPTY, EMPTY_TEXT, MANIFEST_TYPE, modelManifest } from './oci-manifest.ts';
import { type OciRepository, ociUri } from './oci-reference.ts';
import { type RegistryAccess, RegistryClient, type RegistryRequest } from './registry-client.ts';
import { type ModelStore, NameTaken, versionTag } from './store.ts';

interface Blob {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
  readonly open: () => Promise<NonNullable<HttpRequest['body']>>;
}

/** Source: distribution specification 1.1, "Pulling manifests". */
const TAG_LENGTH = 128;
/** An upload whose session the registry lost is begun anew. */
const UPLOADS = 3;

/**
 * Keeps models in an OCI registry, each file as a layer. Its address is the digest of the manifest; a tag
 * `<model>-v<version>` is put on it as well, because registries clear away manifests without one.
 */
export const ociStore = (
  runtime: Runtime,
  repository: OciRepository,
  access: RegistryAccess,
): ModelStore => ({
  async put(model) {
    const client = new RegistryClient(runtime, repository, access);
    const tag = versionTag(model.model, model.version);
    if (tag.length > TAG_LENGTH)
      throw new ActionError(
        'limit-exceeded',
        `${tag}: ${tag.length} characters, a tag of a registry holds ${TAG_LENGTH}; choose a shorter version`,
      );
    const manifest = modelManifest(model);
    const digest = sha256(manifest);
    const blobs: readonly Blob[] = [
      { name: 'the configuration', ...EMPTY, open: async () => EMPTY_TEXT },
      ...model.files.map(({ path, size, sha256: digest, location }) => ({
        name: path,
        size,
        digest,
        open: () => runtime.files.open(location),
      })),
    ];
    for (const blob of new Map(blobs.map((one) => [one.digest, one])).values())
      await ensureBlob(client, blob);
    await ensureManifest(client, tag, manifest, digest);
    return {
      uri: ociUri({ ...repository, digest }),
      stored: model.files.map(({ path, sha256: fileDigest }) => ({ name: path, digest: fileDigest })),
    };
  },
});

/** Puts a blob where it is not there yet. The registry itself refuses bytes that do not have the digest. */
async function ensureBlob(client: RegistryClient, blob: Blob): Promise<void> {
  const look: RegistryRequest = { method: 'HEAD', path: `/blobs/${blob.digest}` };
  for (let uploads = 0; uploads < UPLOADS; uploads++) {
    // Registries that keep blobs elsewhere answer with where.
    if ((await client.send(look)).status < 400) return;
    const begin: RegistryRequest = {
      method: 'POST',
      path: '/blobs/uploads/',
      headers: { 'content-length': '0' },
    };
    const begun = await client.send(begin);
    const session = begun.headers.get('location');
    if (begun.status !== 202 || session === undefined)
      throw new ActionError('server-failed', client.explain(begin, begun));
    const finish: RegistryRequest = {
      method: 'PUT',
      path: withDigest(client.addressOf(session), blob.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: await blob.open(),
      timeoutMs: timeForBytes(blob.size),
    };
    const finished = await client.send(finish);
    if (finished.status === 201) return;
    if (finished.status === 400)
      throw new ActionError(
        'digest-mismatch',
        `${blob.name}: the registry refused the bytes as not ${blob.digest}; did the file change meanwhile? ${client.explain(finish, finished)}`,
      );
    if (finished.status !== 404 && finished.status !== 416)
      throw new ActionError('server-failed', client.explain(finish, finished));
  }
  throw new ActionError('server-failed', `${blob.name}: the registry lost the upload ${UPLOADS} times`);
}

/** A session's address may have a query of its own that must stay as it is. */
const withDigest = (session: string, digest: Digest): string =>
  `${session}${session.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;

/** Puts the manifest under the version's tag, which never moves, and looks whether it is there by its digest. */
async function ensureManifest(
  client: RegistryClient,
  tag: string,
  manifest: string,
  digest: Digest,
): Promise<void> {
  const look = (reference: string): RegistryRequest => ({
    method: 'HEAD',
    path: `/manifests/${reference}`,
    headers: { accept: MANIFEST_TYPE },
  });
  const tagged = await client.send(look(tag));
  const there = tagged.status === 200 ? tagged.headers.get('docker-content-digest') : undefined;
  if (there === digest) return;
  if (there !== undefined)
    throw new NameTaken(
      `the tag ${tag} of the registry names ${there}, this model makes ${digest}; a version never changes its bytes, choose another one or delete the tag`,
    );
  const push: RegistryRequest = {
    method: 'PUT',
    path: `/manifests/${tag}`,
    headers: { 'content-type': MANIFEST_TYPE },
    body: manifest,
  };
  const pushed = await client.send(push);
  if (pushed.status !== 201) throw new ActionError('server-failed', client.explain(push, pushed));
  const found = await client.send(look(digest));
  if (found.status !== 200) throw new ActionError('server-failed', client.explain(look(digest), found));
}
