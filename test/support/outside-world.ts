import type { ServerResponse } from 'node:http';
import { type Fault, Faults, faultReply, takesEffect } from '../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import {
  type LoopbackServer,
  readBody,
  startLoopbackServer,
} from '../../actions/local/services/loopback-server.ts';
import { startTestGitHub } from './github.ts';
import { type Arrived, TrafficRouter } from './traffic-router.ts';

/** One request by which a step touches, or could touch, something outside of it. */
export interface Effect {
  /** From 1, in the order in which they began. */
  readonly number: number;
  /** Method and path, with numbers and names of objects left out: `PATCH /git/refs`. */
  readonly call: string;
  /** Object of git: nobody sees it before a ref leads to it. */
  readonly unseen: boolean;
}

/** What is done about a request before it is handled, and after that, before it is answered. */
export type Watch = (effect: Effect, when: 'before' | 'after') => Promise<'go on' | 'cut off'>;

/**
 * Everything a step can reach, behind one address: GitHub (for `GITHUB_API_URL`), a traffic router at `/traffic`,
 * metrics at `/metrics` and a place for alerts at `/alert`. Every request that changes something, and every one to the
 * router and the metrics, is an effect.
 */
export interface OutsideWorld {
  readonly url: string;
  readonly service: GitHubService;
  readonly router: TrafficRouter;
  readonly effects: Effect[];
  readonly alerts: string[];
  /** Share of failed requests by version, as the metrics tell it. */
  errors: Readonly<Record<string, number | null>>;
  watch: Watch;
  /** What goes wrong with the router, the metrics and the alerts; GitHub has faults of its own. */
  readonly faults: Faults;
  close(): Promise<void>;
}

const PREFIX = '/repos/octo/models';
const READS = new Set(['GET', 'HEAD']);
const UNSEEN = /^POST \/git\/(blobs|trees|commits)$/;

const nameOf = (method: string, pathname: string): string =>
  `${method} ${pathname
    .replace(PREFIX, '')
    .replace(/^(\/git\/refs\/).+/, '$1{ref}')
    .replace(/\/\d+(?=\/|$)/g, '/{id}')}`;

export async function startOutsideWorld(weights: Readonly<Record<string, number>>): Promise<OutsideWorld> {
  const service = await startTestGitHub();
  const router = new TrafficRouter(weights);
  const alerts: string[] = [];
  const effects: Effect[] = [];
  const own: Readonly<Record<string, Handle>> = {
    '/traffic': async (request, response) => router.answer(request, response),
    async '/metrics'(request, response) {
      const version = new URL(request.url, world.url).searchParams.get('version') ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ errors: world.errors[version] ?? 0, requests: 1_000 }));
    },
    async '/alert'(request, response) {
      alerts.push(request.body.toString());
      response.end('ok');
    },
  };
  const server: LoopbackServer = await startLoopbackServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const handle = own[pathname] ?? ((one, other) => forward(service.url, one, other));
    const arrived = async (): Promise<Arrived> => ({ method, url, headers, body: await readBody(request) });
    if (READS.has(method) && own[pathname] === undefined) return handle(await arrived(), response);
    const call = nameOf(method, pathname);
    const effect = { number: effects.length + 1, call, unseen: UNSEEN.test(call) };
    effects.push(effect);
    if ((await world.watch(effect, 'before')) === 'cut off') return void request.socket.destroy();
    const fault = world.faults.next(method, pathname);
    if (fault !== undefined) return spoil(fault, world.faults, handle, await arrived(), response);
    const send = holdBack(response);
    await handle(await arrived(), response);
    if ((await world.watch(effect, 'after')) === 'cut off') return void request.socket.destroy();
    send();
  });
  const world: OutsideWorld = {
    url: server.url,
    service,
    router,
    effects,
    alerts,
    errors: {},
    watch: async () => 'go on',
    faults: new Faults(),
    async close() {
      await server.close();
      await service.close();
    },
  };
  return world;
}

type Handle = (request: Arrived, response: ServerResponse) => Promise<void>;

/** Lets a request take effect, if the fault does, and answers as the fault would have it. */
async function spoil(
  fault: Fault,
  faults: Faults,
  handle: Handle,
  request: Arrived,
  response: ServerResponse,
): Promise<void> {
  if (fault.kind === 'delay') await new Promise((wake) => setTimeout(wake, fault.ms));
  const send = holdBack(response);
  if (takesEffect(fault)) await handle(request, response);
  if (fault.kind === 'silence') {
    if (fault.when === 'late') faults.later(() => handle(request, response));
    return;
  }
  const reply = faultReply(fault);
  if (fault.kind === 'reset') return void response.destroy();
  if (fault.kind === 'truncated') {
    response.setHeader('content-length', 1_000);
    return void response.write('{"weights":{', () => response.destroy());
  }
  if (reply === undefined) return send();
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.removeHeader('content-length');
  send(reply.bytes ?? JSON.stringify(reply.json));
}

/** Keeps what is said at the end of a reply until it may be sent. */
function holdBack(response: ServerResponse): (instead?: string | Uint8Array) => void {
  const end = response.end.bind(response);
  let said: unknown;
  response.end = ((body?: unknown) => {
    said = body;
    return response;
  }) as typeof response.end;
  return (instead) => {
    end(instead ?? said ?? '');
  };
}

async function forward(to: string, request: Arrived, response: ServerResponse): Promise<void> {
  const { body } = request;
  const headers = new Headers();
  for (const name of ['authorization', 'content-type', 'accept'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  const reply = await fetch(`${to}${request.url}`, {
    method: request.method,
    headers,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  const kept = [...reply.headers].filter(
    ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length|date)$/.test(name),
  );
  response.writeHead(reply.status, {
    ...Object.fromEntries(kept),
    ...(reply.status === 204 ? {} : { 'content-length': bytes.length }),
  });
  response.end(bytes);
}
