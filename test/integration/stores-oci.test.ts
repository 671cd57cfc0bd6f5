import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as forward, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Digest, sha256 } from '../../actions/lib/digest.ts';
import { readModelManifest } from '../../actions/runtime/model-manifest.ts';
import { parseOciReference } from '../../actions/runtime/stores/oci-reference.ts';
import { openStore } from '../../actions/runtime/stores/open-store.ts';
import type { RegistryAccess } from '../../actions/runtime/stores/registry-client.ts';
import { resolveModel } from '../../actions/runtime/stores/resolve-model.ts';
import { storable } from '../../actions/runtime/stores/store.ts';
import { describeWith } from '../support/debian.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { freePort, HTPASSWD, type OciRegistry, startRegistry } from '../support/oci-registry.ts';

const ACCESS: RegistryAccess = {
  userEnv: 'TEST_REGISTRY_USER',
  passwordEnv: 'TEST_REGISTRY_PASSWORD',
  network: 'private-http',
};
/** Part of every system that has Debian's registry. */
const OPENSSL = 'openssl';
const FILES = { 'model/model.onnx': 'graph', 'model/weights/part 1.bin': 'x'.repeat(700_000) };

const runtimes: MemoryRuntime[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  delete process.env['TEST_REGISTRY_USER'];
  delete process.env['TEST_REGISTRY_PASSWORD'];
});

async function stepWith(files: Record<string, string> = FILES, inputs: Record<string, string> = {}) {
  const runtime = await memoryRuntime({ files, inputs });
  runtimes.push(runtime);
  return runtime;
}

async function put(
  runtime: MemoryRuntime,
  host: string,
  { version = '1.0.0', path = 'acme/churn', access = ACCESS } = {},
) {
  const manifest = await readModelManifest(runtime, 'model');
  const model = storable(manifest, { model: 'churn', version, commit: '' });
  const store = openStore(runtime, { kind: 'oci', repository: `${host}/${path}`, access });
  return { manifest, ...(await store.put(model)) };
}

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** A proxy before a registry that breaks the first requests of a kind. */
const faulty = (
  registry: string,
  method: string,
  path: RegExp,
  times: number,
  fault: 'reset' | 'lost' | 503,
) => {
  let seen = 0;
  return listen((incoming, outgoing) => {
    const [name = '', port = ''] = registry.split(':');
    const hit = incoming.method === method && path.test(incoming.url ?? '') && seen++ < times;
    if (hit && fault === 503) return void incoming.resume().on('end', () => outgoing.writeHead(503).end());
    if (hit && fault === 'reset') return void incoming.socket.destroy();
    const passed = forward(
      { host: name, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        if (hit) return void answer.resume().on('end', () => outgoing.destroy());
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
};

const remove = (registry: OciRegistry, path: string) =>
  fetch(`http://${registry.host}/v2/acme/churn/${path}`, { method: 'DELETE' });

const digestOf = (uri: string): Digest => parseOciReference(uri)?.digest ?? expect.fail(uri);

describeWith('docker-registry', (program) => {
  let registry: OciRegistry;
  beforeAll(async () => {
    registry = await startRegistry(program);
  });
  afterAll(() => registry.close());

  describe('a model in a registry', () => {
    test('is a manifest by digest, whose layers are its files by path', async () => {
      const runtime = await stepWith();
      const { uri, stored, manifest } = await put(runtime, registry.host);
      expect(uri).toMatch(new RegExp(`^oci://${registry.host}/acme/churn@sha256:[0-9a-f]{64}$`));
      expect(stored.map(({ name }) => name)).toEqual(manifest.files.map(({ path }) => path));
      const answer = await fetch(`http://${registry.host}/v2/acme/churn/manifests/churn-v1.0.0`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      });
      const text = await answer.text();
      expect(sha256(text)).toBe(digestOf(uri));
      const document = JSON.parse(text);
      expect(document).toMatchObject({
        artifactType: 'application/vnd.mlops-actions.model.v1',
        config: { mediaType: 'application/vnd.oci.empty.v1+json' },
      });
      for (const layer of document.layers) {
        const blob = await fetch(`http://${registry.host}/v2/acme/churn/blobs/${layer.digest}`);
        const path = layer.annotations['org.opencontainers.image.title'];
        expect(await blob.text()).toBe(FILES[`model/${path}` as keyof typeof FILES]);
      }
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toEqual({ kind: 'there' });
    });

    test('has the same address when it is put again; a version keeps its bytes', async () => {
      const first = await put(await stepWith(), registry.host, { version: '2.0.0' });
      expect(await put(await stepWith(), registry.host, { version: '2.0.0' })).toMatchObject({
        uri: first.uri,
      });
      const other = await stepWith({ ...FILES, 'model/model.onnx': 'GRAPH' });
      await expect(put(other, registry.host, { version: '2.0.0' })).rejects.toMatchObject({
        code: 'digest-mismatch',
        message: expect.stringMatching(/tag churn-v2\.0\.0 .*a version never changes its bytes/),
      });
      const manifest = await readModelManifest(other, 'model');
      expect(await resolveModel(other, first.uri, manifest, ACCESS)).toMatchObject({
        kind: 'differs',
        reason: expect.stringContaining('model.onnx'),
      });
    });

    test('a file that changed after it was hashed is refused by the registry', async () => {
      const runtime = await stepWith({ 'model/model.onnx': 'before' });
      const manifest = await readModelManifest(runtime, 'model');
      await runtime.files.write('model/model.onnx', 'behind');
      const store = openStore(runtime, {
        kind: 'oci',
        repository: `${registry.host}/acme/churn`,
        access: ACCESS,
      });
      const model = storable(manifest, { model: 'churn', version: '3.0.0', commit: '' });
      await expect(store.put(model)).rejects.toMatchObject({
        code: 'digest-mismatch',
        message: expect.stringMatching(/^model\.onnx: .*did the file change.*DIGEST_INVALID/),
      });
    });

    test('may have empty files, and the same bytes under two names', async () => {
      const runtime = await stepWith({ 'model/empty.txt': '', 'model/a.bin': 'same', 'model/b.bin': 'same' });
      const { uri, manifest } = await put(runtime, registry.host, { version: '5.0.0' });
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toEqual({ kind: 'there' });
    });

    test('takes no tag that a registry could not hold', async () => {
      const version = `1.0.0-${'x'.repeat(130)}`;
      await expect(put(await stepWith(), registry.host, { version })).rejects.toMatchObject({
        code: 'limit-exceeded',
      });
    });

    test('goes where the registry sends it, without credentials for others', async () => {
      const told: string[] = [];
      const elsewhere = await listen((request, response) => {
        told.push(`${request.method} ${request.url} ${request.headers.authorization}`);
        request.resume().on('end', () => response.writeHead(201).end());
      });
      const seen: string[] = [];
      const host = await listen((request, response) => {
        const { method = '', url = '', headers } = request;
        const known = headers.authorization !== undefined;
        if (known) seen.push(`${method} ${url}`);
        const uploads = seen.filter((line) => line.startsWith('POST')).length;
        const place = uploads === 1 ? '/elsewhere?a=1' : `http://${elsewhere}/up`;
        const [status, more = {}] = known ? sending(method, url, place) : UNKNOWN;
        request.resume().on('end', () => response.writeHead(status, more).end());
      });
      process.env['TEST_REGISTRY_USER'] = 'ci';
      process.env['TEST_REGISTRY_PASSWORD'] = 'word';
      await put(await stepWith({ 'model/model.onnx': 'x' }), host);
      expect(seen).toContainEqual(expect.stringMatching(/^PUT \/elsewhere\?a=1&digest=sha256%3A/));
      expect(told).toEqual([`PUT /up?digest=${encodeURIComponent(sha256('x'))} undefined`]);
    });

    test('is gone without a layer or its manifest', async () => {
      const runtime = await stepWith({ 'model/model.onnx': 'lost soon' });
      const { uri, manifest } = await put(runtime, registry.host, { version: '4.0.0' });
      expect((await remove(registry, `blobs/${sha256('lost soon')}`)).status).toBe(202);
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toMatchObject({
        kind: 'gone',
        reason: expect.stringContaining('model.onnx'),
      });
      expect((await remove(registry, `manifests/${digestOf(uri)}`)).status).toBe(202);
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toMatchObject({ kind: 'gone' });
    });

    test.each([
      ['POST', /uploads/, 1, 'reset'],
      ['POST', /uploads/, 2, 503],
      ['PUT', /uploads/, 1, 'lost'],
      ['PUT', /uploads/, 1, 503],
      ['PUT', /uploads/, 1, 'reset'],
      ['HEAD', /blobs/, 2, 503],
      ['PUT', /manifests/, 1, 'lost'],
      ['PUT', /manifests/, 1, 503],
    ] as const)('%s %s failing %i times by %s is tried again', async (method, path, times, fault) => {
      const runtime = await stepWith({ 'model/model.onnx': `${method} ${path} ${times} ${fault}` });
      const proxy = await faulty(registry.host, method, path, times, fault);
      const name = { path: `acme/${method.toLowerCase()}-${/\w+/.exec(path.source)}-${times}-${fault}` };
      const { uri, manifest } = await put(runtime, proxy, name);
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toEqual({ kind: 'there' });
    });
  });

  describe('a registry that cannot be used', () => {
    test('is down: an error to put, unknown to look', async () => {
      const host = `127.0.0.1:${await freePort()}`;
      const runtime = await stepWith();
      await expect(put(runtime, host)).rejects.toMatchObject({
        code: 'server-failed',
        message: expect.stringMatching(/no answer \(refused.*Is the registry up\?/),
      });
      const manifest = await readModelManifest(runtime, 'model');
      const uri = `oci://${host}/acme/churn@${sha256('m')}`;
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toMatchObject({ kind: 'unknown' });
    });

    test('lies in a private network, which is not allowed unless asked for', async () => {
      const runtime = await stepWith();
      for (const network of ['public', 'private'] as const)
        await expect(put(runtime, registry.host, { access: { ...ACCESS, network } })).rejects.toThrow(
          network === 'public' ? /forbidden-address/ : /no answer/,
        );
    });
  });

  describe('a registry with passwords', () => {
    let guarded: OciRegistry;
    beforeAll(async () => {
      const auth = '  htpasswd: { realm: test, path: "{folder}/htpasswd" }';
      guarded = await startRegistry(program, { auth, files: { htpasswd: HTPASSWD } });
    });
    afterAll(() => guarded.close());

    test('takes them from the environment, and they are masked', async () => {
      process.env['TEST_REGISTRY_USER'] = 'ci';
      process.env['TEST_REGISTRY_PASSWORD'] = 'registry password';
      const runtime = await stepWith();
      const { uri, manifest } = await put(runtime, guarded.host);
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toEqual({ kind: 'there' });
      expect(runtime.recorded.masked).toContain('registry password');
    });

    test.each([
      ['none', undefined],
      ['a wrong one', 'wrong'],
    ])('refuses %s, and the message says which variables to set', async (_, password) => {
      process.env['TEST_REGISTRY_USER'] = 'ci';
      if (password !== undefined) process.env['TEST_REGISTRY_PASSWORD'] = password;
      const runtime = await stepWith();
      await expect(put(runtime, guarded.host)).rejects.toMatchObject({
        code: 'server-failed',
        message: expect.stringMatching(/: 401\. Give.*TEST_REGISTRY_USER and TEST_REGISTRY_PASSWORD/),
      });
      const manifest = await readModelManifest(runtime, 'model');
      const uri = `oci://${guarded.host}/acme/churn@${sha256('m')}`;
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toMatchObject({ kind: 'unknown' });
    });
  });

  test('a registry with tokens gets one for this repository alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=tokens', '-days', '1', '-keyout', key, '-out', certificate];
    execFileSync(OPENSSL, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], {
      stdio: 'ignore',
    });
    const [keyText, certificateText] = [readFileSync(key, 'utf8'), readFileSync(certificate, 'utf8')];
    rmSync(folder, { recursive: true });
    const asked: URL[] = [];
    const tokens = await listen((incoming, outgoing) => {
      const url = new URL(incoming.url ?? '', 'http://x');
      asked.push(url);
      const expected = `Basic ${Buffer.from('ci:registry password').toString('base64')}`;
      if (incoming.headers.authorization !== expected) return void outgoing.writeHead(401).end();
      const token = jwt(keyText, certificateText, url.searchParams.getAll('scope'));
      outgoing.end(JSON.stringify({ token }));
    });
    const auth = `  token: { realm: "http://${tokens}/token", service: registry, issuer: test, rootcertbundle: "{folder}/cert.pem" }`;
    const guarded = await startRegistry(program, { auth, files: { 'cert.pem': certificateText } });
    try {
      await expect(put(await stepWith(), guarded.host)).rejects.toThrow(/TEST_REGISTRY_PASSWORD/);
      process.env['TEST_REGISTRY_USER'] = 'ci';
      process.env['TEST_REGISTRY_PASSWORD'] = 'registry password';
      const runtime = await stepWith();
      const { uri, manifest } = await put(runtime, guarded.host);
      expect(await resolveModel(runtime, uri, manifest, ACCESS)).toEqual({ kind: 'there' });
      const scopes = new Set(asked.flatMap((url) => url.searchParams.getAll('scope')));
      expect([...scopes].every((scope) => scope.startsWith('repository:acme/churn:'))).toBe(true);
      expect(runtime.recorded.masked.some((secret) => secret.startsWith('eyJ'))).toBe(true);
    } finally {
      await guarded.close();
    }
  });
});

const UNKNOWN: readonly [number, Record<string, string>] = [401, { 'www-authenticate': 'Basic' }];

/** What a registry answers that has nothing but the manifest that is put, and takes uploads in a place of its own. */
function sending(method: string, url: string, place: string): readonly [number, Record<string, string>?] {
  if (method === 'POST') return [202, { location: place }];
  if (method === 'PUT') return [201];
  return [url.includes('manifests/sha256') ? 200 : 404];
}

/** A token as docker's token specification has it, with the certificate of its key. */
function jwt(key: string, certificate: string, scopes: readonly string[]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const der = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const now = Math.floor(Date.now() / 1_000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const claims = {
    iss: 'test',
    sub: 'ci',
    aud: 'registry',
    exp: now + 300,
    nbf: now - 60,
    iat: now,
    jti: '1',
    access,
  };
  const signed = `${part({ typ: 'JWT', alg: 'RS256', x5c: [der] })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}
