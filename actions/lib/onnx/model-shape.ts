import { ActionError } from '../errors.ts';
import { encodeField, ProtobufError, payloads, texts, wholeNumbers } from './protobuf.ts';

// Field numbers of onnx.proto3 (ONNX IR), by message.
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, ints: 8, strings: 9 } as const;
const VALUE_INFO = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR_TYPE = { element: 1, shape: 2 } as const;
const DIMENSION = { value: 1 } as const;
const TENSOR = { name: 8, dataLocation: 14 } as const;
const EXTERNAL = 1;

/** Element types by their numbers in ONNX, as far as columns of a table can fill them. */
const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, 'float32'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [11, 'float64'],
] as const);

export type ElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'string';

/** An input or output of a model. */
export interface TensorInfo {
  readonly name: string;
  /** `undefined` for sequences, maps and element types that no column fills. */
  readonly type: ElementType | undefined;
  /** `undefined` where a dimension may be of any size; the whole is `undefined` where the model does not say. */
  readonly shape: readonly (number | undefined)[] | undefined;
}

/** What a model's bytes say about how to call it. */
export interface ModelShape {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The tensor behind each output that a ZipMap node turns into a sequence of maps. */
  readonly zipped: ReadonlyMap<string, string>;
  /** The classes in the order of the probabilities, where a node names them. */
  readonly classes: readonly string[] | undefined;
}

/**
 * Reads a model's inputs, outputs and classes without running it.
 *
 * @param name - the file, for messages
 * @throws ActionError invalid-file for bytes that are no ONNX model, are cut off, or refer to other files
 */
export function readModelShape(name: string, bytes: Uint8Array): ModelShape {
  try {
    return scan(name, bytes);
  } catch (error) {
    if (error instanceof ProtobufError)
      throw new ActionError(
        'invalid-file',
        `${name}: no ONNX model, or a damaged one: it ${error.message}; export it again`,
        { cause: error },
      );
    throw error;
  }
}

function scan(name: string, bytes: Uint8Array): ModelShape {
  const graphs = payloads(bytes, MODEL.graph);
  const nodes = graphs.flatMap((graph) => payloads(graph, GRAPH.node));
  const outputs = graphs.flatMap((graph) => payloads(graph, GRAPH.output)).map(tensorInfo);
  if (nodes.length === 0 || outputs.length === 0)
    throw new ActionError('invalid-file', `${name}: no ONNX model: it holds no graph with nodes and outputs`);
  const initializers = graphs.flatMap((graph) => payloads(graph, GRAPH.initializer));
  for (const tensor of initializers) refuseExternal(name, tensor);
  const weights = new Set(initializers.flatMap((tensor) => texts(tensor, TENSOR.name)));
  return {
    // Models of IR 3 and older list their weights among the inputs.
    inputs: graphs
      .flatMap((graph) => payloads(graph, GRAPH.input))
      .map(tensorInfo)
      .filter((input) => !weights.has(input.name)),
    outputs,
    zipped: new Map(nodes.flatMap(zipMap)),
    classes: nodes.map(classLabels).findLast((labels) => labels !== undefined),
  };
}

function refuseExternal(name: string, tensor: Uint8Array): void {
  if (!wholeNumbers(tensor, TENSOR.dataLocation).includes(EXTERNAL)) return;
  const weight = texts(tensor, TENSOR.name)[0] ?? '';
  throw new ActionError(
    'invalid-file',
    `${name}: the weight "${weight}" lies in another file; save the model with all weights inside (onnx.save with save_as_external_data=False)`,
  );
}

function tensorInfo(valueInfo: Uint8Array): TensorInfo {
  const name = texts(valueInfo, VALUE_INFO.name)[0] ?? '';
  const tensor = payloads(valueInfo, VALUE_INFO.type).flatMap((type) => payloads(type, TYPE.tensor))[0];
  if (!tensor) return { name, type: undefined, shape: undefined };
  const shape = payloads(tensor, TENSOR_TYPE.shape)[0];
  return {
    name,
    type: ELEMENT_TYPES.get(wholeNumbers(tensor, TENSOR_TYPE.element)[0] ?? 0),
    shape:
      shape &&
      payloads(shape, 1).map((dimension) => wholeNumbers(dimension, DIMENSION.value)[0] || undefined),
  };
}

const operatorOf = (node: Uint8Array): string => texts(node, NODE.operator)[0] ?? '';

function zipMap(node: Uint8Array): (readonly [string, string])[] {
  if (operatorOf(node) !== 'ZipMap') return [];
  return [[texts(node, NODE.output)[0] ?? '', texts(node, NODE.input)[0] ?? '']];
}

/** The labels that a classifier or ZipMap node carries, all of them named `classlabels_…`. */
function classLabels(node: Uint8Array): readonly string[] | undefined {
  for (const attribute of payloads(node, NODE.attribute)) {
    if (!(texts(attribute, ATTRIBUTE.name)[0] ?? '').startsWith('classlabels_')) continue;
    const labels = [
      ...texts(attribute, ATTRIBUTE.strings),
      ...wholeNumbers(attribute, ATTRIBUTE.ints).map(String),
    ];
    if (labels.length > 0) return labels;
  }
  return undefined;
}

/**
 * The model with each ZipMap's input as a further output, since sequences of maps cannot be read out of it.
 *
 * Two messages of one type in a row merge, so a graph with nothing but outputs can be appended to the file.
 */
export function exposeProbabilities(bytes: Uint8Array, shape: ModelShape): Uint8Array {
  const extra = [...shape.zipped.values()].flatMap((tensor) =>
    encodeField(
      MODEL.graph,
      encodeField(GRAPH.output, encodeField(VALUE_INFO.name, [...new TextEncoder().encode(tensor)])),
    ),
  );
  const exposed = new Uint8Array(bytes.length + extra.length);
  exposed.set(bytes);
  exposed.set(extra, bytes.length);
  return exposed;
}
