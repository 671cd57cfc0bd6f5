import { createHash } from 'node:crypto';
import type { Digest } from '../lib/digest.ts';
import { type ManifestFile, manifestDigest } from '../lib/manifest.ts';
import { type LocatedFile, locate } from './locations.ts';
import type { Runtime } from './runtime.ts';

/** A model's files by content, and its identity. */
export interface ModelManifest {
  readonly digest: Digest;
  readonly files: readonly ManifestFile[];
  /** Where the files are, in the order of `files`. */
  readonly located: readonly LocatedFile[];
}

/** The digest and size of a file, read as a stream: models may be larger than memory. */
async function describe(
  runtime: Runtime,
  path: string,
): Promise<{ readonly size: number; readonly sha256: Digest }> {
  const hash = createHash('sha256');
  let size = 0;
  const source = await runtime.files.open(path);
  for await (const chunk of source.stream()) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: `sha256:${hash.digest('hex')}` };
}

/** Paths below the folder that all of them share; the base name of a single file. */
function belowCommonFolder(names: readonly string[]): readonly string[] {
  const folders = names.map((name) => name.split('/').slice(0, -1));
  let depth = 0;
  const [first = []] = folders;
  while (depth < first.length && folders.every((folder) => folder[depth] === first[depth])) depth++;
  return names.map((name) => name.split('/').slice(depth).join('/'));
}

/**
 * The manifest of the model a location leads to: a file, or all files of a folder.
 *
 * @throws ActionError not-found and what the way there may throw
 */
export async function readModelManifest(runtime: Runtime, location: string): Promise<ModelManifest> {
  const located = await locate(runtime, location);
  const paths = belowCommonFolder(located.map((file) => file.name));
  const files: ManifestFile[] = [];
  for (const [index, file] of located.entries())
    files.push({ path: paths[index] ?? file.name, ...(await describe(runtime, file.path)) });
  return { digest: manifestDigest(files), files, located };
}
