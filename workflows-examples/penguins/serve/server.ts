// A model server in one process: serves two versions side by side by weight, counts how each does, and takes orders
// from promote-model and rollback.
//
//   SERVING_SECRET=… node serve/server.ts --port 8080 --state .serving
//
//   PUT  /models/<file name>       a model's bytes, signed                       → {"digest"}
//   POST /traffic                  {version, digest, weight, fence, key}, signed → the traffic; 409 when fenced
//   GET  /traffic?version=         who answers which share now, and the share of a version
//   POST /predict                  {id, row}                                     → {version, label, probabilities}
//   POST /try?digest=              {row}: asks a model that was handed in, before it has visitors; not counted
//   POST /feedback                 {id, label}: what was true, told later
//   GET  /metrics.json?version=    requests, errors, latency and accuracy of a version; all versions without one
//   GET  /window.csv?version=&rows= the latest labelled requests: what was asked, answered and true
//   GET  /healthz                  200 as soon as it listens
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelStore } from './model-store.ts';
import { readOrder, readShare } from './orders.ts';
import { Scoreboard } from './scoreboard.ts';
import { isSigned } from './signature.ts';
import { TrafficControl } from './traffic.ts';
import { toCsv } from './window-csv.ts';

const { values: flags } = parseArgs({
  options: { port: { type: 'string', default: '0' }, state: { type: 'string', default: '.serving' } },
});
const secret = process.env['SERVING_SECRET'];
if (!secret) throw new Error('SERVING_SECRET: the secret that orders are signed with is not set');

/** Models and requests of this project are small. */
const MAX_BODY = 10_000_000;

const store = new ModelStore(join(flags.state, 'models'));
const traffic = new TrafficControl(join(flags.state, 'traffic.json'));
const scoreboard = new Scoreboard();

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

interface Ask {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const refuse = (status: number, error: string): Reply => ({ status, body: { error } });
const json = (ask: Ask): Record<string, unknown> => JSON.parse(ask.body.toString('utf8'));
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const routes: Readonly<Record<string, (ask: Ask) => Reply | Promise<Reply>>> = {
  'GET /healthz': () => ok({ status: 'ok' }),
  'GET /traffic': ({ url }) => ok(readShare(traffic.current, url.searchParams.get('version') ?? '')),
  'GET /metrics.json': ({ url }) => {
    const version = url.searchParams.get('version');
    return ok(version ? scoreboard.health(version) : scoreboard.versions().map((v) => scoreboard.health(v)));
  },
  'GET /window.csv': ({ url }) =>
    ok(toCsv(scoreboard.window(url.searchParams.get('version') ?? '', Number(url.searchParams.get('rows'))))),
  'PUT /models': async (ask) => {
    if (!isSigned(secret, ask.headers, ask.body)) return refuse(401, 'not signed');
    return ok({
      digest: await store.put(decodeURIComponent(ask.url.pathname.split('/')[2] ?? ''), ask.body),
    });
  },
  'POST /traffic': (ask) => {
    if (!isSigned(secret, ask.headers, ask.body)) return refuse(401, 'not signed');
    const order = readOrder(ask.headers, json(ask));
    if (!store.has(order.digest)) return refuse(422, `no model with digest ${order.digest}: upload it first`);
    const obeyed = traffic.obey(order);
    if (obeyed.kind === 'fenced') return refuse(409, `fence ${order.fence} is lower than ${obeyed.fence}`);
    console.log(`${order.version} at ${order.weight} %, fence ${order.fence} (${obeyed.kind})`);
    return ok(readShare(obeyed.traffic, order.version));
  },
  'POST /predict': (ask) => predict(json(ask)),
  'POST /try': async (ask) => {
    const digest = ask.url.searchParams.get('digest') ?? '';
    const model = await store.open(digest);
    return ok({ digest, ...(await model.predict(measurements(json(ask)))) });
  },
  'POST /feedback': (ask) => {
    const { id, label } = json(ask);
    return scoreboard.labelled(text(id), text(label))
      ? ok({})
      : refuse(404, 'no such request waits for a label');
  },
};

/** The row of a request as numbers; what is none becomes NaN, and matters only if the model asks for it. */
const measurements = (request: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(request['row'] ?? {}).map(([name, value]) => [name, Number(value)] as const),
  );

async function predict(request: Record<string, unknown>): Promise<Reply> {
  const id = text(request['id']);
  const features = measurements(request);
  const row = Object.entries(request['row'] ?? {}).map(([name, value]) => [name, String(value)] as const);
  const served = traffic.route(id);
  if (!served) return refuse(503, 'no version serves yet');
  const start = performance.now();
  try {
    const model = await store.open(served.digest);
    const prediction = await model.predict(features);
    const answer = { id, row: Object.fromEntries(row), features, version: served.version, prediction };
    scoreboard.answered(answer, performance.now() - start);
    return ok({ version: served.version, ...prediction });
  } catch (error) {
    scoreboard.failed(served.version);
    return refuse(500, String(error));
  }
}

async function answer(request: IncomingMessage): Promise<Reply> {
  const body = await readBody(request);
  if (!body) return refuse(413, `a body of more than ${MAX_BODY} bytes`);
  const url = new URL(request.url ?? '/', 'http://server');
  const route = routes[`${request.method} /${url.pathname.split('/')[1]}`];
  return route ? route({ url, headers: request.headers, body }) : refuse(404, 'no such place');
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((error: unknown) => refuse(400, String(error)));
  const isTable = typeof body === 'string';
  response.writeHead(status, { 'content-type': isTable ? 'text/csv' : 'application/json' });
  response.end(isTable ? body : JSON.stringify(body));
});

server.listen(Number(flags.port), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://127.0.0.1:${port}`);
});
