import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { ByteSource } from '../../lib/tabular/table.ts';
import type { WriteResult } from '../github/github.ts';
import type { Release, ReleaseAsset, Releases } from '../github/releases.ts';
import type { Runtime } from '../runtime.ts';
import { assetName, MANIFEST_ASSET } from './asset-names.ts';
import { keptText, type ModelStore, NameTaken, type StorableModel, versionTag } from './store.ts';

/** GitHub takes assets below 2 GiB, and up to 1,000 of them in a release. */
const ASSET_LIMIT_BYTES = 2 ** 31;
const ASSETS_LIMIT = 1_000;
const TRIES = 3;

interface Wanted {
  readonly name: string;
  readonly size: number;
  readonly digest: Digest;
  readonly open: () => Promise<Pick<ByteSource, 'size' | 'stream'>>;
}

/** Keeps models as assets of a GitHub Release: a draft until all of them are there and GitHub's digests are ours. */
export const releaseStore = (runtime: Runtime): ModelStore => ({
  async put(model) {
    const wanted = assetsOf(runtime, model);
    const { releases } = await runtime.github();
    const tag = versionTag(model.model, model.version);
    const release =
      (await releases.find(tag)) ??
      done(
        await releases.draft({
          tag,
          commit: model.commit,
          title: `${model.model} ${model.version}`,
          body: keptText(model.model, model.version),
        }),
        `the draft of release ${tag}`,
      );
    for (const asset of wanted) await ensureAsset(releases, release, asset);
    const whole = await releases.reread(release);
    if (whole === undefined)
      throw new ActionError('not-found', `the release ${tag} was deleted while files were uploaded to it`);
    for (const asset of wanted) await check(releases, whole, asset);
    if (whole.draft) done(await releases.publish(whole), `publishing release ${tag}`);
    const main = model.files.length === 1 ? wanted[0]?.name : MANIFEST_ASSET;
    return {
      uri: `release:${tag}/${main}`,
      stored: wanted.map(({ name, digest }) => ({ name, digest })),
    };
  },
});

/** What the release is to hold: the model's files under flat names, and the list that says which is which. */
function assetsOf(runtime: Runtime, model: StorableModel): readonly Wanted[] {
  const files = model.files.map((file) => ({ ...file, asset: assetName(file.path) }));
  if (files.length >= ASSETS_LIMIT)
    throw new ActionError(
      'limit-exceeded',
      `the model has ${files.length} files, a GitHub Release holds ${ASSETS_LIMIT} with the list of them; use an OCI registry, or pack the model into one file`,
    );
  for (const { path, size } of files) {
    if (size >= ASSET_LIMIT_BYTES)
      throw new ActionError(
        'limit-exceeded',
        `${path}: ${size} bytes, a GitHub Release takes files below ${ASSET_LIMIT_BYTES}; use an OCI registry, or split the file`,
      );
    if (size === 0)
      throw new ActionError('invalid-file', `${path}: is empty, and a GitHub Release takes no empty files`);
  }
  const manifest = Buffer.from(
    `${JSON.stringify(
      {
        model: model.model,
        version: model.version,
        digest: model.digest,
        files: files.map(({ path, size, sha256: digest, asset }) => ({ path, size, sha256: digest, asset })),
      },
      null,
      2,
    )}\n`,
  );
  const open = async () => ({ size: manifest.length, stream: () => once(manifest) });
  return [
    ...files.map(({ asset, size, sha256: digest, location }) => ({
      name: asset,
      size,
      digest,
      open: () => runtime.files.open(location),
    })),
    { name: MANIFEST_ASSET, size: manifest.length, digest: sha256(manifest), open },
  ];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Uploads an asset unless it is there. Remains of an upload that broke off are taken away first. */
async function ensureAsset(releases: Releases, release: Release, asset: Wanted): Promise<void> {
  let there = release.assets.find(({ name }) => name === asset.name);
  let failure = '';
  for (let tries = 0; tries < TRIES; tries++) {
    if (there?.state === 'uploaded') return compare(releases, release, there, asset);
    if (release.immutable)
      throw new NameTaken(
        `the release ${release.tag} is locked and lacks ${asset.name}; a locked release never changes, register the model under another version`,
      );
    if (there !== undefined)
      done(await releases.remove(there), `removing the unfinished asset ${there.name}`);
    const sent = await releases.upload(release, asset.name, await asset.open());
    if (sent.kind === 'done') return compare(releases, release, sent.value, asset);
    if (sent.kind === 'refused' && sent.status !== 422) done(sent, `uploading ${asset.name}`);
    failure = sent.message;
    there = (await releases.reread(release))?.assets.find(({ name }) => name === asset.name);
  }
  throw new ActionError(
    'github-unavailable',
    `uploading ${asset.name} to release ${release.tag} failed ${TRIES} times: ${failure}. Run the job again; what is there is reused.`,
  );
}

async function check(releases: Releases, release: Release, asset: Wanted): Promise<void> {
  const there = release.assets.find(({ name }) => name === asset.name);
  if (there?.state === 'uploaded') return compare(releases, release, there, asset);
  throw new ActionError(
    'digest-mismatch',
    `the release ${release.tag} lacks ${asset.name} after it was uploaded. Run the job again.`,
  );
}

/** Compares what GitHub has with what we meant to give it; a GitHub without digests is asked for the bytes. */
async function compare(
  releases: Releases,
  release: Release,
  there: ReleaseAsset,
  asset: Wanted,
): Promise<void> {
  const digest =
    there.sizeBytes === asset.size && there.digest === undefined
      ? sha256(await releases.download(there))
      : there.digest;
  if (digest === asset.digest && there.sizeBytes === asset.size) return;
  throw new NameTaken(
    `the release ${release.tag} (${release.url}) holds ${there.sizeBytes} bytes under ${asset.name}, ${digest ?? 'without a digest'}; the model's are ${asset.size}, ${asset.digest}. A version never changes its bytes: choose another one${release.draft ? ', or delete this draft' : ''}.`,
  );
}

/** The value of a write. @throws NameTaken; ActionError github-denied, unknown-outcome, github-unavailable */
function done<T>(result: WriteResult<T>, what: string): T {
  if (result.kind === 'done') return result.value;
  if (result.kind === 'unknown')
    throw new ActionError('unknown-outcome', `${what}: ${result.message}. Run the job again.`);
  // A release of this tag was made at the same time, or the tag belonged to a locked one and can never be used again.
  if (result.status === 422)
    throw new NameTaken(`${what}: ${result.message}. Is its tag taken? Choose another version.`);
  const denied = result.status === 401 || result.status === 403;
  throw new ActionError(denied ? 'github-denied' : 'github-unavailable', `${what}: ${result.message}`);
}
