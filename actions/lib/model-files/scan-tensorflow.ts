import type { ModelContent } from './content.ts';
import { fieldText, type MessageField, messageFields } from './protobuf-fields.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';
import { judgeEmbeddedConfigs } from './scan-json-models.ts';

type MessageName =
  | 'saved-model'
  | 'meta-graph'
  | 'graph'
  | 'library'
  | 'function'
  | 'node'
  | 'attributes'
  | 'value';

/** Fields that are followed. Source: TensorFlow's saved_model, meta_graph, graph, function and node_def protos. */
const INSIDE: Readonly<Record<MessageName, ReadonlyMap<number, MessageName>>> = {
  'saved-model': new Map([[2, 'meta-graph']] as const),
  'meta-graph': new Map([[2, 'graph']] as const),
  graph: new Map([
    [1, 'node'],
    [2, 'library'],
  ] as const),
  library: new Map([[1, 'function']] as const),
  function: new Map([[3, 'node']] as const),
  node: new Map([[5, 'attributes']] as const),
  attributes: new Map([[2, 'value']] as const),
  value: new Map(),
};
const NODE_OPERATOR = 2;
const VALUE_TEXT = 2;
const DEPTH = 32;

const READS = 'reads files while the model runs';
const WRITES = 'writes files while the model runs';
const CALLS = 'calls a function of Python';
const CONNECTS = 'opens connections while the model runs';

/** Operators that leave the graph. Source: TensorFlow 2.21, raw_ops; TensorFlow's SECURITY.md names the first ones. */
export const UNSAFE_TENSORFLOW_OPERATORS: ReadonlyMap<string, string> = new Map([
  ...[
    'ReadFile',
    'MatchingFiles',
    'WholeFileReader',
    'WholeFileReaderV2',
    'TextLineReader',
    'TextLineReaderV2',
    'FixedLengthRecordReader',
    'FixedLengthRecordReaderV2',
    'TFRecordReader',
    'TFRecordReaderV2',
    'ImmutableConst',
    'TextLineDataset',
    'TFRecordDataset',
    'TFRecordDatasetV2',
    'FixedLengthRecordDataset',
    'FixedLengthRecordDatasetV2',
    'LoadDataset',
    'SqlDataset',
    'ExperimentalSqlDataset',
    'CSVDataset',
    'CSVDatasetV2',
    'LMDBDataset',
    'LMDBReader',
    'MatchingFilesDataset',
  ].map((name) => [name, READS] as const),
  ...[
    'WriteFile',
    'SaveDataset',
    'SaveDatasetV2',
    'SnapshotDataset',
    'SnapshotDatasetV2',
    'DatasetToTFRecord',
    'CreateSummaryFileWriter',
    'CreateSummaryDbWriter',
    'DebugIdentity',
    'DebugIdentityV2',
    'DebugIdentityV3',
    'DebugNanCount',
    'DebugNumericSummary',
    'DumpOp',
  ].map((name) => [name, WRITES] as const),
  ...['PyFunc', 'PyFuncStateless', 'EagerPyFunc', 'GeneratorDataset'].map((name) => [name, CALLS] as const),
  ...[
    'Rpc',
    'TryRpc',
    'RpcCall',
    'RpcClient',
    'DataServiceDataset',
    'DataServiceDatasetV2',
    'DataServiceDatasetV3',
    'DataServiceDatasetV4',
    'RegisterDataset',
    'RegisterDatasetV2',
    'BigQueryReader',
  ].map((name) => [name, CONNECTS] as const),
]);

class GraphScan {
  readonly #content: ModelContent;
  readonly #context: ScanContext;
  nodes = 0;

  constructor(content: ModelContent, context: ScanContext) {
    this.#content = content;
    this.#context = context;
  }

  async message(name: MessageName, start: number, end: number, depth: number): Promise<void> {
    if (depth > DEPTH) throw new Unreadable('limit', `messages nested deeper than ${DEPTH}`, start);
    for await (const field of messageFields(this.#content, start, end)) {
      if (field.wire !== 'bytes') continue;
      if (name === 'node' && field.number === NODE_OPERATOR) await this.#operator(field);
      if (name === 'value' && field.number === VALUE_TEXT) await this.#text(field);
      const inner = INSIDE[name].get(field.number);
      if (inner !== undefined) await this.message(inner, field.start, field.end, depth + 1);
    }
  }

  async #operator(field: MessageField): Promise<void> {
    this.nodes++;
    const operator = await fieldText(this.#content, field);
    const does = UNSAFE_TENSORFLOW_OPERATORS.get(operator);
    if (does !== undefined)
      this.#context.report.problem(
        'unsafe-operator',
        placeOf(this.#context.path, field.start),
        `the operator ${quoted(operator)} ${does}; export the model without it`,
      );
  }

  /** Printing and debugging take addresses such as `file:///…` to write to. */
  async #text(field: MessageField): Promise<void> {
    const text = await fieldText(this.#content, field);
    if (/^(file|grpc|https?):\/\//.test(text))
      this.#context.report.problem(
        'unsafe-operator',
        placeOf(this.#context.path, field.start),
        `an operator is told to write to ${quoted(text)}`,
      );
  }
}

const scanGraph =
  (outer: 'saved-model' | 'graph'): Scanner =>
  async (content, context) => {
    const scan = new GraphScan(content, context);
    await scan.message(outer, 0, content.size, 0);
    // Descriptions of Keras layers, with the code of Lambda layers, lie beside the graph.
    await judgeEmbeddedConfigs(content, context);
    if (scan.nodes === 0) throw new Unreadable('malformed', 'a graph of TensorFlow without any operator');
    return undefined;
  };

/** `saved_model.pb` of TensorFlow. */
export const scanSavedModel: Scanner = scanGraph('saved-model');

/** A frozen graph of TensorFlow 1. */
export const scanGraphDef: Scanner = scanGraph('graph');

/** `keras_metadata.pb` beside a SavedModel: descriptions of layers. */
export const scanKerasMetadata: Scanner = async (content, context) => {
  for await (const _ of messageFields(content)) {
    // Only the form is looked at; the descriptions are found between the bytes.
  }
  await judgeEmbeddedConfigs(content, context);
  return undefined;
};

/** TensorFlow Lite: a flatbuffer whose operators have names only when they come from elsewhere. */
export const scanTfLite: Scanner = async (content, context) => {
  const decoder = new TextDecoder('latin1');
  if (content.size > context.budget.limits.whole * 16)
    throw new Unreadable('limit', 'is too long to be searched');
  let before = '';
  for (let at = 0; at < content.size; at += PIECE_BYTES) {
    const text = before + decoder.decode(await content.read(at, at + PIECE_BYTES));
    for (const [, operator = ''] of text.matchAll(/Flex([A-Z][A-Za-z0-9]{2,40})/g))
      judgeFlex(operator, context);
    before = text.slice(-FLEX_BYTES);
  }
  return undefined;
};

const PIECE_BYTES = 1024 * 1024;
const FLEX_BYTES = 48;

function judgeFlex(operator: string, { report, path }: ScanContext): void {
  const does = UNSAFE_TENSORFLOW_OPERATORS.get(operator);
  if (does !== undefined)
    report.problem('unsafe-operator', path, `the operator ${quoted(operator)} of TensorFlow ${does}`);
  else report.detail(`the operator ${quoted(operator)} of TensorFlow, which a runtime must bring along`);
}
