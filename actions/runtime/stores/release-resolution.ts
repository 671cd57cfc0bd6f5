import { isSurvivable } from '../../lib/errors.ts';
import type { Release } from '../github/releases.ts';
import type { Runtime } from '../runtime.ts';
import { assetName } from './asset-names.ts';
import type { ExpectedModel, Resolution } from './store.ts';

/** Whether a published release still holds the files of a model, by GitHub's own digests. */
export async function resolveRelease(
  runtime: Runtime,
  tag: string,
  expected: ExpectedModel,
): Promise<Resolution> {
  try {
    const { releases } = await runtime.github();
    return compareRelease(await releases.get(tag), expected);
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    return error.code === 'not-found'
      ? { kind: 'gone', reason: `there is no published release ${tag}` }
      : { kind: 'unknown', reason: error.message };
  }
}

function compareRelease(release: Release, { files }: ExpectedModel): Resolution {
  const unproven: string[] = [];
  for (const file of files) {
    const name = assetName(file.path);
    const asset = release.assets.find((one) => one.name === name);
    if (asset?.state !== 'uploaded')
      return { kind: 'gone', reason: `the release ${release.tag} has no asset ${name}` };
    if (asset.sizeBytes !== file.size || (asset.digest ?? file.sha256) !== file.sha256)
      return {
        kind: 'differs',
        reason: `the asset ${name} of release ${release.tag} is ${asset.digest ?? `${asset.sizeBytes} bytes`}, the version was registered with ${file.sha256}`,
      };
    if (asset.digest === undefined) unproven.push(name);
  }
  if (unproven.length === 0) return { kind: 'there' };
  return {
    kind: 'unknown',
    reason: `GitHub gives no digest of ${unproven.join(', ')} in release ${release.tag}`,
  };
}
