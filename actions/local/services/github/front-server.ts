import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type Faults, faultReply, takesEffect } from './faults.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';
import type { CheckExchange } from './openapi.ts';
import {
  type Call,
  notFound,
  Refusal,
  type Reply,
  type Route,
  refusal,
  router,
  unprocessable,
} from './routes.ts';
import { missingPermission, type Token, type TokenStore } from './tokens.ts';

/** One request that the service saw. */
export interface SeenCall {
  readonly method: string;
  /** Path with the query. */
  readonly path: string;
  readonly status: number;
  readonly body: JsonObject;
  readonly login: string;
  readonly fault: Fault['kind'] | undefined;
}

/** Where an exchange left GitHub's description. */
export interface Violation {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly errors: readonly string[];
}

export interface FrontOptions {
  readonly prefix: string;
  /** Below `/repos/{owner}/{repo}`. */
  readonly routes: readonly Route[];
  /** The few routes outside the repository, such as `/user`. */
  readonly globalRoutes: readonly Route[];
  readonly tokens: TokenStore;
  readonly faults: Faults;
  readonly check: CheckExchange;
  readonly isPullRequest: (issue: number) => boolean;
  /** Called after a request that may have changed something. */
  readonly onChange: (path: string) => Promise<void>;
}

export interface Front {
  readonly server: Server;
  readonly calls: readonly SeenCall[];
  readonly violations: readonly Violation[];
}

interface Incoming {
  readonly method: string;
  readonly url: URL;
  /** Path below the repository, or the whole path. */
  readonly path: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly json: Json | undefined;
}

const UNAUTHORIZED = refusal(401, 'Bad credentials');

/** Tokens, permissions, faults and the check against the description, in front of the routes. */
export function createFront(options: FrontOptions): Front {
  const calls: SeenCall[] = [];
  const violations: Violation[] = [];
  const firstReplies = new Map<string, Reply>();
  const find = router(options.routes);
  const findGlobal = router(options.globalRoutes);

  function authorize(incoming: Incoming, inRepository: boolean): Token | Reply {
    const token = options.tokens.of(incoming.headers.get('authorization'));
    if (!token) return UNAUTHORIZED;
    if (!inRepository) return token;
    const missing = missingPermission(token, incoming.method, incoming.path, options.isPullRequest);
    if (missing === undefined) return token;
    return {
      ...refusal(403, 'Resource not accessible by integration'),
      headers: { 'x-accepted-github-permissions': missing },
    };
  }

  /** What GitHub would answer. */
  async function answer(incoming: Incoming): Promise<Reply> {
    const inRepository = incoming.url.pathname.startsWith(options.prefix);
    const found = (inRepository ? find : findGlobal)(incoming.method, incoming.path);
    const token = found?.route.path.startsWith('/_') ? NOBODY : authorize(incoming, inRepository);
    if ('status' in token) return token;
    const { url, json, headers, bytes } = incoming;
    const errors = found?.route.path.startsWith('/_')
      ? []
      : options.check({
          method: incoming.method,
          path: url.pathname,
          query: url.searchParams,
          request: json,
        });
    if (errors.length > 0) {
      violations.push({ method: incoming.method, path: incoming.path, status: 0, errors });
      return found ? unprocessable(`Invalid request: ${errors.join('; ')}`) : notFound;
    }
    if (!found) return notFound;
    const call: Call = {
      params: found.params,
      query: url.searchParams,
      body: isObject(json) ? json : {},
      bytes,
      headers,
      token,
    };
    return checked(incoming, await handle(found.route, call), found.route.path.startsWith('/_'));
  }

  function checked(incoming: Incoming, reply: Reply, isOwnRoute: boolean): Reply {
    if (isOwnRoute || reply.status === 403) return reply;
    const { method, url, path } = incoming;
    const isPlainJson = reply.bytes === undefined && reply.headers?.['content-type'] === undefined;
    const response = isPlainJson ? reply.json : undefined;
    const exchange = {
      method,
      path: url.pathname,
      query: url.searchParams,
      request: undefined,
      status: reply.status,
      response,
    };
    const errors = options.check(exchange);
    if (errors.length > 0) violations.push({ method, path, status: reply.status, errors });
    return reply;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await receive(request, options.prefix);
    const fault = options.faults.next(incoming.method, incoming.path);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    const stale = fault?.kind === 'stale' ? firstReplies.get(incoming.url.href) : undefined;
    const real =
      stale ?? (takesEffect(fault) || fault?.kind === 'stale' ? await answer(incoming) : undefined);
    if (real && incoming.method === 'GET' && !firstReplies.has(incoming.url.href))
      firstReplies.set(incoming.url.href, real);
    if (real && incoming.method !== 'GET') await options.onChange(incoming.path);
    const reply = (fault && faultReply(fault)) ?? real ?? notFound;
    calls.push({
      method: incoming.method,
      path: incoming.path + incoming.url.search,
      status: reply.status,
      body: isObject(incoming.json) ? incoming.json : {},
      login: options.tokens.of(incoming.headers.get('authorization'))?.login ?? '',
      fault: fault?.kind,
    });
    if (fault?.kind === 'reset') response.destroy();
    else send(response, reply, fault?.kind === 'truncated');
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push({
        method: request.method ?? '',
        path: request.url ?? '',
        status: 500,
        errors: [String(error)],
      });
      if (!response.headersSent) send(response, { status: 500, json: { message: String(error) } }, false);
    });
  });
  return { server, calls, violations };
}

const NOBODY: Token = { login: '', permissions: {} };

async function handle(route: Route, call: Call): Promise<Reply> {
  try {
    return await route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

async function receive(request: IncomingMessage, prefix: string): Promise<Incoming> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const isJson = /json/.test(headers.get('content-type') ?? '');
  const isUpload = /\/releases\/\d+\/assets$/.test(url.pathname);
  return {
    method: request.method ?? 'GET',
    url,
    path: url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname,
    headers,
    bytes,
    json: bytes.length > 0 && isJson && !isUpload ? parseJson(bytes.toString()) : undefined,
  };
}

function send(response: ServerResponse, reply: Reply, truncated: boolean): void {
  const body =
    reply.bytes ?? (reply.json === undefined ? undefined : Buffer.from(JSON.stringify(reply.json)));
  response.writeHead(reply.status, {
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }),
    ...reply.headers,
  });
  if (!truncated || body === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

/** Listens on a free port of the loopback interface; gives `http://127.0.0.1:port`. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
