import { type Digest, sha256 } from '../../lib/digest.ts';
import type { ModelFileScan } from '../../lib/documents/metrics.ts';
import { ActionError } from '../../lib/errors.ts';
import { manifestDigest } from '../../lib/manifest.ts';
import { locate } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { scanModel } from '../../runtime/scan-model.ts';
import type { Inputs } from '../inputs.ts';

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
  /** What was found in the files without loading them; empty where that was switched off. */
  readonly scans: readonly ModelFileScan[];
}

/** Reads a model of one file or of a folder, and looks for what would run when it is loaded. @throws ActionError not-found, limit-exceeded */
export async function readModel(
  runtime: Runtime,
  location: string,
  inputs: Pick<Inputs, 'modelScan' | 'allowGlobals'>,
): Promise<Model> {
  const located = await locate(runtime, location);
  const scans = inputs.modelScan === 'off' ? [] : await scanModel(runtime, located, inputs.allowGlobals);
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
  return {
    identity: { name, digest: manifestDigest(entries), sizeBytes },
    files,
    scans: scans.map(({ name: file, format, verdict, problems }) => ({ file, format, verdict, problems })),
  };
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

/** A format that is not known is no sign of harm: models come in any. */
const isOnlyUnknown = ({ problems }: ModelFileScan): boolean =>
  problems.every(({ kind }) => kind === 'unknown-format');

/** Files that would run code when they are loaded, and those of which that cannot be told. */
export const suspects = (scans: readonly ModelFileScan[]): readonly ModelFileScan[] =>
  scans.filter((scan) => scan.verdict !== 'safe' && !isOnlyUnknown(scan));

/** Why a model is not trusted, in words. */
export const suspicion = ({ file, verdict, problems }: ModelFileScan): string =>
  `the model file ${file} is ${verdict === 'unsafe' ? 'unsafe' : 'not known to be safe'}: ${problems[0]?.message ?? 'it could not be read'}`;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
