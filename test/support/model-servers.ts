import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServedData } from '../../actions/lib/serving/protocol.ts';
import type { Table } from '../../actions/lib/tabular/table.ts';
import { readPlainCsv } from './plain-csv.ts';

/** A request as a model server got it. */
export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Port the request came from: the same for requests on one connection. */
  readonly port: number;
}

/** What a stand-in does with a request: it answers, or misbehaves in a way that servers and networks have. */
export type Reaction =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A text as it is; anything else as JSON. */
      readonly body?: unknown;
      readonly delayMs?: number;
    }
  | 'hang'
  | 'reset'
  | 'truncate';

export type Respond = (request: Received) => Reaction | undefined;

/** A server on loopback; `await using` closes it. */
export interface ModelServer {
  readonly origin: string;
  readonly received: readonly Received[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a stand-in on a free port; what no responder knows is answered with 404. */
export async function startServer(...responders: readonly Respond[]): Promise<ModelServer> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const request: Received = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: await text(incoming),
      port: incoming.socket.remotePort ?? 0,
    };
    received.push(request);
    const reaction = first(responders, request) ?? { status: 404, body: { detail: 'Not Found' } };
    if (reaction === 'hang') return;
    if (reaction === 'reset') return void incoming.socket.destroy();
    if (reaction === 'truncate') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"predictions":[');
      setTimeout(() => incoming.socket.destroy(), 20);
      return;
    }
    if (reaction.delayMs) await delay(reaction.delayMs);
    const { status = 200, headers, body = '' } = reaction;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    received,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function first(responders: readonly Respond[], request: Received): Reaction | undefined {
  for (const respond of responders) {
    const reaction = respond(request);
    if (reaction !== undefined) return reaction;
  }
  return undefined;
}

/** Reacts to the first requests that predict as told, one after the other, before a server does its work. */
export function faults(...reactions: readonly Reaction[]): Respond {
  const left = [...reactions];
  return ({ method, path }) =>
    method === 'POST' && !path.includes('/repository/') ? left.shift() : undefined;
}

/** A row as a stand-in's model gets it, by column or by position. */
export type ServedRow = Readonly<Record<string, unknown>> | readonly unknown[];

/** What a tensor of the Open Inference Protocol looks like on the wire. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** Speaks the Open Inference Protocol for one model. `infer` gets the tensors and gives tensors. */
export function speaksOip(
  name: string,
  metadata: { readonly inputs: readonly unknown[]; readonly outputs?: readonly unknown[] },
  infer: (inputs: readonly WireTensor[]) => readonly WireTensor[],
): Respond {
  return ({ method, path, body }) => {
    if (method === 'GET' && path === '/v2/models') return { body: { models: [name] } };
    if (method === 'GET' && path === `/v2/models/${name}`)
      return { body: { name, versions: ['1'], platform: 'test', outputs: [], ...metadata } };
    if (method !== 'POST' || path !== `/v2/models/${name}/infer`) return undefined;
    const { inputs } = JSON.parse(body);
    return { body: { model_name: name, id: '', outputs: infer(inputs) } };
  };
}

/** Speaks KServe's first protocol for one model. */
export function speaksKserve(name: string, predict: (rows: readonly ServedRow[]) => unknown): Respond {
  return ({ method, path, body }) => {
    if (method === 'GET' && path === '/v1/models') return { body: { models: [name] } };
    if (method === 'GET' && path === `/v1/models/${name}`) return { body: { name, ready: true } };
    if (method !== 'POST' || path !== `/v1/models/${name}:predict`) return undefined;
    return { body: { predictions: predict(JSON.parse(body).instances) } };
  };
}

/** Answers as MLflow's scoring server does; the model gets the data frame as rows by column. */
export function speaksMlflow(
  predict: (rows: readonly Readonly<Record<string, unknown>>[]) => unknown,
): Respond {
  return ({ method, path, body }) => {
    if (method === 'GET' && (path === '/ping' || path === '/health')) return { body: '\n' };
    if (method === 'GET' && path === '/version')
      return { body: '3.4.0', headers: { 'content-type': 'text/html' } };
    if (method !== 'POST' || path !== '/invocations') return undefined;
    const { dataframe_split: frame, ...others } = JSON.parse(body);
    if (frame === undefined || Object.keys(others).length > 0)
      return {
        status: 400,
        body: { error_code: 'BAD_REQUEST', message: 'expected exactly one of the input fields' },
      };
    const columns: readonly string[] = frame.columns;
    const data: readonly (readonly unknown[])[] = frame.data;
    const rows = data.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
    return { body: { predictions: predict(rows) } };
  };
}

/** A test set from text, all of whose columns are features but for the label. */
export async function servedData(
  content: string,
  choice: Partial<Pick<ServedData, 'features' | 'excluded' | 'name'>> = {},
): Promise<ServedData> {
  const name = choice.name ?? 'test.csv';
  const { columns, rows, lines } = readPlainCsv(name, new TextEncoder().encode(content));
  const table: Table = {
    format: 'csv',
    columns,
    rowCount: rows.length,
    column: (wanted) => {
      const at = columns.indexOf(wanted);
      return at < 0 ? undefined : rows.map((row) => row[at] ?? null);
    },
    lineOf: (row) => lines[row],
  };
  return { table, name, features: [], excluded: ['label'], ...choice };
}
