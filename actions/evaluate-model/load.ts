import { type Digest, sha256 } from '../lib/digest.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { manifestDigest } from '../lib/manifest.ts';
import { readTable } from '../lib/tabular/read-table.ts';
import { gunzip } from '../runtime/gunzip.ts';
import { locate, locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { watched } from '../runtime/watchdog.ts';
import type { Inputs } from './inputs.ts';
import { type Predictions, predictionsFromTable } from './predictions.ts';
import type { Data } from './run-model.ts';

/** A test set with predictions, and the model that made them where it is known. */
export interface Loaded {
  readonly predictions: Predictions;
  readonly model: MetricsDocument['model'];
  /** Time the model took for all rows; absent when it was not run here. */
  readonly elapsedMs: number | undefined;
}

/** Predictions as a file holds them, or as a model makes them of a test set. */
export async function load(runtime: Runtime, inputs: Inputs): Promise<Loaded> {
  const { scored } = inputs;
  if (scored.kind === 'predictions') {
    const data = await readData(runtime, scored.location);
    const model = scored.model === undefined ? undefined : (await readModel(runtime, scored.model)).identity;
    return { predictions: predictionsFromTable(data.table, data, inputs), model, elapsedMs: undefined };
  }
  const { identity, files } = await readModel(runtime, scored.model);
  const [file, ...others] = files;
  if (!file || others.length > 0)
    throw new ActionError(
      'invalid-input',
      `model: ${scored.model} has ${files.length} files; an ONNX model that is run here is one`,
    );
  const data = await readData(runtime, scored.data);
  const { runModel } = await import('./run-model.ts');
  const { predictions, elapsedMs } = await runModel(runtime, file, data, inputs);
  return { predictions, model: identity, elapsedMs };
}

async function readData(runtime: Runtime, location: string): Promise<Data> {
  const file = await locateOne(runtime, location);
  const source = await runtime.files.open(file.path);
  const table = await watched(file.name, (checkpoint) => readTable(source, { gunzip, checkpoint }));
  if (table.rowCount === 0) throw new ActionError('invalid-file', `${file.name}: it holds no rows`);
  return { table, name: file.name, path: file.path };
}

/** More bytes than a WebAssembly engine can hold. */
const MODEL_BYTES = 2 * 1024 ** 3;

interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function readModel(
  runtime: Runtime,
  location: string,
): Promise<{
  readonly identity: { readonly name: string; readonly digest: Digest; readonly sizeBytes: number };
  readonly files: readonly ModelFile[];
}> {
  const located = await locate(runtime, location);
  const files: ModelFile[] = [];
  for (const { name, path } of located)
    files.push({ name, bytes: await runtime.files.read(path, MODEL_BYTES) });
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

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
