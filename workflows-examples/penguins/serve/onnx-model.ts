import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = 1; // onnxruntime-web has no threads in Node
ort.env.logLevel = 'error';

/** The measurements of one penguin, by column name. */
export type Features = Readonly<Record<string, number>>;

export interface Prediction {
  readonly label: string;
  /** One probability a class, in the order of the model's classes. */
  readonly probabilities: readonly number[];
}

/** A model that answers one request at a time. */
export interface Model {
  /** Columns the model asks for. */
  readonly features: readonly string[];
  predict(features: Features): Promise<Prediction>;
}

/** Opens a model that has one input for each feature and the outputs `label` and `probabilities`, as train.py writes it. */
export async function openModel(bytes: Uint8Array): Promise<Model> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  return {
    features: session.inputNames,
    async predict(features) {
      const inputs = session.inputNames.map((name) => [name, scalar(features[name], name)] as const);
      const { label, probabilities } = await session.run(Object.fromEntries(inputs));
      if (!label || !probabilities) throw new TypeError('the model has no outputs label and probabilities');
      return { label: String(label.data[0]), probabilities: Array.from(probabilities.data, Number) };
    },
  };
}

function scalar(value: number | undefined, name: string): ort.Tensor {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RangeError(`${name}: expected a number`);
  return new ort.Tensor('float32', Float32Array.of(value), [1, 1]);
}
