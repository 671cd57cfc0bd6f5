import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import type { OutboxEntry } from '../../actions/lib/registry/events.ts';
import {
  type MirrorSettings,
  promotionEntries,
  type ServingChange,
} from '../../actions/lib/registry/outbox.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { Permissions } from '../../actions/local/services/github/tokens.ts';
import { artifactRecordMirror } from '../../actions/runtime/mirrors/artifact-record.ts';
import type { Deliver } from '../../actions/runtime/mirrors/delivery.ts';
import { flushOutbox } from '../../actions/runtime/mirrors/flush.ts';
import { gtoTagMirror } from '../../actions/runtime/mirrors/gto-tags.ts';
import { incidentEntry, incidentMirror } from '../../actions/runtime/mirrors/incident-close.ts';
import { releaseMirror } from '../../actions/runtime/mirrors/release.ts';
import type { Runtime } from '../../actions/runtime/runtime.ts';
import { openStore } from '../../actions/runtime/stores/open-store.ts';
import { clientOf, contextOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

const RECORDS: Permissions = { ...EVERYTHING, 'artifact-metadata': 'write' };
const SETTINGS: MirrorSettings = {
  mlflowAlias: undefined,
  artifactRecords: true,
  gtoTags: true,
  release: 'publish',
};

let service: GitHubService;
let commit = '';
const runtimes: MemoryRuntime[] = [];

beforeEach(async () => {
  service = await startTestGitHub();
  commit = (await service.remote.resolve('refs/heads/main')) ?? '';
});
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
  await service.close();
  expect(service.violations).toEqual([]);
});

async function step(permissions: Permissions = RECORDS) {
  const context = contextOf(service.url);
  const github = clientOf(service, { permissions, limits: { silenceMs: 20_000 } });
  const runtime = await memoryRuntime({ context, github });
  runtimes.push(runtime);
  return runtime;
}

const changeTo = (version: string, fence: number, change: Partial<ServingChange> = {}): ServingChange => ({
  model: 'churn',
  environment: 'production',
  fence,
  head: sha256(`head ${fence}`),
  to: { version, digest: sha256(version), uri: '', commit },
  ...change,
});

const entryOf = (kind: OutboxEntry['kind'], change: ServingChange): OutboxEntry =>
  promotionEntries(change, SETTINGS).find((entry) => entry.kind === kind) ?? expect.fail(kind);

const tagNames = async () =>
  (await service.remote.refs('refs/tags/')).map(({ ref }) => ref.replace('refs/tags/', ''));

describe('tags as GTO makes them', () => {
  test('a version that serves has its tag and the next number of the stage, both on its commit', async () => {
    const mirror = gtoTagMirror(await step());
    expect(await mirror(entryOf('gto-tag', changeTo('3.4.0', 1)))).toEqual({
      kind: 'done',
      reference: 'churn#production#1',
    });
    expect(await mirror(entryOf('gto-tag', changeTo('3.5.0', 2)))).toMatchObject({
      reference: 'churn#production#2',
    });
    expect(await mirror(entryOf('gto-tag', changeTo('3.4.0', 3)))).toMatchObject({
      reference: 'churn#production#3',
    });
    expect(await tagNames()).toEqual([
      'churn#production#1',
      'churn#production#2',
      'churn#production#3',
      'churn@v3.4.0',
      'churn@v3.5.0',
    ]);
    for (const tag of await tagNames())
      expect(await service.remote.resolve(`refs/tags/${tag}^{commit}`)).toBe(commit);
  });

  test('the same entry makes no second tag, however often it is told', async () => {
    const mirror = gtoTagMirror(await step());
    const entry = entryOf('gto-tag', changeTo('3.4.0', 1));
    for (let times = 0; times < 3; times++) await mirror(entry);
    expect(await tagNames()).toEqual(['churn#production#1', 'churn@v3.4.0']);
  });

  test.each([
    ['the reply to the object lost', /git\/tags$/],
    ['the reply to a tag lost', /git\/refs$/],
  ])('%s: no tag twice', async (_, path) => {
    service.fault({ method: 'POST', path, times: 2, fault: { kind: 'status', when: 'after', status: 502 } });
    const mirror = gtoTagMirror(await step());
    const entry = entryOf('gto-tag', changeTo('3.4.0', 1));
    let delivery = await mirror(entry);
    for (let times = 0; times < 3 && delivery.kind === 'failed'; times++) delivery = await mirror(entry);
    expect(delivery).toEqual({ kind: 'done', reference: 'churn#production#1' });
    expect(await tagNames()).toEqual(['churn#production#1', 'churn@v3.4.0']);
  });

  test('eight runs at once get eight numbers', async () => {
    const entries = Array.from({ length: 8 }, (_, run) => entryOf('gto-tag', changeTo('3.4.0', run + 1)));
    const deliveries = await Promise.all(entries.map(async (entry) => gtoTagMirror(await step())(entry)));
    const names = deliveries.flatMap((delivery) => (delivery.kind === 'done' ? [delivery.reference] : []));
    expect(new Set(names).size).toBe(names.length);
    // Those that lost every race are told again later.
    for (const [index, entry] of entries.entries())
      if (deliveries[index]?.kind === 'failed')
        expect(await gtoTagMirror(await step())(entry)).toMatchObject({ kind: 'done' });
    expect((await tagNames()).filter((tag) => tag.includes('#')).length).toBe(8);
  });

  test('a token that may not, a tag that names something else, a name GTO has not: reasons', async () => {
    const entry = entryOf('gto-tag', changeTo('3.4.0', 1));
    expect(await gtoTagMirror(await step({ ...RECORDS, contents: 'read' }))(entry)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/contents: write.*may also not tag a commit whose workflow files/),
    });
    await service.remote.moveRef('refs/tags/churn@v3.4.0', commit);
    expect(await gtoTagMirror(await step())(entry)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/Reference already exists/),
    });
    const odd = entryOf('gto-tag', changeTo('1.0.0', 1, { model: 'my_model' }));
    expect(await gtoTagMirror(await step())(odd)).toMatchObject({
      reason:
        'the model "my_model" is no name of GTO\'s, which begin with a letter and hold a-z, 0-9 and "-" only',
    });
  });
});

describe('deployment records of the organisation', () => {
  const records = async (version: string) => {
    const answer = await fetch(
      `${service.url}/orgs/octo/artifacts/${sha256(version)}/metadata/deployment-records`,
      {
        headers: { authorization: `token ${service.issueToken('all', 'octo')}` },
      },
    );
    return answer.status === 404 ? [] : JSON.parse(await answer.text()).deployment_records;
  };

  test('name what serves; a new version takes the place of the one before', async () => {
    const mirror = artifactRecordMirror(await step());
    expect(await mirror(entryOf('artifact-record', changeTo('3.4.0', 1)))).toEqual({
      kind: 'done',
      reference: 'deployment record 1',
    });
    expect(await records('3.4.0')).toMatchObject([
      { logical_environment: 'production', deployment_name: 'churn' },
    ]);
    expect(await mirror(entryOf('artifact-record', changeTo('3.5.0', 2)))).toMatchObject({ kind: 'done' });
    expect(await records('3.4.0')).toEqual([]);
    expect(await records('3.5.0')).toHaveLength(1);
  });

  test('a lost reply is read back', async () => {
    service.fault({ method: 'POST', path: /deployment-record$/, fault: { kind: 'reset', when: 'after' } });
    expect(
      await artifactRecordMirror(await step())(entryOf('artifact-record', changeTo('1.0.0', 1))),
    ).toMatchObject({ kind: 'done' });
  });

  test('a person has none, and a job needs the permission: reasons', async () => {
    const entry = entryOf('artifact-record', changeTo('1.0.0', 1));
    service.fault({ path: /deployment-record$/, fault: { kind: 'status', when: 'before', status: 404 } });
    expect(await artifactRecordMirror(await step())(entry)).toMatchObject({
      reason: expect.stringMatching(/octo has no deployment records.*artifact-records: false/),
    });
    expect(await artifactRecordMirror(await step(EVERYTHING))(entry)).toMatchObject({
      reason: expect.stringMatching(/artifact-metadata: write/),
    });
  });
});

describe('release notes', () => {
  const notesOf = async ({ version }: OutboxEntry) => `Notes of ${version}`;

  test('are published once, or left as a draft', async () => {
    const runtime = await step();
    const entry = entryOf('release', changeTo('3.4.0', 1));
    const mirror = releaseMirror(runtime, notesOf);
    const { reference } = (await mirror(entry)) as { reference: string };
    expect(reference).toMatch(/releases\/tag\/churn-v3\.4\.0$/);
    expect(await mirror(entry)).toEqual({ kind: 'done', reference });
    const [draft = expect.fail()] = promotionEntries(changeTo('3.5.0', 2), {
      ...SETTINGS,
      artifactRecords: false,
      gtoTags: false,
      release: 'draft',
    });
    await mirror(draft);
    const { releases } = clientOf(service);
    expect(await releases.find('churn-v3.4.0')).toMatchObject({ draft: false });
    expect(await releases.find('churn-v3.5.0')).toMatchObject({ draft: true });
    expect(
      service.calls.filter(({ method, path }) => method === 'POST' && path === '/releases'),
    ).toHaveLength(2);
    expect(service.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({
      body: 'Notes of 3.4.0',
    });
  });

  test('take the place of what the release that keeps the model says, and of nothing that a person wrote', async () => {
    const { releases } = clientOf(service);
    const model = { model: 'churn', version: '3.4.0', digest: sha256('3.4.0'), commit, files: [] };
    await openStore(await step(), { kind: 'release' }).put(model);
    await releases.draft({ tag: 'churn-v3.5.0', commit, title: 'churn 3.5.0', body: 'By hand' });
    service.fault({
      method: 'PATCH',
      path: /releases\/\d+$/,
      fault: { kind: 'status', when: 'after', status: 502 },
    });
    const mirror = releaseMirror(await step(), notesOf);
    for (const [version, fence] of [['3.4.0', 1] as const, ['3.4.0', 1] as const, ['3.5.0', 2] as const])
      expect(await mirror(entryOf('release', changeTo(version, fence)))).toMatchObject({ kind: 'done' });
    expect(await releases.find('churn-v3.4.0')).toMatchObject({ draft: false, body: 'Notes of 3.4.0' });
    expect(await releases.find('churn-v3.5.0')).toMatchObject({ draft: false, body: 'By hand' });
    const changes = service.calls.filter(({ method, body }) => method === 'PATCH' && 'body' in Object(body));
    expect(changes).toHaveLength(1);
  });
});

describe('an incident that is over', () => {
  const opened = async (): Promise<number> => {
    const request = { key: 'incident', title: 'churn', body: 'Bad.', labels: [] };
    const made = await clientOf(service).issues.upsert(request, 'Again.');
    return made.kind === 'done' ? made.value.number : expect.fail(made.message);
  };
  const about = { model: 'churn', env: 'production', version: '3.4.0' };

  test('is told of it and closed', async () => {
    const entry = incidentEntry(await opened(), about);
    expect(await incidentMirror(await step())(entry)).toMatchObject({ kind: 'done' });
  });

  test.each(['none', 'read'])(
    'issues: %s is told which permission to add, once for all of it',
    async (issues) => {
      const entry = incidentEntry(await opened(), about);
      const { issues: _, ...others } = EVERYTHING;
      const permissions = issues === 'read' ? { ...others, issues: 'read' as const } : others;
      const delivery = await incidentMirror(await step(permissions))(entry);
      expect(delivery).toMatchObject({
        reason: expect.stringContaining('add `permissions: issues: write` to'),
      });
    },
  );
});

describe('the outbox as a whole', () => {
  const works: Deliver = async ({ key }) => ({ kind: 'done', reference: `told ${key}` });
  const throws: Deliver = async () => {
    throw new TypeError('a mistake of ours');
  };
  const fails: Deliver = async () => ({ kind: 'failed', reason: 'it is down' });
  const warnings = (runtime: Runtime & MemoryRuntime) =>
    runtime.recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);

  test('one mirror that fails, or is broken, keeps no other from being told, and is warned of once', async () => {
    const runtime = await step();
    const entries = [changeTo('1.0.0', 1), changeTo('2.0.0', 2, { environment: 'staging' })].flatMap(
      (change) => promotionEntries(change, { ...SETTINGS, mlflowAlias: 'champion' }),
    );
    const outcomes = await flushOutbox(runtime, entries, {
      mlflow: fails,
      'artifact-record': throws,
      'gto-tag': works,
    });
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'failed',
      'failed',
      'done',
      'kept',
      'failed',
      'failed',
      'done',
      'kept',
    ]);
    expect(outcomes.map(({ key }) => key)).toEqual(entries.map(({ key }) => key));
    expect(warnings(runtime)).toEqual([
      'mlflow does not show this change yet: it is down',
      'artifact-record does not show this change yet: a mistake of ours',
    ]);
  });

  test('a promotion that was never told does not undo the rollback that was', async () => {
    const runtime = await step();
    const told: string[] = [];
    const deliver: Deliver = async ({ version }) => {
      told.push(version);
      return { kind: 'done', reference: version };
    };
    const [promoted = expect.fail(), rolledBack = expect.fail()] = [
      changeTo('3.4.0', 7),
      changeTo('3.3.0', 8),
    ].map((change) => entryOf('artifact-record', change));
    const outcomes = await flushOutbox(runtime, [promoted], { 'artifact-record': deliver }, [
      rolledBack,
      promoted,
    ]);
    expect(outcomes).toEqual([
      { key: promoted.key, kind: 'done', reference: `overtaken by ${rolledBack.key}` },
    ]);
    await flushOutbox(runtime, [promoted, rolledBack], { 'artifact-record': deliver });
    expect(told).toEqual(['3.3.0']);
  });
});
