import { type Fault, Faults, faultReply, takesEffect } from '../../actions/local/services/github/faults.ts';
import { deliver } from '../../actions/local/services/github/front-server.ts';
import type { Reply } from '../../actions/local/services/github/routes.ts';
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
    '/traffic': async (request) => router.answer(request),
    async '/metrics'({ url }) {
      const version = new URL(url, world.url).searchParams.get('version') ?? '';
      return { status: 200, json: { errors: world.errors[version] ?? 0, requests: 1_000 } };
    },
    async '/alert'({ body }) {
      alerts.push(body.toString());
      return { status: 200, json: 'ok' };
    },
  };
  const server: LoopbackServer = await startLoopbackServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const handle = own[pathname] ?? ((arrived) => forward(service.url, arrived));
    const arrived = async (): Promise<Arrived> => ({ method, url, headers, body: await readBody(request) });
    const isEffect = !READS.has(method) || own[pathname] !== undefined;
    if (!isEffect) return deliver(response, await handle(await arrived()), undefined, world.faults);
    const call = nameOf(method, pathname);
    const effect = { number: effects.length + 1, call, unseen: UNSEEN.test(call) };
    effects.push(effect);
    if ((await world.watch(effect, 'before')) === 'cut off') return void request.socket.destroy();
    const fault = world.faults.next(method, pathname);
    const reply = await spoiled(fault, world.faults, handle, await arrived());
    if ((await world.watch(effect, 'after')) === 'cut off') return void request.socket.destroy();
    deliver(response, reply, fault, world.faults);
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

type Handle = (request: Arrived) => Promise<Reply>;

const NOTHING: Reply = { status: 500 };

/** Lets a request take effect as often as the fault does, and gives what is answered then. */
async function spoiled(
  fault: Fault | undefined,
  faults: Faults,
  handle: Handle,
  request: Arrived,
): Promise<Reply> {
  if (fault?.kind === 'delay') await new Promise((wake) => setTimeout(wake, fault.ms));
  if (fault?.kind === 'twice') await handle(request);
  if (fault?.kind === 'silence' && fault.when === 'late') faults.later(() => handle(request));
  const real = takesEffect(fault) ? await handle(request) : NOTHING;
  return (fault && faultReply(fault)) ?? real;
}

async function forward(to: string, { method, url, headers: all, body }: Arrived): Promise<Reply> {
  const headers = new Headers();
  for (const name of ['authorization', 'content-type', 'accept'] as const) {
    const value = all[name];
    if (value !== undefined) headers.set(name, value);
  }
  const reply = await fetch(`${to}${url}`, {
    method,
    headers,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  const kept = [...reply.headers].filter(
    ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length|date)$/.test(name),
  );
  return {
    status: reply.status,
    headers: Object.fromEntries(kept),
    ...(reply.status === 204 ? {} : { bytes }),
  };
}
