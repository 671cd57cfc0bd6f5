import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';
import * as cache from '@actions/cache';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BlobStore } from '../../../actions/local/services/results/blob-store.ts';
import { startFolderBlobs } from '../../../actions/local/services/results/folder-blobs.ts';
import {
  type ResultsService,
  startResultsService,
} from '../../../actions/local/services/results/results-service.ts';
import { startAzurite } from '../../support/azurite.ts';

type Blobs = BlobStore & { close(): Promise<void> };

const BACKENDS = [
  { backend: 'Azurite', start: startAzurite },
  { backend: 'the folder', start: (folder: string): Promise<Blobs> => startFolderBlobs(folder) },
];

describe.each(BACKENDS)('the official clients with blobs in $backend', ({ start }) => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'));
  const client = new DefaultArtifactClient();
  let blobs: Blobs;
  let results: ResultsService;
  const asRun = (run: number, job = 'build') =>
    vi.stubEnv('ACTIONS_RUNTIME_TOKEN', results.runtimeToken(run, job));
  const file = (path: string, content: string | Buffer): string => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };

  beforeAll(async () => {
    blobs = await start(folder);
    results = await startResultsService({ blobs });
    vi.stubEnv('ACTIONS_RESULTS_URL', `${results.url}/`);
    vi.stubEnv('ACTIONS_CACHE_SERVICE_V2', 'true');
    vi.stubEnv('GITHUB_WORKSPACE', folder);
    vi.stubEnv('RUNNER_TEMP', join(folder, 'temp'));
    vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com');
    mkdirSync(join(folder, 'temp'), { recursive: true });
    asRun(1);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await results.close();
    await blobs.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what one job uploads, the next job of the run lists and downloads with its digest', async () => {
    const files = [
      file('out/metrics.json', '{"acc":0.91}'),
      file('out/sub/rows.bin', Buffer.alloc(9 << 20, 7)),
    ];
    const uploaded = await client.uploadArtifact('report', files, folder, { compressionLevel: 0 });
    asRun(1, 'gate');
    const { artifacts } = await client.listArtifacts();
    expect(artifacts.map(({ name, size }) => ({ name, size }))).toEqual([
      { name: 'report', size: uploaded.size },
    ]);
    const { artifact } = await client.getArtifact('report');
    expect(artifact.digest).toBe(`sha256:${uploaded.digest}`);
    const path = join(folder, 'download');
    const { digestMismatch } = await client.downloadArtifact(artifact.id, {
      path,
      expectedHash: artifact.digest ?? '',
    });
    expect(digestMismatch).toBe(false);
    expect(readFileSync(join(path, 'out/metrics.json'), 'utf8')).toBe('{"acc":0.91}');
    expect(readFileSync(join(path, 'out/sub/rows.bin')).equals(Buffer.alloc(9 << 20, 7))).toBe(true);
  });

  test('a download with another digest than expected is reported as a mismatch', async () => {
    const { artifact } = await client.getArtifact('report');
    const download = await client.downloadArtifact(artifact.id, {
      path: join(folder, 'mismatch'),
      expectedHash: `sha256:${'0'.repeat(64)}`,
    });
    expect(download.digestMismatch).toBe(true);
  });

  test('a name can be used once in a run, and again in another run', async () => {
    const files = [file('once.json', '1')];
    await client.uploadArtifact('once', files, folder);
    await expect(client.uploadArtifact('once', files, folder)).rejects.toThrow(/409.*already exists/);
    asRun(2);
    await client.uploadArtifact('once', files, folder);
    asRun(1);
  });

  test('a run does not see the artifacts of another run', async () => {
    asRun(3);
    await expect(client.getArtifact('report')).rejects.toThrow(/not found/i);
    expect((await client.listArtifacts()).artifacts).toEqual([]);
    asRun(1);
  });

  test('a single file can be kept as it is, under its own name', async () => {
    await client.uploadArtifact('ignored', [file('plain.json', '{"a":1}')], folder, { skipArchive: true });
    const { artifact } = await client.getArtifact('plain.json');
    // printf '{"a":1}' | sha256sum   (coreutils 9.1)
    expect(artifact.digest).toBe('sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
    await client.downloadArtifact(artifact.id, { path: join(folder, 'raw'), skipDecompress: true });
    expect(readdirSync(join(folder, 'raw'))).toEqual(['plain.json']);
  });

  test('a deleted artifact is gone and its name is free again', async () => {
    const files = [file('gone.json', '1')];
    await client.uploadArtifact('gone', files, folder);
    await client.deleteArtifact('gone');
    await expect(client.getArtifact('gone')).rejects.toThrow(/not found/i);
    await client.uploadArtifact('gone', files, folder);
  });

  test('a cache entry is restored by its key, by a prefix of it, and otherwise missed', async () => {
    file('cached/a.txt', 'kept');
    const paths = [join(folder, 'cached')];
    expect(cache.isFeatureAvailable()).toBe(true);
    expect(await cache.saveCache(paths, 'model-v1')).toBeGreaterThan(0);
    expect(await cache.saveCache(paths, 'model-v1')).toBe(-1);
    rmSync(join(folder, 'cached'), { recursive: true });
    expect(await cache.restoreCache([...paths], 'model-v2', ['model-'])).toBe('model-v1');
    expect(readFileSync(join(folder, 'cached/a.txt'), 'utf8')).toBe('kept');
    expect(await cache.restoreCache([...paths], 'model-v1')).toBe('model-v1');
    expect(await cache.restoreCache([...paths], 'data-v1', ['data-'])).toBeUndefined();
  });

  test('signed addresses hold for one blob, one permission and their own signature', async () => {
    const upload = await blobs.uploadUrl('x/a.zip');
    const put = (url: string) =>
      fetch(url, { method: 'PUT', body: 'bytes', headers: { 'x-ms-blob-type': 'BlockBlob' } });
    expect((await put(upload)).status).toBe(201);
    const read = await blobs.downloadUrl('x/a.zip', { contentType: 'application/zip', fileName: 'a.zip' });
    const answer = await fetch(read);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/zip',
      'bytes',
    ]);
    expect((await put(read)).status).toBe(403);
    expect((await put(upload.replace('a.zip', 'b.zip'))).status).toBe(403);
    const tampered = new URL(read);
    tampered.searchParams.set(
      'sig',
      `${tampered.searchParams.get('sig')}`.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    );
    expect((await fetch(tampered)).status).toBe(403);
  });

  test('part of a blob can be read by range', async () => {
    const read = await blobs.downloadUrl('x/a.zip', { contentType: 'application/zip', fileName: 'a.zip' });
    const answer = await fetch(read, { headers: { 'x-ms-range': 'bytes=1-3' } });
    expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([
      206,
      'bytes 1-3/5',
      'yte',
    ]);
  });

  const call = (method: string, body: Record<string, unknown>, token = results.runtimeToken(1, 'build')) =>
    fetch(`${results.url}/twirp/github.actions.results.api.v1.${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('an upload whose size differs from what arrived is not an artifact', async () => {
    const ids = { workflow_run_backend_id: '1', workflow_job_run_backend_id: 'build', name: 'short' };
    const created = (await (await call('ArtifactService/CreateArtifact', { ...ids, version: 4 })).json()) as {
      signed_upload_url: string;
    };
    await fetch(created.signed_upload_url, {
      method: 'PUT',
      body: 'five!',
      headers: { 'x-ms-blob-type': 'BlockBlob' },
    });
    const finalized = await call('ArtifactService/FinalizeArtifact', {
      ...ids,
      size: '6',
      hash: 'sha256:00',
    });
    expect(finalized.status).toBe(400);
    await expect(client.getArtifact('short')).rejects.toThrow(/not found/i);
  });

  test.each([
    { what: 'no token', token: '', run: '1', status: 401 },
    {
      what: 'a token that somebody made up',
      token: 'a.eyJzY3AiOiJBY3Rpb25zLlJlc3VsdHM6MTpiIn0.x',
      run: '1',
      status: 401,
    },
    { what: 'the token of another run', token: undefined, run: '2', status: 403 },
  ])('with $what the answer is $status', async ({ token, run, status }) => {
    const body = { workflow_run_backend_id: run, workflow_job_run_backend_id: 'build' };
    expect((await call('ArtifactService/ListArtifacts', body, token)).status).toBe(status);
  });
});

test('a signed address of the folder stops working after an hour', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'expiry-'));
  let now = Date.now();
  const blobs = await startFolderBlobs(folder, () => now);
  const put = { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob' } };
  const url = await blobs.uploadUrl('a/b');
  expect((await fetch(url, put)).status).toBe(201);
  now += 3_600_001;
  expect((await fetch(url, put)).status).toBe(403);
  await blobs.close();
  rmSync(folder, { recursive: true });
});
