import type { ModelFileScan } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import type { Source } from './read-source.ts';
import type { Training } from './rows/forecast-rows.ts';
import { measureLatency } from './sources/measure-latency.ts';
import { type Model, type ModelFile, onlyFile, readModel } from './sources/model-files.ts';
import { loadOnnx, type ModelNeeds, modelNeeds, type RunnableModel } from './sources/onnx-model.ts';
import { readData, textColumns, wantedOf } from './sources/read-data.ts';
import type { Scored } from './sources/scored.ts';

/** Everything that is read or run before anything is measured. */
export interface Loaded {
  readonly scored: Scored;
  readonly baseline: Scored | undefined;
  readonly training: Training | undefined;
  /** What was found in the files of both models without loading them. */
  readonly modelFiles: readonly ModelFileScan[];
}

/** Scores the model, and the baseline on the same rows where there is one. */
export async function load(runtime: Runtime, inputs: Inputs): Promise<Loaded> {
  const training = await readTraining(runtime, inputs);
  const { scored, baseline } = await scoreBoth(runtime, inputs);
  const modelFiles = [...(scored.modelFiles ?? []), ...(baseline?.modelFiles ?? [])];
  return { scored, baseline, training, modelFiles };
}

type Both = Pick<Loaded, 'scored' | 'baseline'>;

async function scoreBoth(runtime: Runtime, inputs: Inputs): Promise<Both> {
  const { source, baseline } = inputs;
  if (source.kind === 'model') return runModels(runtime, inputs, source);
  const scored = await scoreElsewhere(runtime, inputs, source);
  if (baseline?.kind === 'model')
    return { scored, baseline: await runBaseline(runtime, inputs, baseline.location, scored) };
  return { scored, baseline: await readBaseline(runtime, inputs) };
}

/** Predictions that are not made here. */
async function scoreElsewhere(
  runtime: Runtime,
  inputs: Inputs,
  source: Exclude<Source, { readonly kind: 'model' }>,
): Promise<Scored> {
  switch (source.kind) {
    case 'predictions': {
      const model = source.model === undefined ? undefined : await readModel(runtime, source.model, inputs);
      return fromFile(runtime, inputs, source.location, model);
    }
    case 'command': {
      const { scoreByCommand } = await import('./sources/command.ts');
      return scoreByCommand(runtime, inputs, source);
    }
    case 'endpoint': {
      const { scoreByEndpoint } = await import('./sources/endpoint.ts');
      return scoreByEndpoint(runtime, inputs, source);
    }
    default:
      return source satisfies never;
  }
}

/** Predictions as a file holds them, with their labels. */
async function fromFile(
  runtime: Runtime,
  inputs: Inputs,
  location: string,
  model: Model | undefined,
): Promise<Scored> {
  const table = await readData(runtime, location, wantedOf(inputs), textColumns(inputs));
  return {
    predictions: { table },
    model: model?.identity,
    cost: { sizeBytes: model?.identity.sizeBytes },
    modelFiles: model?.scans,
    notes: [],
  };
}

const readBaseline = async (runtime: Runtime, inputs: Inputs): Promise<Scored | undefined> =>
  inputs.baseline?.kind === 'predictions'
    ? fromFile(runtime, inputs, inputs.baseline.location, undefined)
    : undefined;

/** A model that is run here, and the baseline beside it: on the same rows, and in turns where latency is measured. */
async function runModels(
  runtime: Runtime,
  inputs: Inputs,
  { model: location, data }: Source & { readonly kind: 'model' },
): Promise<Both> {
  const model = await readModel(runtime, location, inputs);
  const file = onlyFile(model, location);
  const needs = modelNeeds(file, inputs.features);
  const second =
    inputs.baseline?.kind === 'model'
      ? await baselineModel(runtime, inputs, inputs.baseline.location)
      : undefined;
  const texts = [...textColumns(inputs), ...needs.texts, ...(second?.needs.texts ?? [])];
  const table = await readData(runtime, data, (columns) => columns, texts);
  const candidate = await loadOnnx(runtime, file, needs.shape, table, inputs);
  const other = second && (await loadOnnx(runtime, second.file, second.needs.shape, table, inputs));
  const scored = await runOne(candidate, model);
  const baseline = second && other ? await runOne(other, second.model) : await readBaseline(runtime, inputs);
  if (!inputs.latency) return { scored, baseline };
  const runnables = [candidate, ...(other ? [other] : [])];
  const [own, others] = await measureLatency(runtime, runnables, table.rowCount, inputs.latency);
  return {
    scored: { ...scored, cost: { ...scored.cost, latencies: own } },
    baseline: baseline && { ...baseline, cost: { ...baseline.cost, latencies: others } },
  };
}

/** A baseline that is run here, and what it needs of the data. */
interface BaselineModel {
  readonly model: Model;
  readonly file: ModelFile;
  readonly needs: ModelNeeds;
}

async function baselineModel(runtime: Runtime, inputs: Inputs, location: string): Promise<BaselineModel> {
  const model = await readModel(runtime, location, inputs);
  const file = onlyFile(model, location);
  return { model, file, needs: modelNeeds(file, inputs.features) };
}

async function runOne(runnable: RunnableModel, { identity, scans }: Model): Promise<Scored> {
  const { predictions, elapsedMs } = await runnable.predictAll();
  const cost = { sizeBytes: identity.sizeBytes, loadMs: runnable.loadMs, elapsedMs };
  return { predictions, model: identity, cost, modelFiles: scans, notes: [] };
}

/** The baseline as an ONNX model beside a candidate that is scored in another way. */
async function runBaseline(
  runtime: Runtime,
  inputs: Inputs,
  location: string,
  { predictions }: Scored,
): Promise<Scored> {
  const { model, file, needs } = await baselineModel(runtime, inputs, location);
  return runOne(await loadOnnx(runtime, file, needs.shape, predictions.table, inputs), model);
}

async function readTraining(
  runtime: Runtime,
  { training, season, columns }: Inputs,
): Promise<Training | undefined> {
  if (training === undefined) return undefined;
  const wanted = [columns.target, columns.series].filter((name) => name !== undefined);
  const table = await readData(
    runtime,
    training,
    (found) => found.filter((name) => wanted.includes(name)),
    [],
  );
  if (!table.column(columns.target))
    throw new ActionError(
      'invalid-input',
      `training-data: ${table.name} has no column "${columns.target}" (columns: ${table.columns.join(', ')})`,
    );
  return { table, season };
}
