import type { InputReader } from '../runtime/inputs.ts';

/** What is scored: exactly one of four. */
export type Source =
  | { readonly kind: 'predictions'; readonly location: string; readonly model: string | undefined }
  | { readonly kind: 'model'; readonly model: string; readonly data: string }
  | CommandSource
  | EndpointSource;

/** A program that writes predictions. */
export interface CommandSource {
  readonly kind: 'command';
  readonly command: string;
  readonly shell: 'none' | 'bash' | 'sh';
  readonly timeoutMs: number;
  /** The test set it scores, which also holds the labels. */
  readonly data: string;
  readonly model: string | undefined;
}

/** A model that is served over HTTP. */
export interface EndpointSource {
  readonly kind: 'endpoint';
  readonly url: string;
  readonly protocol: 'auto' | 'oip-v2' | 'kserve-v1' | 'mlflow' | 'json';
  /** `Name: value`, one per line. */
  readonly headers: string;
  readonly pointer: string | undefined;
  /** How rows are written for kserve-v1. */
  readonly instances: 'auto' | 'lists' | 'objects' | 'frame';
  readonly batchSize: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly allowPrivateNetwork: boolean;
  readonly data: string;
  /** The model's file, for its digest and size. */
  readonly model: string | undefined;
}

const SECOND = 1000;

/** What is scored: predictions, a command or an endpoint, or else a model that is run here. */
export function readSource(read: InputReader): Source {
  const given = ['predictions', 'command', 'endpoint'].filter((name) => read.optional(name) !== undefined);
  if (given.length > 1)
    read.problem(`${given.join(', ')}: give only one of them: a model is scored in one way at a time`);
  const data = read.optional('data');
  const model = read.optional('model');
  const command = readCommand(read);
  const endpoint = readEndpoint(read);
  const [kind] = given;
  if (kind === 'predictions') {
    if (data !== undefined)
      read.problem(
        'data: not used with predictions, which hold the labels themselves; leave one of the two out',
      );
    return { kind, location: read.text(kind, ''), model };
  }
  if (kind === undefined && (model === undefined || data === undefined))
    read.problem(
      'give predictions, or a command, or an endpoint with data, or both model (an .onnx file) and data (its test set)',
    );
  else if (data === undefined) read.problem(`data: the ${kind} needs a test set to score`);
  if (kind === 'command') return { ...command, data: data ?? '', model };
  if (kind === 'endpoint') return { ...endpoint, data: data ?? '', model };
  return { kind: 'model', model: model ?? '', data: data ?? '' };
}

const readCommand = (read: InputReader): Omit<CommandSource, 'data' | 'model'> => ({
  kind: 'command',
  command: read.text('command', ''),
  shell: read.choice('shell', ['none', 'bash', 'sh'], 'none'),
  timeoutMs: read.duration('command-timeout', 30 * 60 * SECOND),
});

const readEndpoint = (read: InputReader): Omit<EndpointSource, 'data' | 'model'> => ({
  kind: 'endpoint',
  url: read.text('endpoint', ''),
  protocol: read.choice('protocol', ['auto', 'oip-v2', 'kserve-v1', 'mlflow', 'json'], 'auto'),
  headers: read.text('endpoint-headers', ''),
  pointer: read.optional('response-pointer'),
  instances: read.choice('endpoint-instances', ['auto', 'lists', 'objects', 'frame'], 'auto'),
  batchSize: read.integer('batch-size', { fallback: 256, min: 1, max: 100_000 }),
  concurrency: read.integer('concurrency', { fallback: 4, min: 1, max: 64 }),
  timeoutMs: read.duration('request-timeout', 30 * SECOND),
  allowPrivateNetwork: read.boolean('allow-private-network', false),
});
