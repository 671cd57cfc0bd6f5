import type { ValuePath } from '../schema/parsed-text.ts';
import { duration, type Note, noteTemplate } from './read-block.ts';
import type { Traffic, TrafficSpec } from './traffic.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_VERIFY_MS = 60_000;

interface CommandBlock {
  readonly set: readonly string[];
  readonly read: readonly string[];
  readonly timeout?: string;
}

interface WebhookBlock {
  readonly url: string;
  readonly 'read-url': string;
  readonly 'secret-env': string;
  readonly 'allow-private-network'?: boolean;
  readonly timeout?: string;
}

interface KserveBlock {
  readonly api: string;
  readonly 'token-env': string;
  readonly namespace: string;
  readonly name: string;
  readonly kind?: 'InferenceService' | 'LLMInferenceService';
  readonly 'allow-private-network'?: boolean;
  readonly timeout?: string;
}

interface FileBlock {
  readonly path: string;
}

/** `traffic:` of a rollout file, as the schema describes it. */
export interface TrafficBlock {
  readonly driver: TrafficSpec['driver'];
  readonly command?: CommandBlock;
  readonly webhook?: WebhookBlock;
  readonly kserve?: KserveBlock;
  readonly file?: FileBlock;
  readonly settle?: string;
  readonly verify?: { readonly equals?: 'weight'; readonly timeout: string };
}

/** One reader for each driver, which is also the list of the drivers. */
type Readers = {
  readonly [D in TrafficSpec['driver']]: (block: TrafficBlock, note: Note) => TrafficSpec | undefined;
};

const readers: Readers = {
  command: ({ command }) =>
    command && {
      driver: 'command',
      set: command.set,
      read: command.read,
      timeoutMs: duration(command.timeout, DEFAULT_TIMEOUT_MS),
    },
  webhook: ({ webhook }, note) => webhook && readWebhook(webhook, note),
  kserve: ({ kserve }, note) => kserve && readKserve(kserve, note),
  file: ({ file }) => file && { driver: 'file', path: file.path },
};

const DRIVERS: readonly TrafficSpec['driver'][] = ['command', 'webhook', 'kserve', 'file'];

/** Reads `traffic:` and fills in its defaults; `undefined` when something was noted that leaves no driver. */
export function readTraffic(block: TrafficBlock, note: Note): Traffic | undefined {
  const { driver } = block;
  for (const other of DRIVERS)
    if (other !== driver && block[other] !== undefined)
      note(['traffic', other], `the driver is ${driver}; remove this, or set driver: ${other}`);
  const spec = readers[driver](block, note);
  if (spec === undefined) {
    note(['traffic'], `driver: ${driver} needs the key ${driver}`);
    return undefined;
  }
  return {
    spec,
    settleMs: duration(block.settle, 0),
    verifyTimeoutMs: duration(block.verify?.timeout, DEFAULT_VERIFY_MS),
  };
}

function readWebhook(block: WebhookBlock, note: Note): TrafficSpec {
  const allowPrivateNetwork = block['allow-private-network'] ?? false;
  for (const key of ['url', 'read-url'] as const)
    noteAddress(['traffic', 'webhook', key], block[key], allowPrivateNetwork, note);
  return {
    driver: 'webhook',
    url: block.url,
    readUrl: block['read-url'],
    secretEnv: block['secret-env'],
    allowPrivateNetwork,
    timeoutMs: duration(block.timeout, DEFAULT_TIMEOUT_MS),
  };
}

function readKserve(block: KserveBlock, note: Note): TrafficSpec {
  const allowPrivateNetwork = block['allow-private-network'] ?? false;
  const path = ['traffic', 'kserve', 'api'];
  noteAddress(path, block.api, allowPrivateNetwork, note);
  if (/[?#]|\$\{/.test(block.api))
    note(path, 'expected the base address of the Kubernetes API, without variables, ? and #');
  return {
    driver: 'kserve',
    api: block.api.replace(/\/+$/, ''),
    tokenEnv: block['token-env'],
    namespace: block.namespace,
    name: block.name,
    kind: block.kind ?? 'InferenceService',
    allowPrivateNetwork,
    timeoutMs: duration(block.timeout, DEFAULT_TIMEOUT_MS),
  };
}

/** The host of an address, as written: what stands before the first `/`, `?` or `#`. */
const HOST = /^[a-z]+:\/\/([^/?#]*)/i;

function noteAddress(path: ValuePath, url: string, allowPrivateNetwork: boolean, note: Note): void {
  noteTemplate(path, url, allowPrivateNetwork, note);
  // Letters of other alphabets can look like another host's.
  if (/[^\x21-\x7e]/.test(HOST.exec(url)?.[1] ?? ''))
    note(path, 'write a host outside of ASCII in its xn-- form, which cannot be mistaken for another one');
}
