import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { manifestDigest } from '../../actions/lib/manifest.ts';
import type { FaultRule } from '../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { locateOne } from '../../actions/runtime/locations.ts';
import { readModelManifest } from '../../actions/runtime/model-manifest.ts';
import { releaseStore } from '../../actions/runtime/stores/release-store.ts';
import { resolveModel } from '../../actions/runtime/stores/resolve-model.ts';
import { storable } from '../../actions/runtime/stores/store.ts';
import { clientOf, contextOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

let service: GitHubService;
const runtimes: MemoryRuntime[] = [];

beforeEach(async () => {
  service = await startTestGitHub();
});
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
  await service.close();
  expect(service.violations).toEqual([]);
});

const FOLDER = {
  'model/weights/part 1.bin': 'first part',
  'model/weights/part 2.bin': 'second part',
  'model/config.json': '{}',
};

async function stepWith(files: Record<string, string | Uint8Array> = { 'model.onnx': 'weights' }) {
  const runtime = await memoryRuntime({
    files,
    context: { ...contextOf(service.url) },
    github: clientOf(service, { limits: { silenceMs: 20_000 } }),
  });
  runtimes.push(runtime);
  return runtime;
}

async function put(runtime: MemoryRuntime, path = 'model.onnx', version = '1.0.0') {
  const manifest = await readModelManifest(runtime, path);
  const commit = (await service.remote.resolve('refs/heads/main')) ?? '';
  const model = storable(manifest, { model: 'churn', version, commit });
  return { manifest, ...(await releaseStore(runtime).put(model)) };
}

const release = async (tag = 'churn-v1.0.0') =>
  (await clientOf(service).releases.find(tag)) ?? expect.fail(tag);
const uploads = () =>
  service.calls.filter(({ method, path }) => method === 'POST' && /\/assets\?/.test(path));

describe('a model as assets of a release', () => {
  test('is published with its digests, has its tag, and its address is a location', async () => {
    const runtime = await stepWith();
    const { uri, stored, manifest } = await put(runtime);
    expect(uri).toBe('release:churn-v1.0.0/model.onnx');
    expect(stored.map(({ name }) => name)).toEqual(['model.onnx', 'manifest.json']);
    expect(await release()).toMatchObject({ draft: false, immutable: false });
    expect(await service.remote.commitOf('churn-v1.0.0')).toBe(await service.remote.commitOf('main'));
    const back = await locateOne(runtime, uri);
    expect(await runtime.files.readText(back.path)).toBe('weights');
    expect(await resolveModel(runtime, uri, manifest)).toEqual({ kind: 'there' });
  });

  test('of many files has flat names, and the list that leads back to the paths', async () => {
    const runtime = await stepWith(FOLDER);
    const { uri, manifest } = await put(runtime, 'model');
    expect(uri).toBe('release:churn-v1.0.0/manifest.json');
    const list = JSON.parse(await runtime.files.readText((await locateOne(runtime, uri)).path));
    expect(list).toMatchObject({ model: 'churn', version: '1.0.0', digest: manifest.digest });
    expect(manifestDigest(list.files)).toBe(manifest.digest);
    for (const { path, asset } of list.files) {
      const { path: local } = await locateOne(runtime, `release:churn-v1.0.0/${asset}`);
      expect(await runtime.files.readText(local)).toBe(FOLDER[`model/${path}` as keyof typeof FOLDER]);
    }
    expect(await resolveModel(runtime, uri, manifest)).toEqual({ kind: 'there' });
  });

  test('is reused when it is put again, and files of megabytes go as a stream', async () => {
    const runtime = await stepWith({ 'model.onnx': randomBytes(3_000_000) });
    const first = await put(runtime);
    const sent = uploads().length;
    // Looked for as a tag and as a draft, made, filled with two files, looked at and published.
    expect(service.calls.length).toBe(7);
    expect(await put(runtime)).toEqual(first);
    expect(uploads().length).toBe(sent);
    expect(sent).toBe(2);
    expect(service.calls.length).toBe(9);
  });

  test('is refused when other bytes have the version', async () => {
    await put(await stepWith());
    const other = await stepWith({ 'model.onnx': 'WEIGHTS' });
    await expect(put(other)).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(/A version never changes its bytes/),
    });
    const resolution = await resolveModel(
      other,
      'release:churn-v1.0.0/model.onnx',
      await readModelManifest(other, 'model.onnx'),
    );
    expect(resolution).toMatchObject({ kind: 'differs', reason: expect.stringContaining('model.onnx') });
  });

  test('goes on from a draft that a lost runner left, and clears away what is not whole', async () => {
    const github = clientOf(service);
    const commit = (await service.remote.resolve('refs/heads/main')) ?? '';
    await github.releases.draft({ tag: 'churn-v1.0.0', commit, title: 'churn', body: '' });
    const left = await release();
    const unfinished = `${service.url}/repos/octo/models/_releases/${left.id}/unfinished?name=model.onnx`;
    expect((await fetch(unfinished, { method: 'POST' })).status).toBe(201);
    expect((await release()).assets).toMatchObject([{ state: 'open', digest: undefined }]);
    await put(await stepWith());
    const whole = await release();
    expect(whole.id).toBe(left.id);
    expect(whole.draft).toBe(false);
    expect(whole.assets.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['model.onnx', 'uploaded'],
        ['manifest.json', 'uploaded'],
      ]),
    );
  });
});

describe('with faults', () => {
  const lost = { kind: 'status', when: 'after', status: 502 } as const;
  const faults: readonly (readonly [string, FaultRule])[] = [
    [
      'a reset before the draft',
      { method: 'POST', path: /releases$/, fault: { kind: 'reset', when: 'before' } },
    ],
    ['the reply to the draft lost', { method: 'POST', path: /releases$/, fault: lost }],
    ['the draft answered in HTML', { method: 'POST', path: /releases$/, fault: { kind: 'html' } }],
    ['the reply to an upload lost', { method: 'POST', path: /assets$/, fault: lost }],
    ['a reset in an upload', { method: 'POST', path: /assets$/, fault: { kind: 'reset', when: 'before' } }],
    ['an upload answered half', { method: 'POST', path: /assets$/, fault: { kind: 'truncated' } }],
    [
      'a rate limit on an upload',
      { method: 'POST', path: /assets$/, fault: { kind: 'secondary-limit', retryAfterSeconds: 1 } },
    ],
    ['the reply to publishing lost', { method: 'PATCH', path: /releases/, fault: lost }],
    [
      'reads that fail twice',
      { method: 'GET', path: /releases/, times: 2, fault: { kind: 'status', when: 'before', status: 503 } },
    ],
  ];

  test.each(faults)('%s: one published release at the latest after a second run', async (_, rule) => {
    service.fault(rule);
    const runtime = await stepWith();
    const { uri, manifest } = await put(runtime).catch(() => put(runtime));
    expect(await resolveModel(runtime, uri, manifest)).toEqual({ kind: 'there' });
    const all = JSON.parse(
      await (
        await fetch(`${service.url}/repos/octo/models/releases`, {
          headers: { authorization: `token ${service.issueToken('all', 'octo')}` },
        })
      ).text(),
    );
    expect(all).toHaveLength(1);
    expect(all[0].assets).toHaveLength(2);
  });

  test('an upload that is never answered fails with what to do', async () => {
    service.fault({ method: 'POST', path: /assets$/, times: 9, fault: { kind: 'reset', when: 'before' } });
    await expect(put(await stepWith())).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringMatching(/failed 3 times.*Run the job again; what is there is reused/),
    });
    expect((await release()).draft).toBe(true);
  });

  test('a token that may only read is told what to add', async () => {
    const runtime = await memoryRuntime({
      files: { 'model.onnx': 'weights' },
      github: clientOf(service, { permissions: { ...EVERYTHING, contents: 'read' } }),
    });
    runtimes.push(runtime);
    await expect(put(runtime)).rejects.toMatchObject({
      code: 'github-denied',
      message: expect.stringMatching(/permissions: contents: write/),
    });
  });
});

describe('releases that are locked', () => {
  const lock = () =>
    fetch(`${service.url}/repos/octo/models/immutable-releases`, {
      method: 'PUT',
      headers: { authorization: `token ${service.issueToken('all', 'octo')}` },
    });

  test('are published once and whole; the same model again is a success', async () => {
    expect((await lock()).status).toBe(204);
    const runtime = await stepWith();
    const first = await put(runtime);
    expect(await release()).toMatchObject({ draft: false, immutable: true });
    expect(await put(runtime)).toEqual(first);
  });

  test('take nothing more: the answer names the way out', async () => {
    await lock();
    await put(await stepWith());
    const two = await stepWith({ 'model/a.bin': 'a', 'model/b.bin': 'b' });
    await expect(put(two, 'model')).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(/locked and lacks a\.bin.*another version/),
    });
  });
});

describe('what cannot be kept or found', () => {
  test('files of 2 GiB and empty ones are refused before anything is sent', async () => {
    const runtime = await stepWith();
    const file = { path: 'big.bin', size: 2 ** 31, sha256: sha256('x'), location: 'model.onnx' };
    const model = { model: 'churn', version: '1.0.0', digest: sha256('m'), commit: '' };
    const store = releaseStore(runtime);
    await expect(store.put({ ...model, files: [file] })).rejects.toMatchObject({ code: 'limit-exceeded' });
    await expect(store.put({ ...model, files: [{ ...file, size: 0 }] })).rejects.toMatchObject({
      code: 'invalid-file',
    });
    expect(service.calls).toEqual([]);
  });

  test('a release that was deleted, or is a draft, is gone; a GitHub that is down is unknown', async () => {
    const runtime = await stepWith();
    const manifest = await readModelManifest(runtime, 'model.onnx');
    const uri = 'release:churn-v9.0.0/model.onnx';
    expect(await resolveModel(runtime, uri, manifest)).toMatchObject({ kind: 'gone' });
    await clientOf(service).releases.draft({ tag: 'churn-v9.0.0', commit: '', title: 't', body: '' });
    expect(await resolveModel(runtime, uri, manifest)).toMatchObject({ kind: 'gone' });
    service.fault({ path: /releases/, times: 50, fault: { kind: 'status', when: 'before', status: 500 } });
    expect(await resolveModel(runtime, uri, manifest)).toMatchObject({ kind: 'unknown' });
  });
});
