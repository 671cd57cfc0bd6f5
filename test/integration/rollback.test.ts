import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { dyingAt } from '../support/dying-client.ts';
import { clientOf, startTestGitHub } from '../support/github.ts';
import { ledgerEvents, ledgerFile, modelDigest, runRegistryStep } from '../support/registry.ts';
import { Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;
const TRAIN = '.github/workflows/train.yml';
const RETRAIN = { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' };

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
  await service.remote.commitFiles(
    'main',
    { [TRAIN]: 'name: Train\non: { workflow_dispatch: {} }\njobs: {}\n' },
    'Add training',
  );
});

afterEach(async () => {
  router.close();
  await service.close();
});

const twoSteps = () => router.rollout.replace('steps: [{', 'steps: [{ weight: 10 }, {');

const promote = (model: string, run: number) =>
  runRegistryStep({
    service,
    model,
    run,
    files: { 'rollout.yml': twoSteps() },
    inputs: { rollout: 'rollout.yml', environment: 'production' },
  });

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRollback({ service, inputs, ...more });

async function issues(): Promise<readonly { readonly title: string; readonly comments: number }[]> {
  const response = await fetch(`${service.url}/repos/octo/models/issues?state=all`, {
    headers: { authorization: `token ${service.issueToken('all')}` },
  });
  const found: unknown = await response.json();
  return Array.isArray(found) ? found : [];
}

describe('after real promotions', () => {
  test('puts the last known good version back, keeps the bad bytes out, and tells people', async () => {
    await promote('good', 1);
    await promote('bad', 2);
    expect(router.weights).toEqual({ '0.0.2': 100, '0.0.1': 0 });
    const step = await rollBack(RETRAIN);
    expect(step.error).toBeUndefined();
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(router.weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
    expect(step.output('rolled-back')).toBe('true');
    expect(step.output('from-version')).toBe('0.0.2');
    expect(step.output('to-version')).toBe('0.0.1');
    expect(step.output('to-digest')).toBe(modelDigest('good'));
    expect((await issues()).map(({ title }) => title)).toEqual(['churn 0.0.2 was rolled back in production']);
    expect(service.dispatches.length).toBe(1);
    expect(await ledger.environment()).toMatchObject({
      current: '0.0.1',
      lease: null,
      rollback: { phase: 'completed' },
    });
    const again = await promote('bad', 3);
    expect(again.output('status')).toBe('refused');
    const deployments = await clientOf(service).deployments.list('production');
    expect(deployments.map(({ task, state }) => [task.split(':')[1], state])).toEqual([
      ['rollback', 'success'],
      ['promote', 'inactive'],
      ['promote', 'inactive'],
    ]);
  });

  test('pre-empts a promotion in the middle of its hook, whose change then has no effect', async () => {
    await promote('good', 1);
    let ended: Awaited<ReturnType<typeof rollBack>> | undefined;
    router.onChange = async ({ version, weight }) => {
      if (version !== '0.0.2' || weight !== 100) return;
      router.onChange = async () => undefined;
      // The promotion's request has arrived and is not answered; the rollback runs meanwhile.
      ended = await rollBack();
    };
    const promotion = await promote('candidate', 2);
    expect(ended?.outcome).toMatchObject({ verdict: 'pass' });
    expect(ended?.output('from-version')).toBe('0.0.2');
    expect(ended?.output('to-version')).toBe('0.0.1');
    expect(promotion.output('status')).toBe('superseded');
    expect(router.weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
    // The rollback has set its weight twice: the second time after whatever was on its way.
    expect(router.changes.map(({ version, weight }) => `${version} ${weight}`)).toEqual([
      '0.0.1 10',
      '0.0.1 100',
      '0.0.2 10',
      '0.0.1 100',
      '0.0.1 100',
    ]);
    expect(await ledger.environment()).toMatchObject({
      current: '0.0.1',
      lease: null,
      rollout: { phase: 'rolled-back', weight: 0 },
    });
  });

  test('works with a warning when the ledger is gone, from what deployments prove', async () => {
    await promote('good', 1);
    await promote('bad', 2);
    await service.remote.deleteRef('refs/heads/mlops-registry');
    const step = await rollBack({ rollout: 'r.yml' }, { files: { 'r.yml': router.rollout } });
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(step.output('to-digest')).toBe(modelDigest('good'));
    expect(router.weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
  });
});

test('works with a warning on a ledger that was edited, from the part that is proven', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  const path = 'models/churn/events/2026-01.jsonl';
  const lines = ((await ledgerFile(service, path)) ?? '').split('\n');
  const edited = lines
    .with(-2, lines.at(-2)?.replace('"actor":"octo"', '"actor":"mallory"') ?? '')
    .join('\n');
  await service.remote.commitFiles('mlops-registry', { [path]: edited }, 'Edit by hand');
  const step = await rollBack({ rollout: 'r.yml' }, { files: { 'r.yml': router.rollout } });
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
  expect((await step.document())['ledger']).toMatchObject({ state: 'tampered' });
  const strict = await rollBack({ 'audit-mode': 'strict' }, { run: 51 });
  expect(strict.error).toMatchObject({ code: 'ledger-tampered' });
});

test('run again, changes nothing more: one incident, one request for retraining', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  await rollBack(RETRAIN);
  const again = await rollBack(RETRAIN, { attempt: 2 });
  expect(again.output('to-version')).toBe('1.0.0');
  expect(again.output('rolled-back')).toBe('true');
  expect((await issues()).map(({ comments }) => comments)).toEqual([0]);
  expect(service.dispatches.length).toBe(1);
});

test('asks for no retraining within the cooldown of the request before', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
  await rollBack(RETRAIN);
  const second = await rollBack(RETRAIN, { run: 51, now: Date.parse('2026-01-16T02:00:00Z') });
  expect(second.output('to-version')).toBe('1.0.0');
  expect(second.output('retrain-skipped')).toMatch(/^cooldown/);
  expect(service.dispatches.length).toBe(1);
});

test.each(
  [1, 2, 3, 4, 5, 6].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ]),
)('killed $when publishing commit $nth and run again, it ends in the same state', async ({ nth, when }) => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  await rollBack(RETRAIN, { wrap: dyingAt(nth, when) });
  const again = await rollBack(RETRAIN, { attempt: 2 });
  expect(again.error).toBeUndefined();
  expect(again.output('to-version')).toBe('1.0.0');
  expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
  expect((await issues()).length).toBe(1);
  expect(service.dispatches.length).toBeGreaterThanOrEqual(1);
  // A request whose record was lost is sent again under its key, by which the receiver tells it from another one.
  const keys = service.dispatches.map((one) => one.kind === 'workflow' && one.inputs['dedupe_key']);
  expect(new Set(keys).size).toBe(1);
  const events = await ledgerEvents(service);
  const once = [
    'rollback.completed',
    'version.quarantined',
    'incident.opened',
    'retrain.requested',
    'retrain.dispatched',
  ];
  expect(once.map((type) => events.filter((event) => event.type === type).length)).toEqual([1, 1, 1, 1, 1]);
  expect(await ledger.environment()).toMatchObject({ current: '1.0.0', lease: null });
});
