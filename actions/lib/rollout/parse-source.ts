import { didYouMean } from '../nearest-name.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import type { Providers } from './parse-providers.ts';
import {
  type Note,
  noteArguments,
  noteTemplate,
  readDuration,
  readHeaders,
  readTimeout,
} from './read-block.ts';
import { type BodyBlock, readBody } from './read-body.ts';
import type { HeaderTemplates, MetricSource } from './rollout.ts';
import { ANALYSIS_VARIABLES, unknownVariable } from './template.ts';

const DEFAULT_MAX_AGE_MS = 7 * 86_400_000;
const LONGEST_MAX_AGE_MS = 3_650 * 86_400_000;

/** The part of a metric that says where its number comes from. */
export interface SourceBlock {
  readonly type?: MetricSource['type'];
  readonly provider?: string;
  readonly query?: string;
  readonly 'total-query'?: string;
  readonly 'sample-query'?: string;
  readonly url?: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: HeaderTemplates;
  readonly body?: BodyBlock;
  readonly pointer?: string;
  readonly command?: readonly string[];
  readonly value?: string;
  readonly samples?: string;
  readonly location?: string;
  readonly 'max-age'?: string;
  readonly 'allow-private-network'?: boolean;
  readonly timeout?: string;
}

type Key = Exclude<keyof SourceBlock, 'type'>;

/** What each type needs, and what it may have besides. */
const KEYS: Readonly<
  Record<MetricSource['type'], { readonly needs: readonly Key[]; readonly may: readonly Key[] }>
> = {
  prometheus: { needs: ['provider', 'query'], may: ['total-query', 'sample-query'] },
  'http-json': {
    needs: ['url', 'pointer'],
    may: ['method', 'headers', 'body', 'samples', 'allow-private-network', 'timeout'],
  },
  command: { needs: ['command', 'value'], may: ['samples', 'timeout'] },
  artifact: { needs: ['location'], may: ['pointer', 'max-age'] },
};

const ALL_KEYS: readonly Key[] = [
  ...new Set(Object.values(KEYS).flatMap(({ needs, may }) => [...needs, ...may])),
];

/** Reads where a metric's number comes from; `undefined` when something was noted that leaves no source. */
export function readSource(
  block: SourceBlock,
  path: ValuePath,
  providers: Providers,
  note: Note,
): MetricSource | undefined {
  const type = block.type ?? (block.provider === undefined ? undefined : 'prometheus');
  if (type === undefined) {
    note(path, 'expected type (http-json, command or artifact), or provider for a query to Prometheus');
    return undefined;
  }
  const { needs, may } = KEYS[type];
  for (const key of ALL_KEYS)
    if (block[key] !== undefined && !needs.includes(key) && !may.includes(key))
      note([...path, key], `this does not go with type: ${type}, which has ${[...needs, ...may].join(', ')}`);
  const missing = needs.filter((key) => block[key] === undefined);
  if (missing.length > 0) {
    note(path, `type: ${type} needs ${missing.join(' and ')}`);
    return undefined;
  }
  switch (type) {
    case 'prometheus':
      return readPrometheus(block, path, providers, note);
    case 'http-json':
      return readHttpJson(block, path, note);
    case 'command':
      return readCommand(block, path, note);
    case 'artifact':
      return {
        type,
        location: block.location ?? '',
        pointer: block.pointer,
        maxAgeMs:
          readDuration([...path, 'max-age'], block['max-age'], note, [1_000, LONGEST_MAX_AGE_MS]) ??
          DEFAULT_MAX_AGE_MS,
      };
    default:
      return type satisfies never;
  }
}

function readPrometheus(
  block: SourceBlock,
  path: ValuePath,
  providers: Providers,
  note: Note,
): MetricSource | undefined {
  const { provider: name = '', query = '', 'total-query': totalQuery, 'sample-query': samplesQuery } = block;
  const provider = providers.get(name);
  for (const key of ['query', 'total-query', 'sample-query'] as const) {
    const unknown = unknownVariable(block[key] ?? '', ANALYSIS_VARIABLES);
    if (unknown !== undefined) note([...path, key], unknown);
  }
  if (totalQuery !== undefined && samplesQuery !== undefined)
    note([...path, 'sample-query'], 'total-query gives the number of samples already; remove one of the two');
  if (provider === undefined) {
    const names = [...providers.keys()];
    note(
      [...path, 'provider'],
      `no provider is named ${JSON.stringify(name)}; defined are: ${names.join(', ') || 'none'}${didYouMean(name, names)}`,
    );
    return undefined;
  }
  return { type: 'prometheus', ...provider, query, totalQuery, samplesQuery };
}

function readHttpJson(block: SourceBlock, path: ValuePath, note: Note): MetricSource {
  const { url = '', pointer = '' } = block;
  const body = block.body === undefined ? undefined : readBody([...path, 'body'], block.body, note);
  const method = block.method ?? (body === undefined ? 'GET' : 'POST');
  const allowPrivateNetwork = block['allow-private-network'] ?? false;
  noteTemplate([...path, 'url'], url, allowPrivateNetwork, note, ANALYSIS_VARIABLES);
  if (body !== undefined && method === 'GET')
    note([...path, 'body'], 'a GET sends no body; remove this, or set method: POST');
  return {
    type: 'http-json',
    url,
    method,
    body,
    headers: readHeaders([...path, 'headers'], block.headers, note),
    allowPrivateNetwork,
    timeoutMs: readTimeout([...path, 'timeout'], block.timeout, note),
    pointer,
    samplesPointer: block.samples,
  };
}

function readCommand(block: SourceBlock, path: ValuePath, note: Note): MetricSource {
  const { command: argv = [], value: pointer = '' } = block;
  noteArguments([...path, 'command'], argv, ANALYSIS_VARIABLES, note);
  return {
    type: 'command',
    argv,
    pointer,
    samplesPointer: block.samples,
    timeoutMs: readTimeout([...path, 'timeout'], block.timeout, note),
  };
}
