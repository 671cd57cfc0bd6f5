import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { startFolderBlobs } from '../../actions/local/services/results/folder-blobs.ts';
import {
  type ResultsService,
  startResultsService,
} from '../../actions/local/services/results/results-service.ts';
import { actionsArtifacts } from '../../actions/runtime/artifact-client.ts';
import { actionsCache } from '../../actions/runtime/caching.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { type ZipEntry, zipOf } from '../support/zip.ts';

const SERVICE = { available: true, token: '' };
const THIS_RUN = { kind: 'this-run' } as const;

async function runtimeWith(files: Readonly<Record<string, string>> = {}): Promise<MemoryRuntime> {
  const runtime = await memoryRuntime({ files });
  onTestFinished(() => runtime.dispose());
  vi.stubEnv('GITHUB_WORKSPACE', runtime.context.workspace);
  vi.stubEnv('RUNNER_TEMP', runtime.context.temp);
  return runtime;
}

describe('with the results service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-artifacts-'));
  let blobs: Awaited<ReturnType<typeof startFolderBlobs>>;
  let results: ResultsService;
  let run = 0;

  beforeAll(async () => {
    blobs = await startFolderBlobs(folder);
    results = await startResultsService({ blobs });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await results.close();
    await blobs.close();
    rmSync(folder, { recursive: true });
  });

  const newRun = (): void => {
    vi.stubEnv('ACTIONS_RESULTS_URL', `${results.url}/`);
    vi.stubEnv('ACTIONS_CACHE_SERVICE_V2', 'true');
    vi.stubEnv('ACTIONS_RUNTIME_TOKEN', results.runtimeToken(++run, 'job'));
  };

  test('what one action uploads the next one downloads', async () => {
    newRun();
    const runtime = await runtimeWith({
      'out/metrics.json': '{"f1":0.9}',
      'out/plots/roc.svg': '<svg/>',
      'out/.env': 'A=1',
    });
    const artifacts = actionsArtifacts(runtime, SERVICE);
    const upload = await artifacts.upload({
      name: 'evaluate-model',
      root: 'out',
      files: ['metrics.json', 'plots/roc.svg'],
      retentionDays: 3,
    });
    expect(upload).toMatchObject({
      kind: 'uploaded',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    const target = await artifacts.download('evaluate-model', THIS_RUN);
    expect(await runtime.files.glob(target)).toEqual([
      join(target, 'metrics.json'),
      join(target, 'plots/roc.svg'),
    ]);
    expect(await runtime.files.readText(join(target, 'metrics.json'))).toBe('{"f1":0.9}');
  });

  test('uploading the same files again gives the artifact that is there; other files under its name are refused', async () => {
    newRun();
    const runtime = await runtimeWith({ 'a/x.json': '1', 'b/x.json': '2' });
    const artifacts = actionsArtifacts(runtime, SERVICE);
    const first = await artifacts.upload({ name: 'same', root: 'a', files: ['x.json'] });
    expect(await artifacts.upload({ name: 'same', root: 'a', files: ['x.json'] })).toMatchObject({
      kind: 'uploaded',
      id: first.kind === 'uploaded' ? first.id : -1,
    });
    await expect(artifacts.upload({ name: 'same', root: 'b', files: ['x.json'] })).rejects.toThrow(
      /"same" exists already in this run, with other files; give each job or matrix leg its own artifact-name/,
    );
  });

  test('an artifact that is not there is not found', async () => {
    newRun();
    const artifacts = actionsArtifacts(await runtimeWith(), SERVICE);
    await expect(artifacts.download('none', THIS_RUN)).rejects.toMatchObject({ code: 'not-found' });
    await expect(artifacts.download('none', { kind: 'run', run: 7 })).rejects.toMatchObject({
      code: 'github-denied',
    });
  });

  test.each(['.env', '.git/config', 'keys/server.pem', '.npmrc', 'id_rsa', '.aws/credentials'])(
    '%s is not uploaded',
    async (file) => {
      newRun();
      const runtime = await runtimeWith({ [`out/${file}`]: 'secret', 'out/ok.json': '{}' });
      await expect(
        actionsArtifacts(runtime, SERVICE).upload({ name: 'x', root: 'out', files: ['ok.json', file] }),
      ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(file) });
      expect(results.artifactsOf(run)).toEqual([]);
    },
  );

  test('a cache entry comes back under its digest and under no other', async () => {
    newRun();
    const runtime = await runtimeWith({ 'stats.json': '{"rows":3}' });
    using _ = insideWorkspace(runtime);
    const cache = actionsCache(runtime, true);
    expect(await cache.restore('stats.json', sha256('data'))).toBe(false);
    await cache.save('stats.json', sha256('data'));
    await runtime.files.write('stats.json', 'gone');
    expect(await cache.restore('stats.json', sha256('data'))).toBe(true);
    expect(await runtime.files.readText('stats.json')).toBe('{"rows":3}');
    expect(await cache.restore('stats.json', sha256('other'))).toBe(false);
  });

  test('a cached folder comes back at another path, as temporary folders are called in another run', async () => {
    newRun();
    const runtime = await runtimeWith({ 'one/part.json': '{}', 'one/keys.bin': 'k' });
    using _ = insideWorkspace(runtime);
    await actionsCache(runtime, true).save('one', sha256('folder'));
    newRun();
    expect(await actionsCache(runtime, true).restore('two/of', sha256('folder'))).toBe(true);
    expect(await runtime.files.readText('two/of/part.json')).toBe('{}');
    expect(await runtime.files.readText('two/of/keys.bin')).toBe('k');
  });

  test('what was kept last under the beginning of a name comes back, in another run and folder', async () => {
    newRun();
    const runtime = await runtimeWith({ 'first/kept.json': '1', 'second/kept.json': '2', 'other.json': '3' });
    using _ = insideWorkspace(runtime);
    const cache = actionsCache(runtime, true);
    expect(await cache.restoreNewest('back.json', 'mlops-registry-churn/production/')).toBe(false);
    await cache.keep('first/kept.json', 'mlops-registry-churn/production/9');
    await cache.keep('second/kept.json', 'mlops-registry-churn/production/10');
    await cache.keep('other.json', 'mlops-registry-churn/production-eu/11');
    newRun();
    expect(await cache.restoreNewest('back.json', 'mlops-registry-churn/production/')).toBe(true);
    expect(await runtime.files.readText('back.json')).toBe('2');
    expect(await cache.restoreNewest('back.json', 'mlops-registry-churn/staging/')).toBe(false);
  });
});

/** The client of the cache takes paths from where the process is: on GitHub, the workspace. */
function insideWorkspace({ context }: MemoryRuntime): Disposable {
  const before = process.cwd();
  process.chdir(context.workspace);
  return { [Symbol.dispose]: () => process.chdir(before) };
}

describe('with a service at fault', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    vi.unstubAllEnvs();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const scope = Buffer.from(JSON.stringify({ scp: 'Actions.Results:1:2' })).toString('base64url');
    vi.stubEnv('ACTIONS_RESULTS_URL', `${url}/`);
    vi.stubEnv('ACTIONS_CACHE_SERVICE_V2', 'true');
    vi.stubEnv('ACTIONS_RUNTIME_TOKEN', `x.${scope}.x`);
    return url;
  }

  test('a connection that is cut is tried four times, then the upload fails with its reason', async () => {
    let requests = 0;
    await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    const runtime = await runtimeWith({ 'a.json': '1' });
    await expect(
      actionsArtifacts(runtime, SERVICE).upload({ name: 'x', root: '.', files: ['a.json'] }),
    ).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringContaining('"x" could not be uploaded'),
    });
    expect(requests).toBe(4);
    expect(runtime.recorded.sleeps).toEqual([2_000, 4_000, 8_000]);
  });

  test('a cache that fails is a miss and nothing more', async () => {
    await serve((_request, response) => response.writeHead(403).end('{"msg":"no"}'));
    const runtime = await runtimeWith({ 'stats.json': 'mine' });
    const cache = actionsCache(runtime, true);
    expect(await cache.restore('stats.json', sha256('data'))).toBe(false);
    await cache.save('stats.json', sha256('data'));
    expect(await runtime.files.readText('stats.json')).toBe('mine');
  });

  /** Serves one artifact of any bytes under any digest. */
  async function serveArtifact(
    archive: Uint8Array,
    digest: string,
    fileName = 'x.zip',
  ): Promise<{ downloads: number }> {
    const seen = { downloads: 0 };
    const url = await serve((request, response) => {
      const json = (body: object) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url?.endsWith('/ListArtifacts')) {
        const ids = { workflow_run_backend_id: '1', workflow_job_run_backend_id: '2', database_id: '5' };
        json({ artifacts: [{ ...ids, name: 'x', size: String(archive.length), digest }] });
      } else if (request.url?.endsWith('/GetSignedArtifactURL')) json({ signed_url: `${url}/blob` });
      else {
        seen.downloads += 1;
        response.writeHead(200, {
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="${fileName}"`,
        });
        response.end(archive);
      }
    });
    return seen;
  }

  const hostile = (...entries: ZipEntry[]): Buffer => zipOf([{ name: 'ok.json', content: '{}' }, ...entries]);
  const EMPTY = Buffer.alloc(0);

  test.each([
    ['no bytes', EMPTY, sha256(EMPTY), 'invalid-file', 3],
    ['no archive', Buffer.from('hello'), sha256('hello'), 'invalid-file', 1],
    ['other bytes than stored', hostile(), sha256('other'), 'digest-mismatch', 3],
    ['a way out of the folder', hostile({ name: '../../x', content: 'x' }), undefined, 'invalid-file', 1],
    ['a link', hostile({ name: 'l', content: '/etc', mode: 0o120777 }), undefined, 'invalid-file', 1],
    ['a name twice', hostile({ name: 'ok.json', content: '{"acc":1}' }), undefined, 'invalid-file', 1],
  ])('%s: refused, and nothing is left for anyone to read', async (_name, archive, digest, code, tries) => {
    const seen = await serveArtifact(archive, digest ?? sha256(archive));
    const runtime = await runtimeWith();
    await expect(actionsArtifacts(runtime, SERVICE).download('x', THIS_RUN)).rejects.toMatchObject({ code });
    expect(seen.downloads).toBe(tries);
    expect(await runtime.files.glob(`${runtime.context.temp}/mlops-artifact-*/**`)).toEqual([]);
  });

  test('a single file that was not packed comes under its name', async () => {
    await serveArtifact(Buffer.from('plain'), sha256('plain'), 'x');
    const runtime = await runtimeWith();
    const target = await actionsArtifacts(runtime, SERVICE).download('x', THIS_RUN);
    expect(await runtime.files.readText(join(target, 'x'))).toBe('plain');
  });
});

describe('without a service', () => {
  test('uploads are skipped with one notice, downloads are refused', async () => {
    const runtime = await runtimeWith({ 'a.json': '1' });
    const artifacts = actionsArtifacts(runtime, { available: false, token: '' });
    for (const name of ['x', 'y'])
      expect(await artifacts.upload({ name, root: '.', files: ['a.json'] })).toMatchObject({
        kind: 'skipped',
      });
    expect(runtime.recorded.log.filter(({ level }) => level === 'notice')).toHaveLength(1);
    await expect(artifacts.download('x', THIS_RUN)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('GitHub Enterprise Server is treated like none', async () => {
    vi.stubEnv('GITHUB_SERVER_URL', 'https://github.example.com');
    const runtime = await runtimeWith({ 'a.json': '1' });
    expect(
      await actionsArtifacts(runtime, SERVICE).upload({ name: 'x', root: '.', files: ['a.json'] }),
    ).toMatchObject({
      kind: 'skipped',
      reason: expect.stringContaining('Enterprise Server'),
    });
    vi.unstubAllEnvs();
  });

  test('the cache holds nothing and says so once', async () => {
    const runtime = await runtimeWith({ 'a.json': '1' });
    const cache = actionsCache(runtime, false);
    await cache.save('a.json', sha256('x'));
    expect(await cache.restore('a.json', sha256('x'))).toBe(false);
    expect(runtime.recorded.log.filter(({ level }) => level === 'notice')).toHaveLength(1);
  });
});
