import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../actions/local/services/github/faults.ts';
import { clientOf } from '../support/github.ts';
import { type Change, PromotionWorld } from '../support/promotion-world.ts';
import { type EndedStep, ledgerEvents, ledgerFile } from '../support/registry.ts';
import { PATIENCE_MS, Wire } from '../support/wire.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const AT_ONCE = '  - { weight: 100 }';
const REFUSED: Fault = { kind: 'status', when: 'before', status: 403 };

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(async () => {
  await world.close();
});

const promote = (model: string, run: number, change: Change = {}): Promise<EndedStep> =>
  world.promote(model, world.rollout(AT_ONCE), { run, hour: run, ...change });

const rollBack = (run: number, change: Change = {}): Promise<EndedStep> =>
  world.operate('', {
    action: 'rollback',
    run,
    hour: run,
    files: { 'rollout.yml': world.rollout(AT_ONCE) },
    ...change,
    inputs: { rollout: 'rollout.yml', 'incident-issue': 'off', ...change.inputs },
  });

/** Each deployment of production, oldest first: what it shows, and whether it is of a promotion or a rollback. */
async function shown(): Promise<readonly string[]> {
  const listed = await clientOf(world.service).deployments.list('production');
  return listed.toReversed().map(({ task, state }) => `${task.split(':')[1]} ${state}`);
}

const outbox = async (): Promise<
  readonly { readonly entry: { readonly key: string }; readonly tries: number }[]
> => Object.values(JSON.parse((await ledgerFile(world.service, 'models/churn/state.json')) ?? '{}').outbox);

const warnings = ({ runtime }: EndedStep): string =>
  runtime.recorded.log.flatMap(({ level, message }) => (level === 'warning' ? [message] : [])).join('\n');

const refuseToMake = (times: number): void =>
  world.service.fault({ method: 'POST', path: /^\/deployments$/, times, fault: REFUSED });

/** The statuses that were set, as `deployment state`. */
const statusesSet = (): readonly string[] =>
  world.service.calls.flatMap(({ method, path, body }) => {
    const id = /^\/deployments\/(\d+)\/statuses$/.exec(path)?.[1];
    return method === 'POST' && id !== undefined ? [`${id} ${body['state']}`] : [];
  });

describe('a deployment that GitHub would not make', () => {
  test('is made at the end of the same run, if it only stumbled', async () => {
    refuseToMake(1);
    const step = await promote('one', 1);
    expect(step.output('status')).toBe('completed');
    expect(await shown()).toEqual(['promote success']);
    expect(await outbox()).toEqual([]);
  });

  test('waits in the outbox, is made and ended by the next run, and is retired when another version serves', async () => {
    refuseToMake(100);
    const step = await promote('one', 1);
    expect(step.output('status')).toBe('completed');
    expect(warnings(step)).toMatch(
      /permissions: deployments: write.*Later runs try again; `deployments: off`/s,
    );
    expect(await outbox()).toMatchObject([{ tries: 1, entry: { kind: 'deployment' } }]);
    world.service.faults.clear();
    const tick = await world.operate('resume', { run: 2, hour: 2 });
    expect(tick.output('status')).toBe('noop');
    expect(await shown()).toEqual(['promote success']);
    expect(await outbox()).toEqual([]);
    const [listed] = await clientOf(world.service).deployments.payloads('production');
    expect(listed?.payload).toMatchObject({
      model: 'churn',
      version: '0.0.1',
      ledgerSeq: expect.any(Number),
    });
    expect(await world.environment()).toMatchObject({ deployment: { id: listed?.id, version: '0.0.1' } });
    await promote('two', 3);
    expect(await shown()).toEqual(['promote inactive', 'promote success']);
  });

  test('is tried with growing pauses, not at every tick', async () => {
    refuseToMake(1_000);
    await promote('one', 1);
    await world.operate('resume', { run: 2, hour: 2 });
    const made = () =>
      world.service.calls.filter(({ method, path }) => `${method} ${path}` === 'POST /deployments').length;
    const before = made();
    await world.operate('resume', { run: 3, hour: 2.05 });
    expect(made()).toBe(before);
    await world.operate('resume', { run: 4, hour: 3 });
    expect(made()).toBe(before + 1);
    expect(await outbox()).toMatchObject([{ tries: 3 }]);
  });

  test('is not made any more when another one has taken its place', async () => {
    refuseToMake(2);
    await promote('one', 1);
    // Not due yet when the second begins, and overtaken when it is.
    await promote('two', 2, { hour: 1.05 });
    expect(await shown()).toEqual(['promote success']);
    await world.operate('resume', { run: 3, hour: 3 });
    expect(await shown()).toEqual(['promote success']);
    expect(await outbox()).toEqual([]);
    expect(await world.environment()).toMatchObject({ deployment: { version: '0.0.2' } });
  });

  test('is overtaken by the next one that waits to be made', async () => {
    refuseToMake(5);
    await promote('one', 1);
    await promote('two', 2);
    expect(await shown()).toEqual([]);
    world.service.faults.clear();
    await world.operate('resume', { run: 3, hour: 4 });
    expect(await shown()).toEqual(['promote success']);
    expect(await world.environment()).toMatchObject({ deployment: { version: '0.0.2' } });
    expect(await outbox()).toEqual([]);
  });

  test('shows a rollback too, once a later run gets it made', async () => {
    await promote('one', 1);
    await promote('two', 2);
    refuseToMake(2);
    const step = await rollBack(3);
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(await shown()).toEqual(['promote inactive', 'promote inactive']);
    await world.operate('resume', { run: 4, hour: 5 });
    expect(await shown()).toEqual(['promote inactive', 'promote inactive', 'rollback success']);
    expect(await outbox()).toEqual([]);
    await promote('three', 6);
    expect((await shown()).slice(2)).toEqual(['rollback inactive', 'promote success']);
  });
});

describe('what was left behind', () => {
  test('a twin that GitHub made of a late request is set inactive once, and the oldest stays', async () => {
    const wire = new Wire(world.service.faults);
    world.service.fault({
      method: 'POST',
      path: /^\/deployments$/,
      fault: { kind: 'silence', when: 'late' },
    });
    const client = () => clientOf(world.service, { limits: { silenceMs: PATIENCE_MS } });
    try {
      const step = await promote('one', 1, { http: wire.http, wrap: client });
      expect(step.output('status')).toBe('completed');
    } finally {
      wire.close();
    }
    expect(await shown()).toEqual(['promote success']);
    await world.service.faults.settle();
    expect(await shown()).toEqual(['promote success', 'promote none']);
    await promote('two', 2);
    expect(await shown()).toEqual(['promote inactive', 'promote inactive', 'promote success']);
    expect(statusesSet().filter((status) => status === '2 inactive')).toHaveLength(1);
    await promote('three', 3);
    await rollBack(4);
    expect(statusesSet().filter((status) => status === '2 inactive')).toHaveLength(1);
  });

  test('two at once: the run goes on with the older and ends the younger', async () => {
    world.service.fault({ method: 'POST', path: /^\/deployments$/, fault: { kind: 'twice' } });
    const step = await world.promote(
      'one',
      world.rollout('  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }'),
      {
        run: 1,
      },
    );
    expect(step.output('status')).toBe('waiting');
    const tick = await world.operate('resume', { run: 2, hour: 3 });
    expect(tick.output('status')).toBe('completed');
    expect(new Set(await shown())).toEqual(new Set(['promote success', 'promote inactive']));
  });

  test('the deployment of a rollout that another one superseded is ended with that', async () => {
    const steps = '  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }';
    await world.promote('one', world.rollout(steps), { run: 1 });
    expect(await shown()).toEqual(['promote in_progress']);
    await promote('two', 2);
    expect(await shown()).toEqual(['promote inactive', 'promote success']);
    expect(await ledgerEvents(world.service)).toContainEqual(
      expect.objectContaining({
        type: 'mirror.done',
        data: expect.objectContaining({ key: 'deployment:1:inactive' }),
      }),
    );
  });

  test('a deployment without a status is ended as its rollout was; those of other models stay', async () => {
    const { deployments } = clientOf(world.service);
    const sha = (await world.service.remote.resolve('refs/heads/main')) ?? '';
    const byHand = (task: string) =>
      deployments.ensure({
        task,
        sha,
        environment: 'production',
        production: true,
        description: '',
        payload: {},
      });
    const first = await promote('one', 1, { inputs: { deployments: 'off' } });
    await byHand(`mlops:promote:${first.output('rollout-id')}`);
    await byHand('mlops:promote:ro_of_another_model');
    await byHand('deploy');
    await promote('two', 2);
    expect(await shown()).toEqual(['promote inactive', 'promote none', 'undefined none', 'promote success']);
    expect(await world.environment()).toMatchObject({ deployment: { version: '0.0.2' } });
  });

  test('a rollback in one run is shown for each model of its own', async () => {
    for (const model of ['churn', 'fraud']) {
      // Without a router, which would know one fence for both.
      const inputs = { 'model-name': model, rollout: '' };
      await promote('one', 1, { inputs });
      await promote('two', 2, { inputs });
      await rollBack(5, { inputs });
    }
    expect((await shown()).filter((one) => one === 'rollback success')).toHaveLength(2);
  });
});
