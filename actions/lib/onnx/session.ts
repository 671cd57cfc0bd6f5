import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { ActionError, errorMessage } from '../errors.ts';
import type { Table } from '../tabular/table.ts';
import { type BoundInput, featureValues } from './features.ts';
import { exposeProbabilities, type ModelShape } from './model-shape.ts';

/** A model that is ready to predict. */
export interface OnnxModel {
  readonly name: string;
  readonly shape: ModelShape;
  /** Names of the outputs that can be read. */
  readonly outputs: readonly string[];
  readonly session: InferenceSession;
  readonly makeTensor: (input: BoundInput, values: ReturnType<typeof featureValues>, rows: number) => Tensor;
}

/**
 * Loads the engine (ONNX Runtime, WebAssembly, one thread) and a model into it.
 *
 * @param engine - bytes of `ort-wasm-simd-threaded.wasm`; absent, the engine looks for it in its own package
 * @throws ActionError invalid-file naming the operator the engine does not know, or what else it refuses
 */
export async function openModel(
  name: string,
  bytes: Uint8Array,
  shape: ModelShape,
  engine: Uint8Array | undefined,
): Promise<OnnxModel> {
  const ort = await import('onnxruntime-web/wasm');
  // More threads need workers that load code by URL, which fails under Node.
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  if (engine) ort.env.wasm.wasmBinary = engine;
  const session = await ort.InferenceSession.create(exposeProbabilities(bytes, shape), {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
  }).catch((error: unknown) => {
    throw new ActionError('invalid-file', refusal(name, errorMessage(error)), { cause: error });
  });
  return {
    name,
    shape,
    outputs: session.outputNames.filter((output) => !shape.zipped.has(output)),
    session,
    makeTensor: (input, values, rows) => {
      const dimensions = input.flat ? [rows] : [rows, input.columns.length];
      return Array.isArray(values)
        ? new ort.Tensor('string', values, dimensions)
        : new ort.Tensor(input.type, values, dimensions);
    },
  };
}

const OPERATOR = [
  /No Op registered for (\S+)/,
  /Could not find an implementation for ([^\s(]+)/,
  /(\S+) is not a registered function\/op/,
];

function refusal(name: string, message: string): string {
  const operator = OPERATOR.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  if (operator === undefined) return `${name}: the engine cannot load this model: ${message.slice(0, 500)}`;
  // The engine adds domain and version: `com.example:Name(-1)`, `ai.onnx:Name:17`.
  const plain = /([A-Za-z_]\w*)(?=\(|:\d|$)/.exec(operator)?.[1] ?? operator;
  return `${name}: the operator "${plain}" is not one the engine knows; score the model with its own framework and pass predictions instead`;
}

/** Rows per call: large enough for speed, small enough for memory. */
const BATCH_ROWS = 4096;

/** The values of an output over all rows, and how many there are for each. */
export interface OutputValues {
  readonly width: number;
  readonly values: Float64Array | string[];
}

/**
 * Runs a model over rows of a table.
 *
 * @param wanted - outputs to keep
 * @param range - the rows, `to` exclusive
 * @param progress - called after each batch with the number of rows done
 * @throws ActionError invalid-file for cells that do not fit, and for outputs that are not one per row
 */
export async function predict(
  model: OnnxModel,
  inputs: readonly BoundInput[],
  table: Table,
  dataName: string,
  wanted: readonly string[],
  range: { readonly from: number; readonly to: number },
  progress: (done: number) => void,
): Promise<ReadonlyMap<string, OutputValues>> {
  const fixed = inputs.find(({ fixedRows }) => fixedRows !== undefined)?.fixedRows;
  const step = fixed ?? BATCH_ROWS;
  const parts = new Map<string, Tensor[]>(wanted.map((output) => [output, []]));
  for (let from = range.from; from < range.to; from += step) {
    const to = Math.min(from + step, range.to);
    const rows = fixed ?? to - from;
    const feeds = Object.fromEntries(
      inputs.map((input) => [
        input.name,
        model.makeTensor(input, featureValues(input, table, dataName, { from, to, rows }), rows),
      ]),
    );
    const outputs = await model.session.run(feeds, [...wanted]).catch((error: unknown) => {
      throw new ActionError(
        'invalid-file',
        `${model.name}: the engine failed on rows ${from} to ${to - 1} of ${dataName}: ${errorMessage(error).slice(0, 500)}`,
        { cause: error },
      );
    });
    for (const name of wanted) {
      const tensor = outputs[name];
      if (tensor) parts.get(name)?.push(tensor);
    }
    progress(to);
  }
  return new Map(
    [...parts].map(([name, tensors]) => [name, join(model.name, name, tensors, range.to - range.from, step)]),
  );
}

function join(
  model: string,
  output: string,
  tensors: readonly Tensor[],
  rows: number,
  step: number,
): OutputValues {
  const kept = tensors.map((tensor, index) => {
    const count = Math.min(step, rows - index * step);
    const given = tensor.dims[0] ?? 0;
    if (given >= count) return { data: tensor.data, count, width: tensor.size / given };
    throw new ActionError(
      'invalid-file',
      `${model}: the output "${output}" gives ${given} values for ${count} rows`,
    );
  });
  const width = kept[0]?.width ?? 0;
  if (tensors[0]?.type === 'string')
    return {
      width,
      values: kept.flatMap(({ data, count }) => Array.from(data, String).slice(0, count * width)),
    };
  const values = new Float64Array(rows * width);
  for (const [index, { data, count }] of kept.entries())
    for (let at = 0; at < count * width; at++) values[index * step * width + at] = Number(data[at]);
  return { width, values };
}
