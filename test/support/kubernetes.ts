import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { followServices, type Objects } from './kserve-controllers.ts';

/** An object as the API keeps it. */
export interface KubernetesObject {
  metadata: {
    name: string;
    namespace: string;
    resourceVersion: string;
    generation: number;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  [part: string]: unknown;
}

export interface KubernetesOptions {
  /** Reads until the controllers act on a change. */
  readonly lagReads?: number;
  /** Reads until a new revision, or a started member, is ready. */
  readonly readyReads?: number;
  /** Models whose revisions never become ready. */
  readonly broken?: ReadonlySet<string>;
  /** Whether `status.observedGeneration` is kept; older controllers do not. */
  readonly observes?: boolean;
}

/** A small Kubernetes API with KServe's controllers; `await using` closes it. */
export interface Kubernetes {
  readonly origin: string;
  readonly token: string;
  readonly objects: Objects;
  /** What was asked, as `PATCH /apis/…`. */
  readonly requests: string[];
  /** Reacts in place of the API; `undefined` lets a request through. `drop`: it takes effect and the answer is lost. */
  intercept: (request: string) => { readonly status: number; readonly body: string } | 'drop' | undefined;
  put(path: string, object: Omit<KubernetesObject, 'metadata'> & { metadata?: object }): KubernetesObject;
  [Symbol.asyncDispose](): Promise<void>;
}

const status = (code: number, reason: string, message: string) => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }),
});

/** A JSON merge patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  return merged;
}

const pathOf = (url: string): { readonly path: string; readonly selector: string } => {
  const { pathname, searchParams } = new URL(url, 'http://cluster');
  return { path: pathname, selector: searchParams.get('labelSelector') ?? '' };
};

/** Starts the API on a free port of loopback. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const objects: Objects = new Map();
  const requests: string[] = [];
  const token = 'cluster-token';
  let version = 100;
  const follow = followServices(objects, {
    lagReads: options.lagReads ?? 1,
    readyReads: options.readyReads ?? 1,
    broken: options.broken ?? new Set(),
    observes: options.observes ?? true,
  });

  const store = (path: string, object: KubernetesObject): KubernetesObject => {
    version += 1;
    const before = objects.get(path);
    const changed = JSON.stringify(before?.['spec']) !== JSON.stringify(object['spec']);
    const generation = (before?.metadata.generation ?? 0) + (changed || !before ? 1 : 0);
    const metadata = { ...object.metadata, resourceVersion: String(version), generation };
    const stored = { ...object, metadata };
    objects.set(path, stored);
    follow.changed(path);
    return stored;
  };

  const kube: Kubernetes = {
    origin: '',
    token,
    objects,
    requests,
    intercept: () => undefined,
    put: (path, object) => {
      const [name = '', , namespace = ''] = path.split('/').toReversed();
      return store(path, {
        ...object,
        metadata: { name, namespace, resourceVersion: '', generation: 0, ...object.metadata },
      });
    },
    [Symbol.asyncDispose]: async () => undefined,
  };

  const answer = async (incoming: IncomingMessage) => {
    const { method = '', url = '', headers } = incoming;
    const body = await text(incoming);
    requests.push(`${method} ${url}`);
    const wish = kube.intercept(`${method} ${url}`);
    if (wish !== undefined && wish !== 'drop') return wish;
    if (headers.authorization !== `Bearer ${token}`) return status(401, 'Unauthorized', 'Unauthorized');
    const reply = handle(method, url, headers['content-type'] ?? '', body);
    return wish === 'drop' ? 'drop' : reply;
  };

  const handle = (method: string, url: string, type: string, body: string) => {
    const { path, selector } = pathOf(url);
    if (method === 'GET') follow.read();
    if (method === 'GET' && selector !== '') return list(path, selector);
    if (method === 'POST') return create(path, body);
    const object = objects.get(path);
    if (!object) return status(404, 'NotFound', `${path} not found`);
    return method === 'GET'
      ? { status: 200, body: JSON.stringify(object) }
      : change(path, object, type, body);
  };

  const change = (path: string, object: KubernetesObject, type: string, body: string) => {
    if (type !== 'application/merge-patch+json') return status(415, 'UnsupportedMediaType', type);
    const patch = JSON.parse(body);
    const wanted = patch.metadata?.resourceVersion;
    if (wanted !== undefined && wanted !== object.metadata.resourceVersion)
      return status(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      );
    return { status: 200, body: JSON.stringify(store(path, mergePatch(object, patch) as KubernetesObject)) };
  };

  const list = (path: string, selector: string) => {
    const [label = '', value] = selector.split('=');
    const items = [...objects]
      .filter(([key, { metadata }]) => key.startsWith(`${path}/`) && metadata.labels?.[label] === value)
      .map(([, item]) => item);
    return { status: 200, body: JSON.stringify({ kind: 'List', items }) };
  };

  const create = (path: string, body: string) => {
    const object = JSON.parse(body);
    const key = `${path}/${object.metadata.name}`;
    if (objects.has(key)) return status(409, 'AlreadyExists', `${key} already exists`);
    return { status: 201, body: JSON.stringify(store(key, object)) };
  };

  const server = createServer(async (incoming, response) => {
    const reply = await answer(incoming);
    if (reply === 'drop') return void incoming.socket.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return Object.assign(kube, {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  });
}
