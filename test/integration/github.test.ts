import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LocalArtifact } from '../../actions/local/services/github/run-routes.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import type { Annotation } from '../../actions/runtime/runtime.ts';
import { clientOf, fastClock, startTestGitHub } from '../support/github.ts';

const ARTIFACT: LocalArtifact = {
  id: 41,
  name: 'evaluate-model',
  sizeBytes: 3,
  digest: `sha256:${'a'.repeat(64)}`,
  run: 1,
  createdAt: '2026-01-01T00:00:00Z',
  expired: false,
};

let service: GitHubService;
let github: GitHub;
let tip: string;

beforeAll(async () => {
  service = await startTestGitHub({
    artifacts: {
      list: async () => [ARTIFACT, { ...ARTIFACT, id: 40, expired: true }],
      read: async () => new Uint8Array([1, 2, 3]),
    },
  });
  tip = await service.remote.commitFiles('main', { 'data/rows.csv': 'a,b\n1,2\n' }, 'Add rows');
  github = clientOf(service);
});

afterAll(async () => {
  await service.close();
});

let seen = 0;

afterEach(() => {
  service.faults.clear();
  const violations = service.violations.slice(seen);
  seen = service.violations.length;
  expect(violations).toEqual([]);
});

/** A request as a person with every permission makes it. */
async function asPerson(method: string, path: string, body?: unknown, login = 'octo'): Promise<unknown> {
  const response = await fetch(`${service.url}/repos/octo/models${path}`, {
    method,
    headers: {
      authorization: `token ${service.issueToken('all', login)}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? undefined : response.json();
}

async function pullRequest(): Promise<number> {
  const head = `feature-${Math.random().toString(36).slice(2)}`;
  await service.remote.commitFiles(head, { [`${head}.txt`]: 'x' }, 'Change', 'main');
  return service.seedPullRequest({ head, base: 'main', title: head, labels: ['model'] });
}

test('the emulator is the one of vercel-labs, not the package that took its name', () => {
  const manifest = new URL('../../node_modules/emulate/package.json', import.meta.url);
  const { version, repository } = JSON.parse(readFileSync(manifest, 'utf8'));
  expect(version).toBe('0.12.2');
  expect(repository.url).toContain('vercel-labs/emulate');
});

describe('sticky comments', () => {
  test('the second text replaces the first in the same comment', async () => {
    const number = await pullRequest();
    const first = await github.comments.upsert(number, 'gate', 'first');
    const second = await github.comments.upsert(number, 'gate', 'second');
    expect(second).toEqual({ ...first, value: expect.objectContaining({ id: done(first).id }) });
    expect((await github.comments.find(number, 'gate'))?.body).toBe('<!-- mlops-actions:gate -->\nsecond');
    expect(await asPerson('GET', `/issues/${number}/comments`)).toHaveLength(1);
  });

  test('a comment beyond the first page is found', async () => {
    const number = await pullRequest();
    for (let i = 0; i < 120; i++) await asPerson('POST', `/issues/${number}/comments`, { body: `talk ${i}` });
    const made = await github.comments.upsert(number, 'gate', 'ours');
    expect(await github.comments.upsert(number, 'gate', 'ours again')).toMatchObject({
      value: { id: done(made).id },
    });
  });

  test('a marker in the comment of somebody else is not ours', async () => {
    const number = await pullRequest();
    await asPerson(
      'POST',
      `/issues/${number}/comments`,
      { body: '<!-- mlops-actions:gate -->\nPassed!' },
      'mallory',
    );
    expect(await github.comments.find(number, 'gate')).toBeUndefined();
    await github.comments.upsert(number, 'gate', 'Failed');
    expect(await asPerson('GET', `/issues/${number}/comments`)).toMatchObject([
      { user: { login: 'mallory' }, body: '<!-- mlops-actions:gate -->\nPassed!' },
      { user: { login: 'github-actions[bot]' }, body: '<!-- mlops-actions:gate -->\nFailed' },
    ]);
  });

  test('the token of a person writes as that person', async () => {
    const number = await pullRequest();
    const mallory = clientOf(service, { token: service.issueToken('all', 'mallory') });
    const made = await mallory.comments.upsert(number, 'gate', 'one');
    expect(await mallory.comments.upsert(number, 'gate', 'two')).toMatchObject({
      value: { id: done(made).id },
    });
    expect(await github.comments.find(number, 'gate')).toBeUndefined();
  });

  test('eight jobs that write at once leave one comment', async () => {
    const number = await pullRequest();
    const jobs = Array.from({ length: 8 }, () => clientOf(service));
    await Promise.all(jobs.map((job, i) => job.comments.upsert(number, 'gate', `job ${i}`)));
    await github.comments.upsert(number, 'gate', 'last');
    expect(await asPerson('GET', `/issues/${number}/comments`)).toHaveLength(1);
  });

  test('a text that is too long is cut at a section and says so', async () => {
    const number = await pullRequest();
    const body = Array.from({ length: 200 }, (_, i) => `## Section ${i}\n${'x'.repeat(500)}`).join('\n');
    expect((await github.comments.upsert(number, 'gate', body)).kind).toBe('done');
    const found = (await github.comments.find(number, 'gate'))?.body ?? '';
    expect(found.length).toBeLessThan(61_000);
    expect(found).toMatch(/x{500}\n\n> \*\*Shortened:\*\*/);
  });

  test('a secret is not written', async () => {
    const number = await pullRequest();
    const careful = clientOf(service, { redact: (text) => text.replaceAll('hunter2', '***') });
    await careful.comments.upsert(number, 'gate', 'the password is hunter2');
    await careful.comments.upsert(number, 'gate', 'the password is hunter2');
    expect(await asPerson('GET', `/issues/${number}/comments`)).toMatchObject([
      { body: '<!-- mlops-actions:gate -->\nthe password is ***' },
    ]);
  });
});

const annotations = (count: number): readonly Annotation[] =>
  Array.from({ length: count }, (_, i) => ({
    level: 'error',
    message: `m${i}`,
    file: 'data/rows.csv',
    line: i + 1,
  }));

describe('check runs', () => {
  const request = (externalId: string, count: number) =>
    ({
      name: externalId,
      headSha: tip,
      externalId,
      conclusion: 'failure',
      title: 'T',
      summary: 'S',
      annotations: annotations(count),
    }) as const;

  test('120 annotations arrive in three batches and the conclusion with the last', async () => {
    const before = service.calls.length;
    const made = await github.checks.publish(request('batches', 120));
    const writes = service.calls.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, body }) => [method, body['status']])).toEqual([
      ['POST', 'in_progress'],
      ['PATCH', 'in_progress'],
      ['PATCH', 'completed'],
    ]);
    expect(await asPerson('GET', `/check-runs/${done(made).id}`)).toMatchObject({
      conclusion: 'failure',
      output: { annotations_count: 120 },
    });
  });

  test('publishing again updates the run and repeats no annotation', async () => {
    const first = await github.checks.publish(request('again', 60));
    const second = await github.checks.publish({ ...request('again', 70), conclusion: 'success' });
    expect(done(second).id).toBe(done(first).id);
    expect(await asPerson('GET', `/check-runs/${done(first).id}`)).toMatchObject({
      conclusion: 'success',
      output: { annotations_count: 70 },
    });
  });

  test('an annotation without a file stays out', async () => {
    const made = await github.checks.publish({
      ...request('no-file', 0),
      annotations: [{ level: 'error', message: 'm' }],
    });
    expect(await asPerson('GET', `/check-runs/${done(made).id}`)).toMatchObject({
      output: { annotations_count: 0 },
    });
  });

  test('a status keeps within 140 characters', async () => {
    const long = { sha: tip, state: 'success', context: 'long', description: 'd'.repeat(500) } as const;
    expect((await github.checks.status(long)).kind).toBe('done');
    expect(await asPerson('GET', `/commits/${tip}/status`)).toMatchObject({
      statuses: expect.arrayContaining([expect.objectContaining({ description: `${'d'.repeat(139)}…` })]),
    });
  });
});

describe('deployments', () => {
  const request = (task: string, environment = 'staging') =>
    ({
      sha: tip,
      environment,
      production: environment === 'production',
      task,
      description: 'd',
      payload: { digest: 'x' },
    }) as const;

  test('the same task is the same deployment', async () => {
    const first = await github.deployments.ensure(request('mlops:promote:same'));
    expect(await github.deployments.ensure(request('mlops:promote:same'))).toEqual(first);
    expect(
      service.calls.findLast(({ path, method }) => method === 'POST' && path === '/deployments')?.body,
    ).toMatchObject({
      auto_merge: false,
      required_contexts: [],
    });
  });

  test('a status that says the same is not repeated', async () => {
    const { id } = done(await github.deployments.ensure(request('mlops:promote:status')));
    const status = { state: 'in_progress', description: 'canary 10 %' } as const;
    const first = await github.deployments.setStatus(id, status);
    expect(await github.deployments.setStatus(id, status)).toEqual(first);
    expect(await asPerson('GET', `/deployments/${id}/statuses`)).toHaveLength(1);
  });

  test.each(['canary-test', 'production'])('a success in %s ends no other one', async (environment) => {
    for (const task of ['one', 'two']) {
      const { id } = done(
        await github.deployments.ensure(request(`mlops:${environment}:${task}`, environment)),
      );
      await github.deployments.setStatus(id, { state: 'success', description: 'live' });
    }
    const listed = await github.deployments.list(environment);
    expect(listed.map(({ task, state }) => [task, state])).toEqual([
      [`mlops:${environment}:two`, 'success'],
      [`mlops:${environment}:one`, 'success'],
    ]);
  });
});

describe('issues', () => {
  const request = (key: string) => ({ key, title: 'Incident', body: 'It went wrong', labels: ['incident'] });

  test('the second report of one incident is a comment on the first', async () => {
    const first = done(await github.issues.upsert(request('one'), 'again'));
    expect(first.created).toBe(true);
    expect(await github.issues.upsert(request('one'), 'again')).toMatchObject({
      value: { number: first.number, created: false },
    });
    await github.issues.upsert(request('one'), 'again');
    expect(await asPerson('GET', `/issues/${first.number}/comments`)).toHaveLength(1);
  });

  test('a closed issue is left alone and a new one opened', async () => {
    const first = done(await github.issues.upsert(request('closed'), 'u'));
    expect(await github.issues.close(first.number)).toEqual({
      kind: 'done',
      value: { number: first.number },
    });
    expect(done(await github.issues.upsert(request('closed'), 'u')).number).not.toBe(first.number);
  });

  test('four jobs that report at once leave one open issue', async () => {
    const jobs = Array.from({ length: 4 }, () => clientOf(service));
    await Promise.all(jobs.map((job) => job.issues.upsert(request('race'), 'u')));
    const open = await asPerson('GET', '/issues?state=open&labels=incident&per_page=100');
    expect(JSON.stringify(open).match(/mlops-actions:race -->/g)).toHaveLength(1);
  });
});

describe('releases', () => {
  test('an asset comes back byte for byte, whatever it claims to be', async () => {
    const release = await asPerson('POST', '/releases', { tag_name: 'v1.0.0', name: 'One' });
    const { id } = release as { id: number };
    const bytes = Buffer.from([0, 255, 200, 10, 13]);
    const upload = await fetch(`${service.url}/repos/octo/models/releases/${id}/assets?name=model.json`, {
      method: 'POST',
      headers: {
        authorization: `token ${service.issueToken('all', 'octo')}`,
        'content-type': 'application/json',
      },
      body: bytes,
    });
    expect(upload.status).toBe(201);
    for (const tag of ['v1.0.0', 'latest']) {
      const { assets } = await github.releases.get(tag);
      const [asset] = assets;
      expect(asset).toMatchObject({
        name: 'model.json',
        sizeBytes: 5,
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      });
      if (asset) expect(Buffer.from(await github.releases.download(asset))).toEqual(bytes);
    }
  });

  test('an asset with another digest is refused', async () => {
    const { assets } = await github.releases.get('v1.0.0');
    const [asset] = assets;
    if (!asset) throw new Error('the release has an asset');
    const forged = { ...asset, digest: `sha256:${'0'.repeat(64)}` } as const;
    await expect(github.releases.download(forged)).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('a release that is not there is not found', async () => {
    await expect(github.releases.get('v9')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('git', () => {
  test('a file is read at a commit, small or large, and a missing one is undefined', async () => {
    const large = 'x'.repeat(1_500_000);
    const commit = await service.remote.commitFiles(
      'main',
      { 'big.txt': large, 'dir/π file.txt': 'ü' },
      'Add files',
    );
    expect(text(await github.git.readFile(commit, 'big.txt'))).toBe(large);
    expect(text(await github.git.readFile(commit, 'dir/π file.txt'))).toBe('ü');
    expect(await github.git.readFile(tip, 'big.txt')).toBeUndefined();
    await expect(github.git.readFile(commit, 'dir')).rejects.toMatchObject({ code: 'invalid-file' });
  });

  test('branches, tags and shas name commits', async () => {
    const made = await service.remote.commitFiles('named', { 'n.txt': 'n' }, 'Name', 'main');
    await asPerson('POST', '/git/refs', { ref: 'refs/tags/v0', sha: made });
    for (const ref of ['named', 'v0', made]) expect(await github.git.commitOf(ref)).toBe(made);
    expect(await github.git.branchTip('named')).toBe(made);
    expect(await github.git.branchTip('nowhere')).toBeUndefined();
    await expect(github.git.commitOf('nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a commit keeps the files of its parent and can be cloned', async () => {
    const root = await github.git.commit({
      parent: undefined,
      files: [{ path: 'a', content: '1' }],
      message: 'Root',
    });
    expect(await github.git.publish('orphan', root)).toEqual({ kind: 'done', value: { commit: root } });
    const next = await github.git.commit({
      parent: root,
      files: [{ path: 'b/c', content: '2' }],
      message: 'Next',
    });
    expect(await github.git.publish('orphan', next)).toEqual({ kind: 'done', value: { commit: next } });
    expect(await service.remote.resolve('refs/heads/orphan')).toBe(next);
    expect((await service.remote.entries(next, true)).map(({ path }) => path)).toEqual(['a', 'b', 'b/c']);
    expect(await github.git.contains(next, root)).toBe(true);
    expect(await github.git.contains(root, next)).toBe(false);
    expect(await github.git.contains(next, tip)).toBe(false);
    expect(await github.git.mergeBase(root, next)).toBe(root);
  });

  test('a path that git would not check out is refused', async () => {
    const files = [{ path: '.git/config', content: 'x' }];
    await expect(github.git.commit({ parent: undefined, files, message: 'm' })).rejects.toMatchObject({
      message: expect.stringContaining('malformed path'),
    });
  });

  test('a commit that would hold a secret is refused before it is sent', async () => {
    const careful = clientOf(service, { redact: (value) => value.replaceAll('hunter2', '***') });
    const files = [{ path: 'state.json', content: '{"key":"hunter2"}' }];
    await expect(careful.git.commit({ parent: undefined, files, message: 'm' })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('state.json'),
    });
  });

  test('sixteen publishers build one line and lose nothing', async () => {
    const root = await github.git.commit({
      parent: undefined,
      files: [{ path: 'ledger', content: '' }],
      message: 'Root',
    });
    await github.git.publish('ledger', root);
    const publish = async (name: string): Promise<void> => {
      const mine = clientOf(service, { limits: { silenceMs: 20_000 } });
      for (let tries = 0; tries < 100; tries++) {
        const parent = await mine.git.branchTip('ledger');
        const commit = await mine.git.commit({
          parent,
          files: [{ path: name, content: name }],
          message: name,
        });
        if ((await mine.git.publish('ledger', commit)).kind === 'done') return;
        await new Promise((wake) => setTimeout(wake, Math.random() * 50));
      }
      throw new Error(`${name} never got through`);
    };
    const names = Array.from({ length: 16 }, (_, i) => `p${i}`);
    await Promise.all(names.map(publish));
    const head = (await service.remote.resolve('refs/heads/ledger')) ?? '';
    const line = await service.remote.log(head);
    const messages = await Promise.all(
      line.map(async (sha) => (await service.remote.readCommit(sha)).message),
    );
    expect([...messages].sort()).toEqual(['Root', ...names].sort());
    for (const sha of line.slice(0, -1))
      expect((await service.remote.readCommit(sha)).parents).toHaveLength(1);
    expect((await service.remote.entries(head, true)).map(({ path }) => path).sort()).toEqual(
      ['ledger', ...names].sort(),
    );
  }, 120_000);
});

describe('runs and dispatches', () => {
  test('successful runs of a workflow on a branch, newest first', async () => {
    const run = { event: 'push', headSha: tip, headBranch: 'main', status: 'completed' } as const;
    const path = '.github/workflows/pr.yml';
    const [first, second] = [1, 2].map(() => service.runs.register({ ...run, path, conclusion: 'success' }));
    service.runs.register({ ...run, path, conclusion: 'failure' });
    service.runs.register({ ...run, path: '.github/workflows/other.yml', conclusion: 'success' });
    const listed = await github.runs.list({ workflow: path, branch: 'main', headSha: tip, limit: 5 });
    expect(listed.map(({ id }) => id)).toEqual([second?.id, first?.id]);
    expect(await github.runs.list({ workflow: 'pr.yml', limit: 1 })).toHaveLength(1);
    expect(await github.runs.get(first?.id ?? 0)).toMatchObject({
      headSha: tip,
      conclusion: 'success',
      path,
    });
    await expect(github.runs.get(99_999)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('artifacts that have expired are left out', async () => {
    expect(await github.runs.artifacts(1, 'evaluate-model')).toEqual([
      { id: 41, name: 'evaluate-model', digest: ARTIFACT.digest },
    ]);
    expect(await github.runs.artifacts(1, 'else')).toEqual([]);
  });

  test('who approved a run', async () => {
    const { id } = service.runs.register({ event: 'push', headSha: tip, headBranch: 'main', path: 'x.yml' });
    service.runs.approve(id, {
      environment: 'production',
      login: 'octo',
      state: 'approved',
      comment: 'ship it',
    });
    service.runs.approve(id, { environment: 'staging', login: 'mallory', state: 'rejected', comment: '' });
    expect(await github.runs.approvals(id)).toEqual([{ login: 'octo', environments: ['production'] }]);
  });

  test('a dispatch names the run it started', async () => {
    const sent = await github.dispatches.workflow({
      workflow: 'train.yml',
      ref: 'main',
      inputs: { reason: 'drift' },
    });
    const { runId } = done(sent);
    expect(service.dispatches.at(-1)).toMatchObject({
      workflow: 'train.yml',
      inputs: { reason: 'drift' },
      run: runId,
    });
    expect(await github.runs.get(runId ?? 0)).toMatchObject({ event: 'workflow_dispatch', status: 'queued' });
    expect(
      await github.dispatches.workflow({ workflow: 'train.yml', ref: 'gone', inputs: {} }),
    ).toMatchObject({
      kind: 'refused',
      status: 422,
    });
  });

  test('a payload that GitHub would refuse is refused before it is sent', async () => {
    const payload = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, i]));
    await expect(github.dispatches.repository({ eventType: 'x', payload })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(await github.dispatches.repository({ eventType: 'x', payload: { a: 1 } })).toEqual({
      kind: 'done',
      value: {},
    });
  });
});

describe('permissions', () => {
  test.each([
    {
      what: 'a comment',
      scope: 'pull-requests',
      act: async (g: GitHub) => g.comments.upsert(await pullRequest(), 'k', 'b'),
    },
    {
      what: 'a check run',
      scope: 'checks',
      act: async (g: GitHub) =>
        g.checks.publish({
          name: 'n',
          headSha: tip,
          externalId: 'denied',
          conclusion: 'success',
          title: 't',
          summary: 's',
          annotations: [],
        }),
    },
    {
      what: 'a deployment',
      scope: 'deployments',
      act: async (g: GitHub) =>
        g.deployments.ensure({
          sha: tip,
          environment: 'e',
          production: false,
          task: 'denied',
          description: '',
          payload: {},
        }),
    },
    {
      what: 'an issue',
      scope: 'issues',
      act: async (g: GitHub) => g.issues.upsert({ key: 'denied', title: 't', body: 'b', labels: ['l'] }, 'u'),
    },
    {
      what: 'a dispatch',
      scope: 'actions',
      act: async (g: GitHub) => g.dispatches.workflow({ workflow: 'w.yml', ref: 'main', inputs: {} }),
    },
  ])('$what without it names the permission $scope: write', async ({ scope, act }) => {
    const reader = clientOf(service, { permissions: readOnly });
    const result = await act(reader);
    expect(result).toMatchObject({ kind: 'refused', status: 403 });
    const issues =
      scope === 'pull-requests'
        ? /permissions: (issues|pull-requests): write/
        : new RegExp(`permissions: ${scope}: write`);
    expect(result.kind === 'refused' ? result.message : '').toMatch(issues);
  });

  test('a read without permission and a bad token are denials that say what to do', async () => {
    const nobody = clientOf(service, { permissions: {} });
    await expect(nobody.git.branchTip('main')).rejects.toMatchObject({
      code: 'github-denied',
      message: expect.stringContaining('`permissions: contents: read`'),
    });
    await expect(clientOf(service, { token: 'expired' }).git.branchTip('main')).rejects.toMatchObject({
      code: 'github-denied',
      message: expect.stringContaining('does not accept the token'),
    });
  });
});

const readOnly = {
  actions: 'read',
  checks: 'read',
  contents: 'read',
  deployments: 'read',
  issues: 'read',
  'pull-requests': 'read',
  statuses: 'read',
} as const;

describe('reads under faults', () => {
  test.each([
    { name: 'reset', fault: { kind: 'reset', when: 'before' } },
    { name: 'truncated body', fault: { kind: 'truncated' } },
    { name: 'HTML under 200', fault: { kind: 'html' } },
    { name: '502', fault: { kind: 'status', when: 'before', status: 502 } },
    { name: 'secondary limit without a header', fault: { kind: 'secondary-limit' } },
    { name: 'primary limit for 20 s', fault: { kind: 'primary-limit', resetInSeconds: 20 } },
  ] as const)('a read survives: $name', async ({ fault }) => {
    service.fault({ path: /\/git\/ref\//, fault });
    expect(await github.git.branchTip('main')).toMatch(/^[0-9a-f]{40}$/);
  });

  test('five failures in a row are survived, six are an error that says so', async () => {
    service.fault({ path: /\/git\/ref\//, times: 5, fault: { kind: 'reset', when: 'before' } });
    expect(await github.git.branchTip('main')).toBeDefined();
    service.faults.clear();
    service.fault({ path: /\/git\/ref\//, times: 6, fault: { kind: 'status', when: 'before', status: 503 } });
    await expect(github.git.branchTip('main')).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringContaining('503'),
    });
  });

  test('a server that stays silent is given up and asked again', async () => {
    service.fault({ path: /\/git\/ref\//, fault: { kind: 'delay', ms: 600 } });
    const impatient = clientOf(service, { limits: { silenceMs: 150 } });
    expect(await impatient.git.branchTip('main')).toBeDefined();
  });

  test('the wait is the one that GitHub asks for', async () => {
    const clock = fastClock();
    service.fault({ path: /\/git\/ref\//, fault: { kind: 'secondary-limit', retryAfterSeconds: 17 } });
    await clientOf(service, { clock }).git.branchTip('main');
    expect(clock.slept).toEqual([17_000]);
  });

  test('a limit that lasts longer than the call may is an error now, with the time of its end', async () => {
    const clock = fastClock();
    service.fault({
      path: /\/git\/ref\//,
      times: 9,
      fault: { kind: 'primary-limit', resetInSeconds: 3_000 },
    });
    await expect(clientOf(service, { clock }).git.branchTip('main')).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringMatching(/until 20\d\d-.*Z.*Run the job again/),
    });
    expect(clock.slept).toEqual([]);
  });

  test('cancelling the run ends a call at once', async () => {
    const controller = new AbortController();
    service.fault({ path: /\/git\/ref\//, fault: { kind: 'delay', ms: 1_000 } });
    const call = clientOf(service, { signal: controller.signal }).git.branchTip('main');
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('the state can be looked at as files', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'github-state-'));
  const own = await startTestGitHub({ stateDir });
  try {
    await clientOf(own).issues.upsert({ key: 'k', title: 'Look', body: 'b', labels: ['l'] }, 'u');
    const issues = JSON.parse(await readFile(join(stateDir, 'issues.json'), 'utf8'));
    expect(issues).toMatchObject([{ title: 'Look' }]);
  } finally {
    await own.close();
    await rm(stateDir, { recursive: true });
  }
});

function done<T>(
  result:
    | { readonly kind: 'done'; readonly value: T }
    | { readonly kind: 'refused' | 'unknown'; readonly message: string },
): T {
  if (result.kind !== 'done') throw new Error(`${result.kind}: ${result.message}`);
  return result.value;
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
