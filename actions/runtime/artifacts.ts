import type { Digest } from '../lib/digest.ts';

/** What an upload gave. `skipped` outside GitHub, after one notice. */
export type Upload =
  | { readonly kind: 'uploaded'; readonly id: number; readonly digest: Digest; readonly sizeBytes: number }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Files to hand over, all below one folder, and under what name. */
export interface UploadRequest {
  readonly name: string;
  /** The folder the paths in the artifact are relative to. */
  readonly root: string;
  /** Paths below `root`. Listed one by one: folders are never swept up whole. */
  readonly files: readonly string[];
  readonly retentionDays?: number;
}

/** Where an artifact was made. */
export type ArtifactOrigin = { readonly kind: 'this-run' } | { readonly kind: 'run'; readonly run: number };

/** Hand-over through GitHub's artifact service. */
export interface Artifacts {
  /** Whether there is an artifact service for this run; artifacts of other runs need only GitHub's API. */
  readonly available: boolean;
  /** @throws ActionError when the service is there but the upload failed after retries */
  upload(request: UploadRequest): Promise<Upload>;
  /**
   * Downloads by name, checks the digest and unpacks under caps into a fresh folder.
   * @returns the folder's absolute path
   * @throws ActionError not-found, digest-mismatch, limit-exceeded, invalid-file
   */
  download(name: string, origin: ArtifactOrigin): Promise<string>;
}
