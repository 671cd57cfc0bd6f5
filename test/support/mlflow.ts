import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

interface Tag {
  readonly key: string;
  readonly value: string;
}

interface ModelVersion {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  tags: readonly Tag[];
}

/** How a call goes wrong: its effect first or not at all, then the connection or an error. */
export interface MlflowFault {
  readonly path: string;
  readonly effect: boolean;
  readonly answer: 'reset' | 'html' | number;
  times: number;
}

/** The registry part of MLflow's REST API 2.0, in memory: what a tracking server does, refusals included. */
export interface MlflowServer {
  readonly url: string;
  readonly versions: readonly ModelVersion[];
  readonly aliases: ReadonlyMap<string, string>;
  /** Method, path and authorization of each call. */
  readonly calls: readonly string[];
  readonly faults: MlflowFault[];
  close(): void;
}

type Fields = Readonly<Record<string, unknown>>;
type Reply = readonly [status: number, body: Fields];

const refuse = (status: number, error_code: string, message: string): Reply => [
  status,
  { error_code, message },
];
const missing = (what: string): Reply => refuse(404, 'RESOURCE_DOES_NOT_EXIST', `${what} not found`);
const invalid = (message: string): Reply => refuse(400, 'INVALID_PARAMETER_VALUE', message);

/** MLflow refuses sources that could be paths of its own machine. */
function sourceProblem(source: string): string | undefined {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(source) ?? [];
  const path = rest.replace(/^\/\/[^/]*/, '').replace(/[?#].*$/, '');
  const sound =
    scheme !== undefined &&
    scheme !== 'file' &&
    (path === '' || path.startsWith('/')) &&
    !path.includes('..');
  return sound ? undefined : `Invalid model version source: '${source}'.`;
}

/** @param options - `authorization` is asked for when given; `pageSize` of searches */
export async function startMlflow(
  options: { readonly authorization?: string; readonly pageSize?: number } = {},
): Promise<MlflowServer> {
  const models = new Set<string>();
  const versions: ModelVersion[] = [];
  const aliases = new Map<string, string>();
  const calls: string[] = [];
  const faults: MlflowFault[] = [];
  const pageSize = options.pageSize ?? 200;
  const find = ({ name, version }: Fields) =>
    versions.find((one) => one.name === name && one.version === String(version));
  const withAliases = (one: ModelVersion) => ({
    ...one,
    aliases: [...aliases]
      .filter(([key, to]) => key.startsWith(`${one.name}@`) && to === one.version)
      .map(([key]) => key.split('@')[1]),
    status: 'READY',
  });

  const routes: Readonly<Record<string, (fields: Fields) => Reply>> = {
    'POST registered-models/create': ({ name }) => {
      if (typeof name !== 'string' || name === '') return invalid('Registered model name cannot be empty.');
      if (models.has(name))
        return refuse(400, 'RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`);
      models.add(name);
      return [200, { registered_model: { name } }];
    },
    'POST model-versions/create': ({ name, source, tags }) => {
      if (!models.has(String(name))) return missing(`Registered Model with name=${name}`);
      const problem = sourceProblem(String(source ?? ''));
      if (problem !== undefined) return invalid(problem);
      const count = versions.filter((one) => one.name === name).length;
      const made = {
        name: String(name),
        version: String(count + 1),
        source: String(source),
        tags: (tags ?? []) as Tag[],
      };
      versions.push(made);
      return [200, { model_version: withAliases(made) }];
    },
    'GET model-versions/search': ({ filter, page_token }) => {
      const name = /^name='([^']+)'$/.exec(String(filter))?.[1];
      if (name === undefined) return invalid(`Invalid filter '${filter}'`);
      const all = versions.filter((one) => one.name === name).reverse();
      const start = Number(page_token ?? 0);
      const next = start + pageSize < all.length ? { next_page_token: String(start + pageSize) } : {};
      const page = all.slice(start, start + pageSize).map(withAliases);
      // Protocol buffers leave out what is empty.
      return [200, { ...(page.length > 0 ? { model_versions: page } : {}), ...next }];
    },
    'POST model-versions/set-tag': (fields) => {
      const found = find(fields);
      if (found === undefined)
        return missing(`Model Version (name=${fields['name']}, version=${fields['version']})`);
      const { key, value } = fields as unknown as Tag;
      found.tags = [...found.tags.filter((tag) => tag.key !== key), { key, value }];
      return [200, {}];
    },
    'POST registered-models/alias': (fields) => {
      const alias = String(fields['alias']);
      if (!/^[\w-]+$/.test(alias) || alias === 'latest' || /^v\d+$/i.test(alias))
        return invalid(`Invalid alias name: '${alias}'.`);
      if (find(fields) === undefined) return missing('Model Version');
      aliases.set(`${fields['name']}@${alias}`, String(fields['version']));
      return [200, {}];
    },
    'GET registered-models/alias': ({ name, alias }) => {
      if (!models.has(String(name))) return missing(`Registered Model with name=${name}`);
      const found = find({ name, version: aliases.get(`${name}@${alias}`) });
      // Not 404, as one would think.
      return found === undefined
        ? invalid(`Registered model alias ${alias} not found.`)
        : [200, { model_version: withAliases(found) }];
    },
  };

  const act = (route: string, fields: Fields): Reply => routes[route]?.(fields) ?? [404, {}];

  function fail(fault: MlflowFault, { route, fields }: Received, response: ServerResponse): void {
    fault.times -= 1;
    if (fault.effect) act(route, fields);
    if (fault.answer === 'reset') response.destroy();
    else if (fault.answer === 'html') response.end('<html>Proxy error</html>');
    else response.writeHead(fault.answer).end('');
  }

  const server: Server = createServer(async (request, response) => {
    const received = await read(request);
    const { authorization = '-' } = request.headers;
    calls.push(`${received.route} ${authorization}`);
    const fault = faults.find(({ times, path }) => times > 0 && received.route.endsWith(path));
    if (fault !== undefined) return fail(fault, received, response);
    if (options.authorization !== undefined && options.authorization !== authorization)
      return void response.writeHead(401).end('You are not authenticated.');
    const [status, body] = act(received.route, received.fields);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    versions,
    aliases,
    calls,
    faults,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Received {
  readonly route: string;
  readonly fields: Fields;
}

async function read(request: IncomingMessage): Promise<Received> {
  const url = new URL(request.url ?? '', 'http://x');
  const route = `${request.method} ${url.pathname.replace('/api/2.0/mlflow/', '')}`;
  if (request.method === 'GET') return { route, fields: Object.fromEntries(url.searchParams) };
  return { route, fields: (await json(request)) as Fields };
}
