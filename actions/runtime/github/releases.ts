import { type Digest, isDigest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest | undefined;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly url: string;
  readonly assets: readonly ReleaseAsset[];
}

export interface Releases {
  /** A release by tag, or the latest full one. @throws ActionError not-found */
  get(tag: string | 'latest'): Promise<Release>;
  /** An asset's bytes, checked against GitHub's own digest where it gives one. @throws ActionError digest-mismatch */
  download(asset: ReleaseAsset): Promise<Uint8Array>;
}

const RELEASES = '/repos/{owner}/{repo}/releases';

function readAsset(answer: Answer): ReleaseAsset {
  const digest = answer.optionalText('digest') ?? '';
  return {
    id: answer.integer('id'),
    name: answer.text('name'),
    sizeBytes: answer.integer('size'),
    digest: isDigest(digest) ? digest : undefined,
  };
}

const readRelease = (answer: Answer): Release => ({
  id: answer.integer('id'),
  tag: answer.text('tag_name'),
  url: answer.text('html_url'),
  assets: answer.list('assets').map(readAsset),
});

export const createReleases = (api: RepositoryApi): Releases => ({
  get: (tag) =>
    tag === 'latest'
      ? api.get(`GET ${RELEASES}/latest`, {}, readRelease)
      : api.get(`GET ${RELEASES}/tags/{tag}`, { tag }, readRelease),

  async download(asset) {
    const bytes = await api.bytes(`GET ${RELEASES}/assets/{asset_id}`, { asset_id: asset.id });
    if (bytes.length !== asset.sizeBytes)
      throw new ActionError(
        'digest-mismatch',
        `release asset ${asset.name}: ${bytes.length} bytes came, GitHub promised ${asset.sizeBytes}. Run the job again.`,
      );
    const digest = sha256(bytes);
    if (asset.digest !== undefined && digest !== asset.digest)
      throw new ActionError(
        'digest-mismatch',
        `release asset ${asset.name}: came as ${digest}, GitHub promised ${asset.digest}. Run the job again.`,
      );
    return bytes;
  },
});
