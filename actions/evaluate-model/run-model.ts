import type { Task } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { bindInputs } from '../lib/onnx/features.ts';
import { outputRoles } from '../lib/onnx/model-output.ts';
import { type ModelShape, readModelShape } from '../lib/onnx/model-shape.ts';
import type { OutputValues } from '../lib/onnx/session.ts';
import type { Table } from '../lib/tabular/table.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { columnOf, type Predictions } from './predictions.ts';
import { classesOf, compareLabels } from './task.ts';

/** The engine's WebAssembly, which lies beside the bundle; from source the engine finds it in its own package. */
const ENGINE = 'ort-wasm-simd-threaded.wasm';

/** A test set, and the file it came from. */
export interface Data {
  readonly table: Table;
  readonly name: string;
  readonly path: string;
}

/** Predictions of a model that was run here, and how long it took. */
export interface ModelRun {
  readonly predictions: Predictions;
  readonly elapsedMs: number;
}

/**
 * Runs an ONNX model over a test set.
 *
 * @throws ActionError invalid-file and invalid-input for a model or columns that do not fit
 */
export async function runModel(
  runtime: Runtime,
  model: { readonly name: string; readonly bytes: Uint8Array },
  data: Data,
  inputs: Inputs,
): Promise<ModelRun> {
  const shape = readModelShape(model.name, model.bytes);
  const roles = outputRoles(model.name, shape);
  const actual = columnOf(data.table, data.name, inputs.target, 'target');
  const bound = bindInputs(model.name, shape, data.table, {
    features: inputs.features,
    excluded: [inputs.target, inputs.id, inputs.weight].filter((column) => column !== undefined),
  });
  const { openModel, predict } = await import('../lib/onnx/session.ts');
  const enginePath = `${runtime.context.actionPath}/${ENGINE}`;
  const engine = (await runtime.files.exists(enginePath)) ? await runtime.files.read(enginePath) : undefined;
  const opened = await openModel(model.name, model.bytes, shape, engine);
  const wanted = [roles.labels, roles.numbers].filter((output) => output !== undefined);
  const start = runtime.clock.now();
  const outputs = await predict(opened, bound, data.table, data.name, wanted, (done) =>
    runtime.log.progress('Predicting', done, data.table.rowCount),
  );
  const elapsedMs = runtime.clock.now() - start;
  const predictions = fromOutputs(model.name, shape, data, actual, inputs, {
    labels: roles.labels === undefined ? undefined : outputs.get(roles.labels),
    numbers: roles.numbers === undefined ? undefined : outputs.get(roles.numbers),
  });
  return { predictions, elapsedMs };
}

interface Outputs {
  readonly labels: OutputValues | undefined;
  readonly numbers: OutputValues | undefined;
}

function fromOutputs(
  modelName: string,
  shape: ModelShape,
  data: Data,
  actual: Predictions['actual'],
  inputs: Inputs,
  { labels, numbers }: Outputs,
): Predictions {
  const values = numbers && Float64Array.from(numbers.values, Number);
  const given = { ...data, actual, predicted: labels?.values && Array.from<string | number>(labels.values) };
  if (isRegression(inputs.task, labels, numbers)) {
    const predicted = values ?? labels?.values ?? [];
    return { ...given, predicted: [...predicted], scores: undefined, task: 'regression' };
  }
  if (!values || !numbers) return { ...given, scores: undefined, task: 'classification' };
  const scores =
    numbers.width === 1
      ? { classes: undefined, width: 1, values, columns: ['probability'] }
      : namedScores(modelName, numbers.width, values, classOrder(modelName, shape, given, numbers.width));
  // A threshold of one's own overrules the label that the model derived from its probabilities.
  const ownThreshold = inputs.threshold !== DEFAULT_THRESHOLD && numbers.width <= 2;
  return { ...given, predicted: ownThreshold ? undefined : given.predicted, scores, task: 'classification' };
}

/** At one half, a model's own label and the threshold agree. */
const DEFAULT_THRESHOLD = 0.5;

const isRegression = (
  task: Task | 'auto',
  labels: OutputValues | undefined,
  numbers: OutputValues | undefined,
): boolean => task === 'regression' || (task === 'auto' && labels === undefined && numbers?.width === 1);

const namedScores = (
  modelName: string,
  width: number,
  values: Float64Array,
  classes: readonly string[],
): Predictions['scores'] => ({
  classes,
  width,
  values,
  columns: classes.map((label) => `${modelName}: ${label}`),
});

/**
 * The classes in the order of a model's probabilities: named by the model, or else all labels in order, as
 * scikit-learn has them, or else the numbers from 0.
 *
 * @throws ActionError invalid-file when none of these has as many classes as there are probabilities
 */
function classOrder(
  modelName: string,
  shape: ModelShape,
  { table, name, path, actual, predicted }: Omit<Predictions, 'scores' | 'task'>,
  width: number,
): readonly string[] {
  if (shape.classes?.length === width) return shape.classes;
  const labels = classesOf({ table, name, path, actual, predicted, scores: undefined, task: undefined });
  const numbers = Array.from({ length: width }, (_, index) => String(index));
  if (labels.every((label) => numbers.includes(label))) return numbers;
  if (labels.length === width) return [...labels].sort(compareLabels);
  throw new ActionError(
    'invalid-file',
    `${modelName}: it gives ${width} probabilities but names no classes, and ${name} has ${labels.length} labels (${labels.slice(0, 10).join(', ')}); export it with its classes (scikit-learn: options={"zipmap": True})`,
  );
}
