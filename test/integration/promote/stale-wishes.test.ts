import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { runRegistryStep } from '../../support/registry.ts';
import { SeededLedger } from '../../support/rollback-world.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

const DIRECT = '  - weight: 100';
const CANARY = '  - { weight: 10, bake: 1h }\n  - weight: 100';
const LEDGER = 'refs/heads/mlops-registry';
let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

const tip = async (): Promise<string> => (await world.service.remote.resolve(LEDGER)) ?? '';

/** `rollback` of production, at an hour after the start. */
const rollBack = (run: number, hour: number) =>
  runRegistryStep({
    service: world.service,
    action: 'rollback',
    run,
    now: Date.parse('2026-01-15T12:00:00Z') + hour * 3_600_000,
    inputs: { environment: 'production', 'incident-issue': 'off' },
  });

describe('a run that is started again', () => {
  test('begins no rollout that is over, whatever has followed it', async () => {
    const release = (run: number, model: string, hour: number, attempt = 1) =>
      world.promote(model, world.rollout(DIRECT), { run, hour, attempt, inputs: { version: `1.${run}.0` } });
    expect((await release(1, 'one', 0)).output('status')).toBe('completed');
    expect((await release(2, 'two', 1)).output('status')).toBe('completed');
    const canary = await world.promote('three', world.rollout(CANARY), { run: 3, hour: 2 });
    expect(canary.output('status')).toBe('waiting');
    expect((await rollBack(4, 3)).output('to-version')).toBe('1.2.0');
    const weights = { ...world.router.weights };

    const again = await release(1, 'one', 4, 2);
    expect(again.output('status')).toBe('refused');
    expect(again.outcome?.message).toMatch(
      /this run has promoted 1\.1\.0 to production before, and its rollout is over; start a new run/,
    );
    expect(world.router.weights).toEqual(weights);
    expect(await world.environment()).toMatchObject({ current: '1.2.0', lease: null });
    const state = await world.state();
    expect(Object.values(state.quarantine)).toMatchObject([{ version: '1.2.1' }]);
    expect(state.versions['1.2.1'].verified).toEqual({});

    expect((await release(5, 'one', 5)).outcome?.message).toMatch(/1\.5\.0 serves production/);
  });
});

describe('a ledger that was wound back', () => {
  beforeEach(async () => {
    await world.promote('one', world.rollout(DIRECT), { run: 1 });
    const before = await tip();
    await world.promote('two', world.rollout(DIRECT), { run: 2, hour: 1 });
    await world.service.remote.moveRef(LEDGER, before, await tip());
    // Models may share an environment: the newest deployment to it tells nothing of this one.
    await world.promote('other', world.rollout(DIRECT), {
      run: 3,
      hour: 2,
      inputs: { 'model-name': 'other' },
    });
  });

  test.each<[string, Record<string, string>]>([
    ['promote', {}],
    ['register', { environment: 'staging' }],
    ['pause', { reason: 'x' }],
    ['import', { version: '9.0.0', reason: 'x' }],
    ['approve', {}],
    ['abort', { reason: 'x' }],
  ])('is built upon by no %s', async (operation, inputs) => {
    const before = await tip();
    const files = { 'rollout.yml': world.rollout(DIRECT) };
    const step = await world.operate(operation, {
      run: 4,
      hour: 3,
      model: 'three',
      files,
      inputs: { rollout: 'rollout.yml', ...inputs },
    });
    expect(step.error).toMatchObject({ code: 'ledger-tampered' });
    expect(String(step.error)).toMatch(/it was wound back/);
    expect(await tip()).toBe(before);
  });

  test('stops no rollback, which is warned, and knows from deployments what serves', async () => {
    const before = await tip();
    const step = await rollBack(5, 4);
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(step.output('from-version')).toBe('0.0.2');
    expect(step.output('to-version')).toBe('0.0.1');
    expect(world.router.weights).toMatchObject({ '0.0.1': 100 });
    const fences = world.router.changes.map(({ fence }) => fence);
    expect(fences.at(-1)).toBeGreaterThan(Math.max(...fences.slice(0, -1)));
    const document = await step.document();
    expect(JSON.stringify(document['warnings'])).toMatch(/it was wound back/);
    expect(document['pendingEvents']).toContainEqual(
      expect.objectContaining({ type: 'version.quarantined', version: '0.0.2' }),
    );
    expect(await tip()).toBe(before);
  });
});

describe('a promotion is refused', () => {
  test('without the rollout file that the environment has, as traffic would stay where it is', async () => {
    await world.promote('one', world.rollout(DIRECT), { run: 1 });
    const step = await world.promote('two', '', { run: 2, hour: 1, inputs: { rollout: '' } });
    expect(step.output('status')).toBe('refused');
    expect(step.outcome?.message).toMatch(/production was rolled out by a file before.*in the input rollout/);
    expect(await world.environment()).toMatchObject({ current: '0.0.1' });
    const pointerOnly = await world.promote('two', `version: 1\nsteps:\n${DIRECT}`, { run: 3, hour: 1 });
    expect(pointerOnly.output('status')).toBe('completed');
  });

  test('by number when the bytes are not where they were put', async () => {
    await new SeededLedger(world.service).history(undefined, {
      version: '1.0.0',
      uri: 'release:churn-v1.0.0',
    });
    const step = await world.operate('promote', {
      run: 3,
      inputs: { version: '1.0.0', environment: 'staging', 'require-evidence': 'none' },
    });
    expect(step.output('status')).toBe('refused');
    expect(step.outcome?.message).toMatch(/the bytes of 1\.0\.0 are gone \(there is no published release/);
  });
});
