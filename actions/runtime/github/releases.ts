import type { Digest } from '../../lib/digest.ts';

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest | undefined;
}

export interface Releases {
  /** A release by tag, or the latest full one. @throws ActionError not-found */
  get(
    tag: string | 'latest',
  ): Promise<{
    readonly id: number;
    readonly tag: string;
    readonly url: string;
    readonly assets: readonly ReleaseAsset[];
  }>;
  /** An asset's bytes, checked against GitHub's own digest where it gives one. @throws ActionError digest-mismatch */
  download(asset: ReleaseAsset): Promise<Uint8Array>;
}
