import type { LookupAddress, LookupOptions } from 'node:dns';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { lingering } from './clock.ts';
import type { Http, HttpReply, HttpRequest } from './runtime.ts';
import { VERSION } from './version.ts';

const MAX_BODY_BYTES = 1024 * 1024;

type NoAnswer = Extract<HttpReply, { kind: 'no-answer' }>;

/**
 * HTTP by node's own client: one try (a second one where a kept connection turns out closed), no redirects, no
 * proxies, and the address that is connected to is the one checked.
 */
export const systemHttp = (signal: AbortSignal): Http => {
  const agents = new Map<string, Agent>();
  return {
    async send(request) {
      const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
      const forbidden = await refusal(url, request);
      if (!url || forbidden) return noAnswer('forbidden-address', forbidden ?? 'not a web address');
      const agent = request.repeatable ? await keptConnections(agents, url, request) : false;
      const first = await exchange(url, request, agent, signal);
      if (!first.stale) return first.reply;
      // A server may close a kept connection at the very moment it is used again.
      return { ...(await exchange(url, request, false, signal)).reply, reconnected: true };
    },
  };
};

/** Connections that were made under different rules for addresses are never shared. */
async function keptConnections(agents: Map<string, Agent>, url: URL, request: HttpRequest): Promise<Agent> {
  const key = `${url.protocol} ${request.allowPrivateNetwork}`;
  const { Agent } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const agent = agents.get(key) ?? new Agent({ keepAlive: true });
  agents.set(key, agent);
  return agent;
}

/** One request and its reply; `stale` when a kept connection ended before anything was answered. */
async function exchange(
  url: URL,
  request: HttpRequest,
  agent: Agent | false,
  cancelled: AbortSignal,
): Promise<{ readonly reply: HttpReply; readonly stale: boolean }> {
  const over = request.lingerMs === undefined ? cancelled : lingering(cancelled, request.lingerMs);
  const signals = [over, ...(request.signal ? [request.signal] : [])];
  const { request: open } =
    url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const sent = open(url, {
    method: request.method,
    headers: {
      'user-agent': `mlops-actions/${VERSION}`,
      accept: 'application/json',
      ...request.headers,
      ...(request.body === undefined ? {} : { 'content-length': sizeOf(request.body) }),
    },
    agent,
    signal: AbortSignal.any([...signals, AbortSignal.timeout(request.timeoutMs)]),
    lookup: await checkedLookup(request),
  });
  let answered = false;
  sent.once('response', () => {
    answered = true;
  });
  const received = await reply(sent, request, signals);
  const stopped = signals.some(({ aborted }) => aborted);
  const reset = received.kind === 'no-answer' && received.reason === 'reset';
  return { reply: received, stale: sent.reusedSocket && reset && !answered && !stopped };
}

const sizeOf = (body: NonNullable<HttpRequest['body']>): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.size;

/** Finds the address of a name and checks it then and not before: a name may resolve differently a moment later. */
async function checkedLookup(request: HttpRequest): Promise<LookupFunction> {
  const { lookup } = await import('node:dns');
  if (request.allowPrivateNetwork) return lookup;
  const { isPrivateAddress } = await import('./addresses.ts');
  return (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const bad = addresses?.find(({ address }) => isPrivateAddress(address));
      if (error) done(error, '', 0);
      else if (bad) done(new ForbiddenAddress(`${host} is ${bad.address}, in a private network`), '', 0);
      else give(addresses, options, done);
    });
}

class ForbiddenAddress extends Error {}

function give(
  addresses: readonly LookupAddress[],
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
): void {
  if (options.all) done(null, [...addresses]);
  else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
}

/** Why a request may not be sent at all, as far as its address alone tells. */
async function refusal(url: URL | undefined, request: HttpRequest): Promise<string | undefined> {
  if (!url) return `not a web address: ${request.url}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `${url.protocol} is not a protocol for this; use https:`;
  if (url.username || url.password) return 'credentials in a web address are refused; send them as a header';
  if (request.allowPrivateNetwork) return undefined;
  if (url.protocol === 'http:') return 'http: is refused unless private networks are allowed; use https:';
  const { isIP } = await import('node:net');
  const { isPrivateAddress } = await import('./addresses.ts');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isPrivateAddress(host) ? `${host} lies in a private network` : undefined;
}

function reply(
  sent: ClientRequest,
  request: HttpRequest,
  signals: readonly AbortSignal[],
): Promise<HttpReply> {
  return new Promise((done) => {
    const failed = (error: Error): void => done(noAnswer(reasonOf(error, signals), error.message));
    sent.on('error', failed);
    sent.once('response', (response) => {
      readBody(response, request).then(done, failed);
    });
    if (request.body === undefined || typeof request.body === 'string') sent.end(request.body);
    else sendFile(sent, request.body, failed);
  });
}

/** A server may answer, and hang up, before it has read all: then its answer counts and not the broken connection. */
function sendFile(
  sent: ClientRequest,
  body: Exclude<NonNullable<HttpRequest['body']>, string>,
  failed: (error: Error) => void,
): void {
  const source = Readable.from(body.stream());
  source.once('error', (error) => {
    sent.destroy();
    failed(error);
  });
  sent.once('close', () => source.destroy());
  source.pipe(sent);
}

async function readBody(response: IncomingMessage, request: HttpRequest): Promise<HttpReply> {
  const { onPiece, maxBodyBytes: limit = MAX_BODY_BYTES } = request;
  const succeeded = response.statusCode !== undefined && Math.floor(response.statusCode / 100) === 2;
  const chunks: Buffer[] = [];
  const take = onPiece !== undefined && succeeded ? onPiece : (chunk: Buffer) => void chunks.push(chunk);
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      return noAnswer('too-large', `the answer is larger than ${limit} bytes`);
    }
    take(chunk);
  }
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return {
    kind: 'answer',
    status: response.statusCode ?? 0,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

const noAnswer = (reason: NoAnswer['reason'], message: string): NoAnswer => ({
  kind: 'no-answer',
  reason,
  message,
});

function reasonOf(error: Error, signals: readonly AbortSignal[]): NoAnswer['reason'] {
  if (error instanceof ForbiddenAddress) return 'forbidden-address';
  const cancelled = signals.some(({ aborted }) => aborted);
  if (!cancelled && (error.name === 'AbortError' || error.name === 'TimeoutError')) return 'timeout';
  const code = 'code' in error ? error.code : '';
  return code === 'ECONNRESET' || code === 'EPIPE' || cancelled ? 'reset' : 'refused';
}
