import { bindInputs } from '../../lib/onnx/features.ts';
import { outputRoles } from '../../lib/onnx/model-output.ts';
import { type ModelShape, readModelShape } from '../../lib/onnx/model-shape.ts';
import { asTable } from '../../lib/tabular/as-table.ts';
import type { DataTable } from '../../lib/tabular/data-table.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { columnOf, columnsWith } from '../columns.ts';
import type { Inputs } from '../inputs.ts';
import { predictionsFromOutputs } from '../outputs.ts';
import type { Predictions } from '../predictions.ts';
import type { ModelFile } from './model-files.ts';
import { rolesOf } from './read-data.ts';

/** The engine's WebAssembly, which lies beside the bundle; from source the engine finds it in its own package. */
const ENGINE = 'ort-wasm-simd-threaded.wasm';

/** An ONNX model that is loaded and bound to the columns of a test set. */
export interface RunnableModel {
  readonly name: string;
  readonly loadMs: number;
  /** Predictions for all rows, and the time they took. */
  predictAll(): Promise<{ readonly predictions: Predictions; readonly elapsedMs: number }>;
  /** Predicts one row, and nothing else. */
  predictOne(row: number): Promise<void>;
}

/** What a model needs of a test set. */
export interface ModelNeeds {
  readonly shape: ModelShape;
  /** Columns that fill inputs of texts: their values must come as they are written. */
  readonly texts: readonly string[];
}

/** @throws ActionError invalid-file for a file that is no ONNX model, or one that cannot be run here */
export function modelNeeds({ name, bytes }: ModelFile, features: readonly string[]): ModelNeeds {
  const shape = readModelShape(name, bytes);
  const single = shape.inputs.length === 1;
  const texts = shape.inputs.flatMap((input, at) => {
    if (input.type !== 'string') return [];
    return single && features.length > 0 ? features : [features[at] ?? input.name];
  });
  return { shape, texts };
}

/**
 * Loads a model.
 *
 * @throws ActionError invalid-file and invalid-input for a model or columns that do not fit
 */
export async function loadOnnx(
  runtime: Runtime,
  { name, bytes }: ModelFile,
  shape: ModelShape,
  data: DataTable,
  inputs: Inputs,
): Promise<RunnableModel> {
  const roles = outputRoles(name, shape);
  const { target } = inputs.columns;
  if (!target.endsWith('*') || columnsWith(data, target).length === 0) columnOf(data, target, 'target');
  const table = asTable(data);
  const bound = bindInputs(name, shape, table, {
    features: inputs.features,
    excluded: rolesOf(inputs, data.columns),
  });
  const { openModel, predict } = await import('../../lib/onnx/session.ts');
  const started = performance.now();
  const model = await openModel(name, bytes, shape, await engineBytes(runtime));
  const loadMs = performance.now() - started;
  const wanted = [roles.labels, roles.numbers].filter((output) => output !== undefined);
  const run = (from: number, to: number, progress: (done: number) => void = () => {}) =>
    predict(model, bound, table, data.name, wanted, { from, to }, progress);
  return {
    name,
    loadMs,
    async predictAll() {
      const start = performance.now();
      const outputs = await run(0, data.rowCount, (done) =>
        runtime.log.progress('Predicting', done, data.rowCount),
      );
      const elapsedMs = performance.now() - start;
      const { labels, numbers } = roles;
      const given = {
        labels: labels === undefined ? undefined : outputs.get(labels),
        numbers: numbers === undefined ? undefined : outputs.get(numbers),
        classes: shape.classes,
      };
      return { predictions: predictionsFromOutputs(name, data, inputs, given), elapsedMs };
    },
    async predictOne(row) {
      await run(row, row + 1);
    },
  };
}

/** The engine's bytes where they lie beside the bundle. */
async function engineBytes(runtime: Runtime): Promise<Uint8Array | undefined> {
  const path = `${runtime.context.actionPath}/${ENGINE}`;
  return (await runtime.files.exists(path)) ? runtime.files.read(path) : undefined;
}
