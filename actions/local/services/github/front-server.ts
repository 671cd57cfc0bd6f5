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
export class Front {
  readonly server: Server;
  readonly calls: SeenCall[] = [];
  readonly violations: Violation[] = [];
  readonly #options: FrontOptions;
  readonly #find: ReturnType<typeof router>;
  readonly #findGlobal: ReturnType<typeof router>;
  /** What each address answered first, for stale reads. */
  readonly #first = new Map<string, Reply>();

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#find = router(options.routes);
    this.#findGlobal = router(options.globalRoutes);
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        const { method = '', url: path = '' } = request;
        this.violations.push({ method, path, status: 500, errors: [String(error)] });
        if (!response.headersSent) send(response, { status: 500, json: { message: String(error) } });
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await receive(request, this.#options.prefix);
    const fault = this.#options.faults.next(incoming.method, incoming.path);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'twice') await this.#take(incoming);
    const real = takesEffect(fault) ? await this.#take(incoming) : undefined;
    if (fault?.kind === 'silence' && fault.when === 'late')
      this.#options.faults.later(() => this.#take(incoming));
    const stale =
      fault?.kind === 'stale'
        ? (this.#first.get(incoming.url.href) ?? (await this.#take(incoming)))
        : undefined;
    const reply = (fault && faultReply(fault)) ?? stale ?? real ?? notFound;
    this.calls.push({
      method: incoming.method,
      path: incoming.path + incoming.url.search,
      status: reply.status,
      body: isObject(incoming.json) ? incoming.json : {},
      login: this.#options.tokens.of(incoming.headers.get('authorization'))?.login ?? '',
      fault: fault?.kind,
    });
    deliver(response, reply, fault, this.#options.faults);
  }

  /** Lets a request take effect and keeps what later faults and onlookers need of it. */
  async #take(incoming: Incoming): Promise<Reply> {
    const reply = await this.#answer(incoming);
    const { href } = incoming.url;
    if (incoming.method !== 'GET') await this.#options.onChange(incoming.path);
    else if (!this.#first.has(href)) this.#first.set(href, reply);
    return reply;
  }

  /** What GitHub would answer. */
  async #answer(incoming: Incoming): Promise<Reply> {
    const { method, url, path, json, headers, bytes } = incoming;
    const inRepository = url.pathname.startsWith(this.#options.prefix);
    const found = (inRepository ? this.#find : this.#findGlobal)(method, path);
    const call = { query: url.searchParams, body: isObject(json) ? json : {}, bytes, headers };
    if (found?.route.path.startsWith('/_'))
      return found.route.handle({ ...call, params: found.params, token: NOBODY });
    const token = this.#authorize(incoming, inRepository);
    if ('status' in token) return token;
    const errors = this.#options.check({
      method,
      path: url.pathname,
      query: url.searchParams,
      request: json,
    });
    if (errors.length > 0) this.violations.push({ method, path, status: 0, errors });
    if (!found) return notFound;
    if (errors.length > 0) return unprocessable(`Invalid request: ${errors.join('; ')}`);
    const reply = await handle(found.route, { ...call, params: found.params, token });
    this.#checkReply(incoming, reply);
    return reply;
  }

  #authorize({ method, path, headers }: Incoming, inRepository: boolean): Token | Reply {
    const token = this.#options.tokens.of(headers.get('authorization'));
    if (!token) return UNAUTHORIZED;
    if (!inRepository) return token;
    const missing = missingPermission(token, method, path, this.#options.isPullRequest);
    if (missing === undefined) return token;
    return {
      ...refusal(403, 'Resource not accessible by integration'),
      headers: { 'x-accepted-github-permissions': missing },
    };
  }

  #checkReply({ method, url, path }: Incoming, reply: Reply): void {
    const isPlainJson = reply.bytes === undefined && reply.headers?.['content-type'] === undefined;
    const errors = this.#options.check({
      method,
      path: url.pathname,
      query: url.searchParams,
      request: undefined,
      status: reply.status,
      response: isPlainJson ? reply.json : undefined,
    });
    if (errors.length > 0) this.violations.push({ method, path, status: reply.status, errors });
  }
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

/** Answers, as far as the fault lets it. */
export function deliver(
  response: ServerResponse,
  reply: Reply,
  fault: Fault | undefined,
  faults: Faults,
): void {
  if (fault?.kind === 'silence') faults.onSilence();
  else if (fault?.kind === 'reset') response.destroy();
  else if (fault?.kind === 'truncated') send(response, reply, () => response.destroy());
  else if (fault?.kind === 'stall') send(response, reply, () => faults.onSilence());
  else send(response, reply);
}

/** @param afterHalf - called instead of sending the second half of the body, if there is a body */
function send(response: ServerResponse, reply: Reply, afterHalf?: () => void): void {
  const body =
    reply.bytes ?? (reply.json === undefined ? undefined : Buffer.from(JSON.stringify(reply.json)));
  response.writeHead(reply.status, {
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }),
    ...reply.headers,
  });
  if (afterHalf === undefined || body === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, body.length >> 1), () => afterHalf());
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
