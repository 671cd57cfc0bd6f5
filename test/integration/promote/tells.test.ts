import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clientOf } from '../../support/github.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { ledgerEvents, ledgerFile } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;
/** What people were told. */
let told: string[];
let receiver: ReturnType<typeof createServer>;
let notify: Readonly<Record<string, string>>;

beforeEach(async () => {
  world = await PromotionWorld.start();
  told = [];
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    told.push(body);
    response.end();
  });
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  notify = {
    'notify-url': `http://127.0.0.1:${port}/services/T0/secret-part-of-the-url`,
    'notify-format': 'json',
    'notify-allow-private-network': 'true',
  };
});

afterEach(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await world.close();
});

const AT_ONCE = '  - { weight: 100 }';
const statuses = (): readonly string[] => told.map((body) => JSON.parse(body).status);

test('a version comes with its notes, its card and what actions/attest needs, beside what served before', async () => {
  await world.promote('one', world.rollout(AT_ONCE), { run: 1 });
  const inputs = { version: 'auto:minor', cause: 'incident #7', 'model-card': 'card.md' };
  const files = { 'card.md': '---\nname: {{model}}\n---\n{{version}} for {{environment}}: {{cause}}\n' };
  const step = await world.promote('two', world.rollout(AT_ONCE), { run: 2, hour: 1, inputs, files });
  expect(step.error).toBeUndefined();
  const read = (output: string): Promise<string> =>
    step.runtime.files.readText(step.output(output) ?? 'not set');
  const notes = await read('release-notes-path');
  expect(notes).toContain('Compared with 0.0.1 in production');
  expect(notes).toMatch(/Trained because of incident .*7/);
  expect(await read('model-card-path')).toMatch(
    /^---\nname: churn\n---\n0\.1\.0 for production: incident .*7\n$/,
  );
  expect(await read('checksums-path')).toMatch(/^[0-9a-f]{64} {2}model\.onnx\n$/);
  expect(step.output('oms-root')).toMatch(/^sha256:[0-9a-f]{64}$/);
  const uploaded = step.runtime.recorded.uploads.flatMap((upload) => upload.files);
  for (const name of ['release-notes.md', 'model-card.md', 'subject.checksums.txt'])
    expect(uploaded).toContainEqual(expect.stringContaining(name));
});

test('a template that cannot be filled stops the promotion before anything is done', async () => {
  const inputs = { 'model-card': 'card.md' };
  const files = { 'card.md': 'one\n{{versoin}}\n' };
  const step = await world.promote('one', world.rollout(AT_ONCE), { inputs, files });
  expect(String(step.error)).toMatch(
    /card\.md, line 2, column 1: unknown placeholder \{\{versoin\}\}.*"?version/,
  );
  expect(await ledgerFile(world.service, 'models/churn/state.json')).toBeUndefined();
  expect(world.router.weights).toEqual({});
});

test('people are told of the endings they asked for, once, and not by a look that changed nothing', async () => {
  const rollout = world.rollout('  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }');
  const begun = await world.promote('one', rollout, { run: 1, inputs: notify });
  expect(begun.output('status')).toBe('waiting');
  expect(statuses()).toEqual([]);
  world.errors = () => null;
  const paused = await world.operate('resume', { run: 2, hour: 3, inputs: notify });
  expect(paused.output('status')).toBe('paused');
  expect(statuses()).toEqual(['paused']);
  await world.operate('resume', { run: 3, hour: 4, inputs: notify });
  await world.operate('status', { run: 4, hour: 4, inputs: notify });
  expect(statuses()).toEqual(['paused']);
  world.errors = () => 0.01;
  const reason = 'the metrics are back';
  const on = await world.operate('resume', { run: 5, hour: 5, inputs: { ...notify, reason } });
  expect(on.output('status')).toBe('completed');
  expect(statuses()).toEqual(['paused', 'completed']);
  const refused = await world.promote('two', rollout, {
    run: 6,
    hour: 6,
    inputs: { ...notify, 'notify-on': 'refused', 'require-stage': 'staging' },
  });
  expect(refused.output('status')).toBe('refused');
  expect(statuses().at(-1)).toBe('refused');
  expect(JSON.stringify(refused.runtime.recorded.log)).not.toContain('secret-part-of-the-url');
});

test('people are told by default that a rollout waits for one of them, and how to let it go on', async () => {
  const steps =
    '  - { weight: 50, bake: 2h, analysis: [health] }\n  - approve: { environment: people }\n  - { weight: 100 }';
  await world.promote('one', world.rollout(steps), { run: 1, inputs: notify });
  expect(told).toEqual([]);
  await world.operate('resume', { run: 2, hour: 3, inputs: notify });
  await world.operate('resume', { run: 3, hour: 4, inputs: notify });
  expect(told.map((body) => JSON.parse(body))).toMatchObject([
    {
      status: 'waiting',
      urgent: true,
      title: 'churn 0.0.1: waits for approval in production',
      text: expect.stringMatching(/waits for approval: gh workflow run approve\.yml -f version=0\.0\.1$/),
    },
  ]);
});

test('release notes get to GitHub through the outbox, also when it refuses them at first', async () => {
  world.service.fault({
    method: 'POST',
    path: /\/releases$/,
    fault: { kind: 'status', when: 'before', status: 403 },
  });
  const inputs = { release: 'publish' };
  const step = await world.promote('one', world.rollout(AT_ONCE), { run: 1, inputs });
  expect(step.output('status')).toBe('completed');
  await world.operate('resume', { run: 2, hour: 1, inputs });
  const release = await clientOf(world.service).releases.find('churn-v0.0.1');
  expect(release?.draft).toBe(false);
  const body = world.service.calls.findLast(
    ({ method, path }) => method === 'POST' && path.endsWith('/releases'),
  )?.body;
  expect(JSON.stringify(body)).toContain('The first version for production');
});

test('an approval names who let the job through beside who started it', async () => {
  const steps = '  - { weight: 50 }\n  - approve: { environment: production-approval }\n  - { weight: 100 }';
  await world.promote('one', world.rollout(steps), { run: 1 });
  world.service.runs.approve(2, {
    environment: 'production-approval',
    login: 'mallory',
    state: 'approved',
    comment: '',
  });
  const step = await world.operate('approve', { run: 2, hour: 1 });
  expect(step.output('status')).toBe('completed');
  const approved = (await ledgerEvents(world.service)).find(({ type }) => type === 'rollout.approved');
  expect(approved).toMatchObject({ actor: 'octo', data: { step: 2, approvers: ['mallory'] } });
  expect((await step.document())['steps']).toContainEqual(
    expect.objectContaining({ step: 2, reason: 'approved by octo, mallory' }),
  );
});

test('a metric that cannot be asked for ends no bake early, although doubt is to be gone on from', async () => {
  const steps = '  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }';
  const rollout = world.rollout(steps, 'on-inconclusive: continue').replace('/errors', '/nothing/of/this');
  const broken = rollout.replace('/m?version', '/canary?version');
  world.canary = { status: 404, body: {} };
  await world.promote('one', broken, { run: 1 });
  const step = await world.operate('resume', { run: 2, hour: 3 });
  expect(step.output('status')).toBe('paused');
  expect(step.outcome?.message).toContain('404');
});

test('a step that is gone on from in doubt is not proven, and neither is the version', async () => {
  const steps = '  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }';
  await world.promote('one', world.rollout(steps, 'on-inconclusive: continue'), { run: 1 });
  world.errors = () => null;
  const step = await world.operate('resume', { run: 2, hour: 3 });
  expect(step.output('status')).toBe('completed');
  const events = await ledgerEvents(world.service);
  expect(events.filter(({ type }) => type === 'rollout.step.passed')).toMatchObject([
    { data: { step: 1, verdict: 'inconclusive' } },
    { data: { step: 2, verdict: 'pass' } },
  ]);
  expect(events.map(({ type }) => type)).not.toContain('version.verified');
});

test('the pointer says what is to stay warm, and until when', async () => {
  await world.promote('one', world.rollout(AT_ONCE), { run: 1 });
  const rollout = world.rollout(AT_ONCE, 'keep-previous-warm: 3h');
  await world.promote('two', rollout, { run: 2, hour: 1, inputs: { version: '2.0.0' } });
  const pointer = JSON.parse((await ledgerFile(world.service, 'models/churn/env/production.json')) ?? '{}');
  expect(pointer).toMatchObject({
    stable: { version: '2.0.0' },
    warm: { version: '0.0.1', until: '2026-01-15T16:00:00.000Z' },
  });
});
