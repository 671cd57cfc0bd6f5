import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { manifestDigest } from '../../lib/manifest.ts';
import { locate } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** More bytes than a WebAssembly engine can hold. */
const MODEL_BYTES = 2 * 1024 ** 3;

/** A file of a model, in memory. */
export interface ModelFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A model by its name, the digest of its manifest and its size, with its files. */
export interface Model {
  readonly identity: { readonly name: string; readonly digest: Digest; readonly sizeBytes: number };
  readonly files: readonly ModelFile[];
}

/** Reads a model of one file or of a folder. @throws ActionError not-found, limit-exceeded */
export async function readModel(runtime: Runtime, location: string): Promise<Model> {
  const located = await locate(runtime, location);
  const files: ModelFile[] = [];
  for (const { name, path } of located)
    files.push({ name, path, bytes: await runtime.files.read(path, MODEL_BYTES) });
  const single = files.length === 1;
  const entries = files.map(({ name, bytes }) => ({
    path: single ? baseName(name) : name,
    size: bytes.length,
    sha256: sha256(bytes),
  }));
  const sizeBytes = entries.reduce((sum, { size }) => sum + size, 0);
  const name = single ? baseName(files[0]?.name ?? location) : location;
  return { identity: { name, digest: manifestDigest(entries), sizeBytes }, files };
}

/** The only file of a model that is run here. @throws ActionError invalid-input for several */
export function onlyFile({ files }: Model, location: string): ModelFile {
  const [file, ...others] = files;
  if (file && others.length === 0) return file;
  throw new ActionError(
    'invalid-input',
    `model: ${location} has ${files.length} files; an ONNX model that is run here is one`,
  );
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
