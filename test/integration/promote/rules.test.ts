import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GitHub } from '../../../actions/runtime/github/github.ts';
import { clientOf } from '../../support/github.ts';
import { type Change, PromotionWorld } from '../../support/promotion-world.ts';
import { type EndedStep, modelDigest } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});

afterEach(async () => {
  await world.close();
});

const WHOLE = '  - weight: 100';
const WATCHED = '  - { weight: 10, bake: 1h, analysis: [health] }\n  - weight: 100';

const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);
const warnings = ({ runtime }: EndedStep) =>
  runtime.recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);

describe('bytes that serve already', () => {
  test('are not put in quarantine by a canary of theirs that was measured by chance', async () => {
    await world.promote('model', world.rollout(WHOLE), { run: 1, inputs: { version: '1.0.0' } });
    const inputs = { version: '1.1.0' };
    await world.promote('model', world.rollout(WATCHED), { run: 2, hour: 1, inputs });
    world.errors = () => 0.2;
    const failed = await world.operate('resume', { run: 3, hour: 2.1 });
    expect(failed.output('status')).toBe('rolled-back');
    expect(warnings(failed).join()).toMatch(/1\.1\.0 holds the same bytes as 1\.0\.0, which goes on serving/);
    const { quarantine, versions } = await world.state();
    expect(quarantine).toEqual({});
    expect(versions['1.0.0']).toMatchObject({
      digest: modelDigest('model'),
      verified: { production: expect.any(String) },
    });
    expect(weights().at(-1)).toBe('1.0.0 100');
  });
});

describe('a number that is counted on', () => {
  const AUTO = { version: 'auto:minor', store: 'release' };
  const register = (model: string, run: number, change: Change = {}) =>
    world.operate('register', {
      run,
      model,
      inputs: { model: 'model.onnx', evidence: 'gate.json', ...AUTO },
      ...change,
    });
  const lost = (client: GitHub): GitHub => ({
    ...client,
    git: { ...client.git, commit: () => Promise.reject(new Error('the runner is gone')) },
  });

  test('is skipped where a lost run has kept other bytes under it, and was never registered', async () => {
    const first = await register('first', 1, { wrap: lost });
    expect(first.error).toMatchObject({ message: 'the runner is gone' });
    const second = await register('second', 2);
    expect(second.output('version')).toBe('0.2.0');
    expect(warnings(second).join()).toMatch(
      /0\.1\.0 is skipped, and 0\.2\.0 tried: the release churn-v0\.1\.0/,
    );
    const again = await register('first', 1, { attempt: 2 });
    expect(again.output('version')).toBe('0.3.0');
    const { versions } = await world.state();
    expect(Object.values(versions).map((version) => Reflect.get(Object(version), 'uri'))).toEqual([
      'release:churn-v0.2.0/model.onnx',
      'release:churn-v0.3.0/model.onnx',
    ]);
  });

  test('is given to one of two that count at the same time', async () => {
    const both = await Promise.all(['one', 'two'].map((model, index) => register(model, index + 1)));
    expect(both.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(both.map((step) => step.output('version')).sort()).toEqual(['0.1.0', '0.2.0']);
  });

  test('and no other, is refused where it was asked for exactly', async () => {
    await register('first', 1, { wrap: lost });
    const exact = { model: 'model.onnx', evidence: 'gate.json', store: 'release', version: '0.1.0' };
    const step = await register('second', 2, { inputs: exact });
    expect(step.error).toMatchObject({ code: 'digest-mismatch' });
  });
});

describe('a run that lacks the secret of the traffic', () => {
  test.each(['resume', 'abort'])('takes the environment from nobody: %s', async (operation) => {
    await world.promote('model', world.rollout(WATCHED), { run: 1 });
    const before = await world.state();
    const secret = process.env['ROUTER_SECRET'];
    delete process.env['ROUTER_SECRET'];
    const failed = await world.operate(operation, { run: 2, hour: 1.1, inputs: { reason: 'it is worse' } });
    process.env['ROUTER_SECRET'] = secret;
    expect(failed.error).toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/ROUTER_SECRET/),
    });
    expect(await world.state()).toEqual(before);
    delete process.env['ROUTER_SECRET'];
    const paused = await world.operate('pause', { run: 3, hour: 1.1, inputs: { reason: 'look at it' } });
    process.env['ROUTER_SECRET'] = secret;
    expect(paused.output('status')).toBe('paused');
  });
});

describe('an approval step', () => {
  const STEPS = '  - weight: 10\n  - approve: { environment: production-approval }\n  - weight: 100';
  const approvedFor = (run: number, environment: string) =>
    world.service.runs.approve(run, { environment, login: 'hubot', state: 'approved', comment: '' });

  test('is let through by a run that nobody was asked about, with a warning, and not where a reviewer is required', async () => {
    await world.promote('model', world.rollout(STEPS), { run: 1 });
    const strict = { 'require-reviewer': 'true' };
    const refused = await world.operate('approve', { run: 2, inputs: strict });
    expect(refused.output('status')).toBe('refused');
    expect(refused.outcome?.message).toMatch(/GitHub asked nobody about production-approval/);
    expect((await world.environment()).rollout).toMatchObject({ step: 2, approved: [] });
    const loose = await world.operate('approve', { run: 3 });
    expect(loose.output('status')).toBe('completed');
    expect(warnings(loose).join()).toMatch(/GitHub asked nobody about production-approval/);
  });

  test('is let through by its own environment alone', async () => {
    await world.promote('model', world.rollout(STEPS), { run: 1 });
    approvedFor(2, 'staging-approval');
    const refused = await world.operate('approve', { run: 2 });
    expect(refused.output('status')).toBe('refused');
    expect(refused.outcome?.message).toMatch(/was approved for staging-approval/);
    approvedFor(3, 'production-approval');
    const step = await world.operate('approve', { run: 3, inputs: { 'require-reviewer': 'true' } });
    expect(step.output('status')).toBe('completed');
    expect(warnings(step)).toEqual([]);
  });
});

test('a clock that was ahead is named by every look at what waits for it', async () => {
  await world.promote('model', world.rollout(WATCHED), { run: 1, hour: 24 * 6 });
  for (const [operation, kind] of [
    ['resume', 'waiting'],
    ['status', 'waiting'],
    ['register', 'registered'],
    ['verify-ledger', 'noop'],
  ] as const) {
    const change =
      operation === 'register'
        ? { model: 'next', inputs: { model: 'model.onnx', evidence: 'gate.json' } }
        : {};
    const step = await world.operate(operation, { run: 2, ...change });
    expect([operation, step.output('status')]).toEqual([operation, kind]);
    expect(warnings(step).join()).toMatch(/is 12:00 UTC on 2026-01-21, 6 d ahead of this run's clock/);
  }
});

test('a tick at rest looks after what is kept for outages once a day, and reads no more than ever where it is there', async () => {
  const cached: NonNullable<Change['cached']> = new Map();
  await world.promote('one', world.rollout(WHOLE), { run: 1, cached });
  const kept = [expect.stringMatching(/^mlops-registry-churn\/production\/\d+$/)];
  expect([...cached.keys()]).toEqual(kept);
  const tick = async (run: number, hour: number) => {
    const before = world.service.calls.length;
    expect((await world.operate('resume', { run, hour, cached })).output('status')).toBe('noop');
    return world.service.calls.length - before;
  };
  expect(await tick(2, 12)).toBe(2);
  cached.clear();
  expect(await tick(3, 11.9)).toBe(2);
  expect(await tick(4, 13)).toBe(2);
  expect([...cached.keys()]).toEqual([]);
  expect(await tick(5, 36.5)).toBeGreaterThan(2);
  expect([...cached.keys()]).toEqual(kept);
  expect(await tick(6, 36.6)).toBe(2);
});

test('a pause of a person holds until somebody says why it should not', async () => {
  const inputs = { reason: 'the queue is full' };
  await world.promote('one', world.rollout(WATCHED), { run: 1 });
  await world.operate('pause', { run: 2, inputs, context: { actor: 'hubot' } });
  for (const [model, run, attempt] of [
    ['two', 3, 1],
    ['one', 1, 2],
  ] as const) {
    const pushed = await world.promote(model, world.rollout(WATCHED), { run, attempt, hour: 0.5 });
    expect(pushed.output('status')).toBe('refused');
    expect(pushed.outcome?.message).toMatch(/hubot paused the rollout of 0\.0\.1 .*the queue is full/);
  }
  const { rollout, lease } = await world.environment();
  expect([rollout.version, rollout.phase, lease]).toEqual(['0.0.1', 'paused', null]);
  const why = { reason: 'the queue is empty again' };
  const wanted = await world.promote('two', world.rollout(WHOLE), { run: 4, hour: 1, inputs: why });
  expect(wanted.output('status')).toBe('completed');
});

test('what a model has deployed is seen behind forty deployments of others', async () => {
  const { deployments } = clientOf(world.service);
  const sha = (await world.service.remote.resolve('refs/heads/main')) ?? '';
  for (let number = 1; number <= 41; number++)
    await deployments.ensure({
      sha,
      task: `mlops:promote:ro_${number}`,
      environment: 'staging',
      production: false,
      description: '',
      payload: { model: number === 1 ? 'churn' : 'fraud' },
    });
  const seen = await deployments.payloads('staging');
  expect(seen.at(-1)?.payload).toEqual({ model: 'churn' });
});

test('models that share an environment leave the deployments of each other alone, and end their own', async () => {
  const staged = (model: string, run: number, name: string) =>
    world.promote(model, world.rollout(WHOLE), {
      run,
      inputs: { environment: 'staging', 'model-name': name },
    });
  await staged('one', 1, 'churn');
  await staged('other', 2, 'fraud');
  await staged('two', 3, 'churn');
  const { deployments } = clientOf(world.service);
  const [payloads, listed] = [await deployments.payloads('staging'), await deployments.list('staging')];
  const states = payloads.map(({ id, payload }) => [
    `${payload['model']} ${payload['version']}`,
    listed.find((one) => one.id === id)?.state,
  ]);
  expect(Object.fromEntries(states)).toEqual({
    'churn 0.0.2': 'success',
    'fraud 0.0.1': 'success',
    'churn 0.0.1': 'inactive',
  });
});
