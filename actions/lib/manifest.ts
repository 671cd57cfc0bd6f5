import { canonicalJson, type Digest, sha256 } from './digest.ts';

/** One file of a model, by content. */
export interface ManifestFile {
  /** Relative path with `/`; the base name where the model is a single file. */
  readonly path: string;
  readonly size: number;
  readonly sha256: Digest;
}

/**
 * The identity of a model of one or many files: the sha256 of the canonical JSON of its files, sorted by
 * path. The same files give the same digest in every folder and on every system.
 */
export function manifestDigest(files: readonly ManifestFile[]): Digest {
  const entries = files
    .map((file) => ({ path: file.path, size: file.size, sha256: file.sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return sha256(canonicalJson(entries));
}
