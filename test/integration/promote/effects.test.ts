import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientOf } from '../../support/github.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { ledgerEvents, runRegistryStep } from '../../support/registry.ts';

// Git objects in memory: what is tested here is not git, and its processes take most of the time.
vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

const DIRECT = '  - weight: 100';
const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);
const types = async () => (await ledgerEvents(world.service)).map(({ type }) => type);

describe('cancelled in the middle of a bake', () => {
  const cancelled = async (inputs: Record<string, string>) => {
    await world.promote('good', world.rollout(DIRECT));
    const cancel = new AbortController();
    world.measured = () => cancel.abort();
    const steps = '  - { weight: 10, bake: 1h, analysis: [health] }\n  - weight: 100';
    const step = await world.promote('model', world.rollout(steps), {
      run: 8,
      signal: cancel.signal,
      inputs: { wait: 'inline', ...inputs },
    });
    expect(step.error).toMatchObject({ code: 'cancelled' });
  };

  test('a rollout is paused and its traffic stays', async () => {
    await cancelled({});
    expect(weights()).toEqual(['0.0.1 100', '0.0.2 10']);
    const { rollout, lease } = await world.environment();
    expect(rollout).toMatchObject({ phase: 'paused', reason: 'the run was cancelled' });
    expect(lease).toBeNull();
    const [deployment] = await clientOf(world.service).deployments.list('production');
    expect(deployment?.state).toBe('in_progress');
  });

  test('a rollout is taken back where that was asked for, by the next run at the latest', async () => {
    await cancelled({ 'on-cancel': 'rollback' });
    expect((await world.environment()).rollout.phase).toBe('rolling-back');
    const next = await world.operate('resume', { run: 9 });
    expect(next.output('status')).toBe('rolled-back');
    expect(weights().at(-1)).toBe('0.0.1 100');
    expect(await world.environment()).toMatchObject({ current: '0.0.1', lease: null });
    expect(await types()).not.toContain('version.quarantined');
  });
});

describe('what follows from the end', () => {
  test('a status that could not be set waits in the outbox, and the next run sets it first', async () => {
    world.service.fault({
      method: 'POST',
      path: /deployments\/\d+\/statuses/,
      times: 100,
      fault: { kind: 'status', when: 'before', status: 403 },
    });
    const step = await world.promote('model', world.rollout(DIRECT));
    expect(step.output('status')).toBe('completed');
    expect(await step.document()).toMatchObject({ outbox: [{ tries: 1 }] });
    world.service.faults.clear();
    const told = world.service.calls.length;
    await world.operate('resume', { run: 8, hour: 1, inputs: { 'dry-run': 'true' } });
    expect(world.service.calls.slice(told).filter(({ method }) => method !== 'GET')).toEqual([]);
    const tick = await world.operate('resume', { run: 9, hour: 1 });
    expect(tick.output('status')).toBe('noop');
    const [deployment] = await clientOf(world.service).deployments.list('production');
    expect(deployment?.state).toBe('success');
    const status = await world.operate('status', { run: 10 });
    expect(await status.document()).toMatchObject({ outbox: [] });
  });

  test('a completed promotion closes the incidents of its environment', async () => {
    await world.promote('good', world.rollout(DIRECT));
    await world.promote('bad', world.rollout(DIRECT), { run: 8 });
    const back = await runRegistryStep({
      service: world.service,
      action: 'rollback',
      run: 9,
      now: Date.parse('2026-01-15T13:00:00Z'),
      inputs: { environment: 'production' },
    });
    expect(back.error).toBeUndefined();
    expect((await back.document())['status']).toBe('rolled-back');
    const [incident] = (await world.environment()).incidents;
    expect(incident).toMatchObject({ version: '0.0.2' });
    const better = await world.promote('better', world.rollout(DIRECT), { run: 10, hour: 2 });
    expect(better.output('status')).toBe('completed');
    expect((await world.environment()).incidents).toEqual([]);
    const closed = world.service.calls.find(
      ({ method, path }) => method === 'PATCH' && path.includes(`/issues/${incident.issue}`),
    );
    expect(closed?.body).toMatchObject({ state: 'closed' });
  });
});

describe('events that a rollback could not write', () => {
  const document = (version: string) => {
    const about = { env: 'production', version: '0.0.1', fence: 7 };
    const pendingEvents = [
      {
        ...about,
        type: 'lease.acquired',
        data: { owner: { key: 'k', run: 9, attempt: 1 }, minutes: 30, from: null },
      },
      {
        ...about,
        type: 'rollback.started',
        data: { from: version, to: '0.0.1', trigger: 'manual', reason: 'it is worse' },
      },
      { ...about, type: 'rollback.completed', data: { from: version, to: '0.0.1' } },
    ];
    return { pendingEvents };
  };

  test('are taken over once, and only while they still fit', async () => {
    await world.promote('good', world.rollout(DIRECT));
    await world.promote('bad', world.rollout(DIRECT), { run: 8 });
    const failed = await runRegistryStep({
      service: world.service,
      action: 'rollback',
      run: 9,
      now: Date.parse('2026-01-15T13:00:00Z'),
      inputs: { environment: 'production', 'dry-run': 'true' },
    });
    const take = (run: number, version: string) =>
      world.operate('import', {
        run,
        files: { 'rollback.json': JSON.stringify({ ...base, ...document(version) }) },
        inputs: { import: 'rollback.json', reason: 'GitHub was down' },
      });
    const base = await failed.document();
    const taken = await take(20, '0.0.2');
    expect(taken.error).toBeUndefined();
    expect(taken.output('status')).toBe('imported');
    expect(await world.environment()).toMatchObject({ current: '0.0.1', fence: 7, lease: null });
    expect((await take(21, '0.0.2')).output('status')).toBe('noop');
    const stale = await take(22, '0.0.9');
    expect(stale.output('status')).toBe('refused');
    expect(stale.outcome?.message).toMatch(/something else has happened since/);
    const verified = await world.operate('verify-ledger', { run: 23 });
    expect(verified.outcome?.verdict).toBe('pass');
  });

  test('are refused when they are no events, or about something else', async () => {
    const step = await world.operate('import', {
      files: { 'rollback.json': '{"schema":"mlops-actions/rollback/v1"}' },
      inputs: { import: 'rollback.json', reason: 'GitHub was down' },
    });
    expect(step.error).toMatchObject({ code: 'invalid-document' });
  });
});

describe('rules and their overriding', () => {
  test('a version must have soaked in its stage, unless somebody says why not', async () => {
    const stage = (inputs: Record<string, string>, run: number, hour: number) =>
      world.promote('model', world.rollout(DIRECT), { run, hour, inputs });
    await stage({ environment: 'staging' }, 1, 0);
    const rule = { 'require-stage': 'staging', 'min-soak': '24h' };
    const early = await stage(rule, 2, 1);
    expect(early.output('status')).toBe('refused');
    expect(early.outcome?.message).toMatch(/is verified in staging since .*; min-soak asks for 1 d/);
    const forced = await stage({ ...rule, force: 'true', reason: 'an outage is worse' }, 3, 1);
    expect(forced.output('status')).toBe('completed');
    expect((await world.environment()).rollout.forced).toBe('an outage is worse');
  });

  test.each([
    ['model: other', /file is for other/],
    ['environment: staging', /file is for staging/],
  ])('a rollout file that says %s is not for this promotion', async (line, message) => {
    const step = await world.promote('model', world.rollout(DIRECT, line));
    expect(step.error).toMatchObject({ code: 'invalid-input' });
    expect(String(step.error)).toMatch(message);
  });

  test.each(['../x', '.git', 'latest', 'v'.repeat(300), '1.0.0\n2', '--force', 'v1.lock', '🚀'])(
    'the version %j is refused at once (B56)',
    async (version) => {
      const step = await world.promote('model', world.rollout(DIRECT), { inputs: { version } });
      expect(step.error).toMatchObject({ code: 'invalid-input' });
    },
  );

  test.each([
    '- { weight: 50 }\n  - { weight: 10 }',
    '- { weight: 101 }',
    '- { weight: 100, bake: 1000000000s }',
  ])('the steps %j are refused when they are read (B60)', async (steps) => {
    const step = await world.promote('model', world.rollout(`  ${steps}`), { inputs: { wait: 'inline' } });
    expect(step.error).toBeDefined();
    expect(world.router.changes).toEqual([]);
  });

  test('other bytes under a number that is taken are refused (B59)', async () => {
    await world.promote('a', world.rollout(DIRECT), { inputs: { version: '1.0.0' } });
    const other = await world.promote('b', world.rollout(DIRECT), { run: 8, inputs: { version: '1.0.0' } });
    expect(other.output('status')).toBe('refused');
    expect(other.outcome?.message).toMatch(/a version never changes its bytes/);
  });
});
