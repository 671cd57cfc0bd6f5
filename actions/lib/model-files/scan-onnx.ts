import type { ModelContent } from './content.ts';
import { fieldText, type MessageField, messageFields } from './protobuf-fields.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';

/** Messages of onnx.proto3 that hold what matters: operators, tensors, and what leads to them. */
type MessageName =
  | 'model'
  | 'graph'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'sparse'
  | 'function'
  | 'training'
  | 'opset'
  | 'type'
  | 'entry';

/** Fields that are followed, by their numbers. Source: onnx/onnx.proto3, IR version 13. */
const INSIDE: Readonly<Record<MessageName, ReadonlyMap<number, MessageName>>> = {
  model: new Map([
    [7, 'graph'],
    [8, 'opset'],
    [20, 'training'],
    [25, 'function'],
  ] as const),
  training: new Map([
    [1, 'graph'],
    [2, 'graph'],
  ] as const),
  function: new Map([
    [7, 'node'],
    [11, 'attribute'],
    [9, 'opset'],
  ] as const),
  graph: new Map([
    [1, 'node'],
    [5, 'tensor'],
    [15, 'sparse'],
  ] as const),
  node: new Map([[5, 'attribute']] as const),
  attribute: new Map([
    [5, 'tensor'],
    [6, 'graph'],
    [10, 'tensor'],
    [11, 'graph'],
    [22, 'sparse'],
    [23, 'sparse'],
  ] as const),
  sparse: new Map([
    [1, 'tensor'],
    [2, 'tensor'],
  ] as const),
  tensor: new Map(),
  opset: new Map(),
  type: new Map(),
  entry: new Map(),
};
const NODE = { operator: 4, domain: 7 } as const;
const OPSET = { domain: 1 } as const;
const TENSOR = { external: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const DEPTH = 64;

/** Domains that ONNX itself and its runtimes know. */
const KNOWN_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.preview.training']);

/** Operators that run code of another language or open files. */
const UNSAFE_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['PyOp', 'calls a function of Python'],
  ['PyCustomOp', 'calls a function of Python'],
  ['ATen', 'calls any operator of PyTorch'],
  ['PythonOp', 'calls a function of Python'],
  ['PythonOpGrad', 'calls a function of Python'],
  ['AzureAudioToText', 'sends its input elsewhere'],
  ['OpenAIAudioToText', 'sends its input elsewhere'],
]);

class OnnxScan {
  readonly #content: ModelContent;
  readonly #context: ScanContext;
  readonly #paths = new Map<string, number>();
  graphs = 0;

  constructor(content: ModelContent, context: ScanContext) {
    this.#content = content;
    this.#context = context;
  }

  async message(name: MessageName, start: number, end: number, depth: number): Promise<void> {
    if (depth > DEPTH) throw new Unreadable('limit', `messages nested deeper than ${DEPTH}`, start);
    if (name === 'graph') this.graphs++;
    for await (const field of messageFields(this.#content, start, end)) {
      await this.#look(name, field);
      const inner = INSIDE[name].get(field.number);
      if (inner !== undefined && field.wire === 'bytes')
        await this.message(inner, field.start, field.end, depth + 1);
    }
  }

  async #look(name: MessageName, field: MessageField): Promise<void> {
    if (field.wire !== 'bytes') return;
    if (name === 'node' && field.number === NODE.operator) await this.#operator(field);
    const isDomain =
      name === 'node' ? field.number === NODE.domain : name === 'opset' && field.number === OPSET.domain;
    if (isDomain) await this.#domain(field);
    if (name === 'tensor' && field.number === TENSOR.external) await this.#external(field);
  }

  async #operator(field: MessageField): Promise<void> {
    const operator = await fieldText(this.#content, field);
    const does = UNSAFE_OPERATORS.get(operator);
    if (does !== undefined)
      this.#context.report.problem(
        'unsafe-operator',
        placeOf(this.#context.path, field.start),
        `the operator ${quoted(operator)} ${does}; export the model without it`,
      );
  }

  async #domain(field: MessageField): Promise<void> {
    const domain = await fieldText(this.#content, field);
    if (!KNOWN_DOMAINS.has(domain))
      this.#context.report.detail(
        `operators of the domain ${quoted(domain)}, which a runtime must bring along`,
      );
  }

  async #external(entry: MessageField): Promise<void> {
    let key = '';
    let value = '';
    for await (const field of messageFields(this.#content, entry.start, entry.end)) {
      if (field.number === ENTRY.key) key = await fieldText(this.#content, field);
      if (field.number === ENTRY.value) value = await fieldText(this.#content, field);
    }
    if (key !== 'location' || this.#paths.has(value)) return;
    this.#paths.set(value, entry.start);
    await judgeSibling(value, placeOf(this.#context.path, entry.start), this.#context);
  }
}

/** Whether the text of a path alone leads out of the folder of the model. */
const leadsOutside = (path: string): boolean =>
  /^([/\\~]|[a-zA-Z]:|[a-zA-Z][\w+.-]+:\/\/)/.test(path) ||
  path.includes('\0') ||
  path.split(/[/\\]/).includes('..');

/** Judges the path of a file that the model wants to be opened beside it. */
async function judgeSibling(path: string, where: string, { options, report }: ScanContext): Promise<void> {
  const name = quoted(path);
  if (path === '' || leadsOutside(path)) {
    report.problem(
      'outside-path',
      where,
      `weights lie in ${name}, outside the folder of the model; save the model with its weights inside`,
    );
    return;
  }
  const state = await options.sibling?.(path);
  if (state === 'outside' || state === 'linked')
    report.problem(
      'outside-path',
      where,
      `weights lie in ${name}, which is a link; put the file itself beside the model`,
    );
  else if (state === 'missing')
    report.problem(
      'missing-file',
      where,
      `weights lie in ${name}, which is not there; put it beside the model`,
    );
  else report.detail(`weights lie in ${name} beside the model`);
}

/** An ONNX model: where its weights lie and which operators it needs. */
export const scanOnnx: Scanner = async (content, context) => {
  const scan = new OnnxScan(content, context);
  await scan.message('model', 0, content.size, 0);
  if (scan.graphs === 0) throw new Unreadable('malformed', 'an ONNX model without a graph');
  return undefined;
};
