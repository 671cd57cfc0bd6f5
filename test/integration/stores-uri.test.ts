import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { openStore } from '../../actions/runtime/stores/open-store.ts';
import type { RegistryAccess } from '../../actions/runtime/stores/registry-client.ts';
import { PUBLIC_ACCESS, resolveModel } from '../../actions/runtime/stores/resolve-model.ts';
import type { ExpectedModel } from '../../actions/runtime/stores/store.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

const BYTES = Buffer.alloc(2_500_000, 'model');
const PRIVATE: RegistryAccess = { ...PUBLIC_ACCESS, network: 'private-http' };
const ONE: ExpectedModel = {
  digest: sha256('manifest'),
  files: [{ path: 'model.onnx', size: BYTES.length, sha256: sha256(BYTES) }],
};

let server: Server;
let origin = '';
const runtimes: MemoryRuntime[] = [];

const ANSWERS: Readonly<Record<string, readonly [status: number, body: Buffer | string]>> = {
  '/model.onnx': [200, BYTES],
  '/other.onnx': [200, Buffer.alloc(2_500_000, 'MODEL')],
  '/longer.onnx': [200, Buffer.alloc(2_500_001, 'model')],
  '/page': [200, '<html>Sign in</html>'],
  '/expired': [410, 'expired'],
  '/broken': [500, ''],
  '/denied': [403, ''],
  '/moved': [302, ''],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/cut')
      return void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy());
    const [status, body] = ANSWERS[request.url?.replace(/\?.*/, '') ?? ''] ?? [404, ''];
    response.writeHead(status, status === 302 ? { location: `${origin}/model.onnx` } : {}).end(body);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
});

const step = async () => {
  const runtime = await memoryRuntime();
  runtimes.push(runtime);
  return runtime;
};
const resolve = async (uri: string, expected = ONE, access = PRIVATE) =>
  resolveModel(await step(), uri, expected, access);

describe('an address of the web', () => {
  test('is fetched as a stream and compared', async () => {
    expect(await resolve(`${origin}/model.onnx?sig=secret`)).toEqual({ kind: 'there' });
  });

  test('of a model of many files is compared with the digest that was declared', async () => {
    const archive = { digest: sha256(BYTES), files: [...ONE.files, ...ONE.files] };
    expect(await resolve(`${origin}/model.onnx`, archive)).toEqual({ kind: 'there' });
    expect(await resolve(`${origin}/model.onnx`, { ...archive, digest: sha256('') })).toMatchObject({
      kind: 'differs',
    });
  });

  test.each([
    ['/other.onnx', 'differs', /is sha256:/],
    ['/longer.onnx', 'differs', /larger than the 2500000 bytes/],
    ['/page', 'differs', /is sha256:/],
    ['/nowhere', 'gone', /answered 404/],
    ['/expired', 'gone', /answered 410/],
    ['/broken', 'unknown', /answered 500/],
    ['/denied', 'unknown', /answered 403/],
    ['/moved', 'unknown', /points elsewhere.*register the address it leads to/],
    ['/cut', 'unknown', /no answer/],
  ])('%s is %s', async (path, kind, reason) => {
    expect(await resolve(`${origin}${path}`)).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });

  test('in a private network is not looked at unless that is allowed, and its query is not shown', async () => {
    const answer = await resolve(`${origin}/page?sig=secret`, ONE, PUBLIC_ACCESS);
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/forbidden-address/) });
    expect(JSON.stringify(await resolve(`${origin}/page?sig=secret`))).not.toContain('secret');
  });
});

describe('other addresses', () => {
  test.each([
    ['', /without an address/],
    ['s3://bucket/model.onnx', /s3: cannot be looked at.*as it was declared/],
    ['gs://bucket/model.onnx', /gs: cannot be looked at/],
    ['file:///etc/passwd', /file: cannot be looked at/],
    ['constructor:x', /constructor: cannot be looked at/],
    ['models/model.onnx', /of this form cannot be looked at/],
    ['oci://ghcr.io/acme/churn:latest', /not by digest/],
    ['oci://ghcr.io/acme/churn@sha256:12', /not by digest/],
    ['release:', /names no release/],
    ['http://user:password@127.0.0.1/x', /credentials in a web address are refused/],
    ['https://[::ffff:169.254.169.254]/latest', /forbidden-address/],
    ['http://2130706433/x', /forbidden-address/],
  ])('%j is unknown, with the reason', async (uri, reason) => {
    expect(await resolve(uri, ONE, PUBLIC_ACCESS)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('a declared address as a store', () => {
  const model = {
    ...ONE,
    model: 'churn',
    version: '1.0.0',
    commit: '',
    files: ONE.files.map((file) => ({ ...file, location: 'x' })),
  };

  test('is recorded when the bytes are there, and refused when they are not', async () => {
    const put = async (path: string) =>
      openStore(await step(), { kind: 'uri', uri: `${origin}${path}`, access: PRIVATE }).put(model);
    expect(await put('/model.onnx')).toEqual({ uri: `${origin}/model.onnx`, stored: [] });
    await expect(put('/other.onnx')).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect(put('/nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that cannot be looked at is recorded with a notice', async () => {
    const runtime = await step();
    const uri = 's3://bucket/model.onnx';
    expect(await openStore(runtime, { kind: 'uri', uri, access: PUBLIC_ACCESS }).put(model)).toEqual({
      uri,
      stored: [],
    });
    expect(runtime.recorded.log).toMatchObject([
      { level: 'notice', message: expect.stringMatching(/as declared, not verified/) },
    ]);
  });

  test('never holds a password, which everybody could read in the ledger', async () => {
    const runtime = await step();
    for (const uri of ['https://user:word@acme.dev/x', 's3://key@bucket/x', 'https://token@acme.dev/x'])
      await expect(
        openStore(runtime, { kind: 'uri', uri, access: PRIVATE }).put(model),
      ).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringMatching(
          /^[a-z0-9]+:\/\/\*\*\*@[a-z.]+\/x: an address of a model holds no user or password$/,
        ),
      });
  });

  test('none stores nothing', async () => {
    expect(await openStore(await step(), { kind: 'none' }).put(model)).toEqual({ uri: '', stored: [] });
  });

  test('a registry by a name that is none is refused', async () => {
    const runtime = await step();
    for (const repository of [
      'churn',
      'ghcr.io/Acme/churn',
      'https://ghcr.io/acme/churn',
      '-x/y',
      'ghcr.io/a b',
    ])
      expect(() => openStore(runtime, { kind: 'oci', repository, access: PUBLIC_ACCESS })).toThrow(
        /expected the repository of an OCI registry/,
      );
  });
});
