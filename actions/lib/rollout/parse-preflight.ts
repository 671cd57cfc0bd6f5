import type { ValuePath } from '../schema/parsed-text.ts';
import {
  type Note,
  noteArguments,
  noteTemplate,
  readDuration,
  readHeaders,
  readTimeout,
} from './read-block.ts';
import type { HeaderTemplates, PreflightCheck } from './rollout.ts';
import { ANALYSIS_VARIABLES } from './template.ts';

/** One of `preflight:`, as the schema describes it. */
export interface PreflightBlock {
  readonly name: string;
  readonly command?: readonly string[];
  readonly http?: {
    readonly url: string;
    readonly method?: 'GET' | 'POST';
    readonly headers?: HeaderTemplates;
    readonly 'body-file'?: string;
    readonly 'allow-private-network'?: boolean;
    readonly expect?: {
      readonly status?: number;
      readonly 'max-latency'?: string;
      readonly pointer?: string;
      readonly between?: readonly number[];
    };
  };
  readonly timeout?: string;
}

/** There is no step yet whose beginning could be meant. */
const VARIABLES = ANALYSIS_VARIABLES.filter((name) => name !== 'window' && name !== 'step.started');

/** Reads `preflight:`. */
export function readPreflight(blocks: readonly PreflightBlock[], note: Note): readonly PreflightCheck[] {
  const names = new Set<string>();
  return blocks.flatMap((block, index) => {
    const path = ['preflight', index];
    if (names.has(block.name)) note([...path, 'name'], `${JSON.stringify(block.name)} is there twice`);
    names.add(block.name);
    return readCheck(block, path, note) ?? [];
  });
}

function readCheck(block: PreflightBlock, path: ValuePath, note: Note): PreflightCheck | undefined {
  const { name, command, http } = block;
  const timeoutMs = readTimeout([...path, 'timeout'], block.timeout, note);
  if (command !== undefined && http === undefined) {
    noteArguments([...path, 'command'], command, VARIABLES, note);
    return { name, kind: 'command', argv: command, timeoutMs };
  }
  if (http === undefined || command !== undefined) {
    note(path, `expected either command or http, found ${command === undefined ? 'neither' : 'both'}`);
    return undefined;
  }
  return { name, kind: 'http', timeoutMs, ...readHttp(http, [...path, 'http'], note) };
}

function readHttp(http: NonNullable<PreflightBlock['http']>, path: ValuePath, note: Note) {
  const { url, expect = {}, 'body-file': bodyFile } = http;
  const method = http.method ?? (bodyFile === undefined ? 'GET' : 'POST');
  const allowPrivateNetwork = http['allow-private-network'] ?? false;
  noteTemplate([...path, 'url'], url, allowPrivateNetwork, note, VARIABLES);
  if (bodyFile !== undefined && method === 'GET')
    note([...path, 'body-file'], 'a GET sends no body; remove this, or set method: POST');
  const [least = 0, most = 0] = expect.between ?? [];
  if (least > most)
    note([...path, 'expect', 'between'], `expected the smaller number first, found ${least}, ${most}`);
  return {
    url,
    headers: readHeaders([...path, 'headers'], http.headers, note),
    allowPrivateNetwork,
    method,
    bodyFile,
    status: expect.status ?? 200,
    maxLatencyMs: readDuration([...path, 'expect', 'max-latency'], expect['max-latency'], note),
    pointer: expect.pointer,
    between: expect.between === undefined ? undefined : ([least, most] as const),
  };
}
