import { type Note, noteTemplate, readHeaders, readTimeout } from './read-block.ts';
import type { HeaderTemplates, HttpTarget } from './rollout.ts';

/** One of `providers:`, as the schema describes it. */
export interface ProviderBlock {
  readonly type: 'prometheus';
  readonly url: string;
  readonly headers?: HeaderTemplates;
  readonly 'allow-private-network'?: boolean;
  readonly timeout?: string;
}

/** Servers that several metrics ask, by name. */
export type Providers = ReadonlyMap<string, HttpTarget>;

/** Reads `providers:`. */
export const readProviders = (blocks: Readonly<Record<string, ProviderBlock>>, note: Note): Providers =>
  new Map(Object.entries(blocks).map(([name, block]) => [name, readProvider(name, block, note)]));

function readProvider(name: string, block: ProviderBlock, note: Note): HttpTarget {
  const path = ['providers', name];
  const allowPrivateNetwork = block['allow-private-network'] ?? false;
  noteTemplate([...path, 'url'], block.url, allowPrivateNetwork, note, []);
  if (/[?#]/.test(block.url)) note([...path, 'url'], 'expected the base address, without ? and #');
  return {
    url: block.url.replace(/\/+$/, ''),
    headers: readHeaders([...path, 'headers'], block.headers, note),
    allowPrivateNetwork,
    timeoutMs: readTimeout([...path, 'timeout'], block.timeout, note),
  };
}
