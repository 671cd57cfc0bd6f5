import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { dyingAt } from '../support/dying-client.ts';
import { startTestGitHub } from '../support/github.ts';
import { Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;
const VERIFY = { verify: 'health', 'verify-window': '30s' };

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
  await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0', '1.3.0');
});

afterEach(async () => {
  router.close();
  await service.close();
});

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRollback({ service, inputs, ...more });

const types = async () =>
  (await ledger.read()).events
    .filter(({ run }) => run.job === 'test')
    .map(({ type, data }) => ('to' in data ? `${type} ${data.to}` : type));

describe('a version that was put back', () => {
  test('is watched, and nothing more happens when it is well', async () => {
    const step = await rollBack(VERIFY);
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(step.output('to-version')).toBe('1.2.0');
    expect(step.runtime.recorded.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(30_000);
    const document = await step.document();
    expect(document['metrics']).toMatchObject([{ name: 'errors', verdict: 'pass', last: 0, measured: 3 }]);
    expect(document['attempts']).toEqual([{ version: '1.2.0', outcome: 'good', reason: '' }]);
    expect(Number(step.output('seconds-to-safe'))).toBeLessThan(30);
    expect(await types()).toEqual([
      'lease.acquired',
      'version.quarantined',
      'rollback.started 1.2.0',
      'rollback.completed 1.2.0',
      'lease.released',
      'deployment.created',
      // The status of the deployment.
      'mirror.queued',
      'mirror.done',
      'incident.opened',
    ]);
  });

  test('and is not well gives way to the next good one, and is named but not put in quarantine', async () => {
    router.sick = { '1.2.0': 0.4 };
    const step = await rollBack(VERIFY);
    expect(step.outcome).toMatchObject({
      verdict: 'pass',
      message: 'production was rolled back from 1.3.0 to 1.1.0',
    });
    expect(router.changes.map(({ version }) => version)).toEqual(['1.2.0', '1.1.0']);
    expect((await step.document())['attempts']).toEqual([
      {
        version: '1.2.0',
        outcome: 'sick',
        reason: expect.stringMatching(/1\.2\.0 serves, but is not well: health \/ errors/),
      },
      { version: '1.1.0', outcome: 'good', reason: '' },
    ]);
    expect(JSON.parse(step.output('candidates') ?? '')).toContainEqual(
      expect.objectContaining({
        version: '1.2.0',
        chosen: false,
        reason: expect.stringMatching(/^was put back: 1\.2\.0 serves, but is not well/),
      }),
    );
    const { state } = await ledger.read();
    expect(Object.values(state.quarantine).map(({ version }) => version)).toEqual(['1.3.0']);
    expect(state.environments['production']).toMatchObject({
      current: '1.1.0',
      lease: null,
      rollback: { phase: 'completed' },
    });
    expect(await types()).toEqual(
      expect.arrayContaining(['rollback.failed 1.2.0', 'rollback.started 1.1.0', 'rollback.completed 1.1.0']),
    );
    expect(await step.runtime.files.readText('mlops/rollback/report.md')).toContain('### What was put back');
  });

  test('and is not well ends the rollback where it is to stop there, and keeps the lease', async () => {
    router.sick = { '1.2.0': 0.4 };
    const step = await rollBack({ ...VERIFY, 'on-verify-failure': 'stop' });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(step.outcome?.message).toMatch(/failed: 1\.2\.0 serves, but is not well/);
    expect(router.weights).toEqual({ '1.2.0': 100, '1.3.0': 0 });
    const { lease, rollback } = await ledger.environment();
    expect(rollback).toMatchObject({ to: '1.2.0', phase: 'failed' });
    expect(lease?.owner.run).toBe(50);
    expect((await step.document())['secondsToSafe']).not.toBeNull();
  });

  test('is followed by no more than max-depth others', async () => {
    router.sick = { '1.2.0': 0.4, '1.1.0': 0.4, '1.0.0': 0.4 };
    const step = await rollBack({ ...VERIFY, 'max-depth': '2' });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(router.changes.map(({ version }) => version)).toEqual(['1.2.0', '1.1.0']);
    expect(JSON.stringify((await step.document())['timeline'])).toMatch(/2 of at most 2 versions were tried/);
  });

  test('ends the walk when no other good version is left, and says so', async () => {
    router.sick = { '1.2.0': 0.4, '1.1.0': 0.4, '1.0.0': 0.4 };
    const step = await rollBack({ ...VERIFY, 'max-depth': '9' });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(step.outcome?.message).toMatch(/1\.0\.0 serves, but is not well.*; no known good version/);
    expect(router.changes.map(({ version }) => version)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
  });

  test('stays with a warning when it cannot be told whether it is well', async () => {
    const away = router.rollout.replace('/errors/', '/nowhere/');
    const step = await rollBack({ ...VERIFY, rollout: 'r.yml' }, { files: { 'r.yml': away } });
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(router.changes.map(({ version }) => version)).toEqual(['1.2.0']);
    expect((await ledger.environment()).lease).toBeNull();
  });

  test('gives the replaced one its time to drain under the lease', async () => {
    const step = await rollBack({ 'drain-seconds': '90' });
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(step.runtime.recorded.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(90_000);
    expect(Number(step.output('seconds-to-safe'))).toBeLessThan(30);
    expect((await types()).indexOf('lease.released')).toBeGreaterThan(
      (await types()).indexOf('rollback.completed 1.2.0'),
    );
  });

  test('is watched for hours with signs of life', async () => {
    const step = await rollBack({ ...VERIFY, 'verify-window': '1h' });
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect((await types()).filter((type) => type === 'lease.renewed').length).toBeGreaterThanOrEqual(4);
  });
});

test('a variable that the watch needs and the step has not is refused before anything is changed', async () => {
  const rollout = router.rollout.replace(
    'type: http-json',
    'type: http-json\n        headers: { Authorization: "Bearer ${env.TEST_UNSET_TOKEN}" }',
  );
  expect(rollout).toContain('TEST_UNSET_TOKEN');
  const more = { files: { 'rollout.yml': rollout } };
  const step = await rollBack({ ...VERIFY, rollout: 'rollout.yml' }, more);
  expect(String(step.error)).toMatch(/environment variable TEST_UNSET_TOKEN, which is not set/);
  expect(router.changes).toEqual([]);
  expect(await types()).toEqual([]);
  const unwatched = await rollBack({ rollout: 'rollout.yml' }, more);
  expect(unwatched.output('rolled-back')).toBe('true');
});

test('an analysis that the rollout file does not have is refused before anything is changed', async () => {
  const step = await rollBack({ verify: 'helth' });
  expect(step.error).toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(
      /^verify: the rollout file has no analysis "helth"; did you mean "health"/,
    ),
  });
  expect(router.changes).toEqual([]);
  expect(await types()).toEqual([]);
});

test('traffic that cannot be switched fails the rollback, keeps the lease, and is tried again by a re-run', async () => {
  router.refuse = 400;
  const step = await rollBack();
  expect(step.outcome).toMatchObject({ verdict: 'fail' });
  expect(step.outcome?.message).toMatch(/answered 400/);
  expect(await ledger.environment()).toMatchObject({
    current: '1.3.0',
    lease: { owner: { run: 50 } },
    rollback: { phase: 'failed', to: '1.2.0' },
  });
  router.refuse = 0;
  const again = await rollBack({}, { attempt: 2 });
  expect(again.outcome).toMatchObject({ verdict: 'pass' });
  expect(again.output('to-version')).toBe('1.2.0');
  expect(await ledger.environment()).toMatchObject({
    current: '1.2.0',
    lease: null,
    rollback: { phase: 'completed' },
  });
});

// Commits of a walk: 1 started 1.2.0, 2 completed, 3 failed, 4 started 1.1.0, 5 completed, 6 released, 7.. what follows.
test.each(
  [1, 2, 3, 4, 5, 6, 7].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ]),
)(
  'a walk killed $when publishing commit $nth and run again ends in the same state',
  async ({ nth, when }) => {
    router.sick = { '1.2.0': 0.4 };
    await rollBack(VERIFY, { wrap: dyingAt(nth, when) });
    const again = await rollBack(VERIFY, { attempt: 2 });
    expect(again.error).toBeUndefined();
    expect(again.outcome).toMatchObject({ verdict: 'pass' });
    expect(again.output('from-version')).toBe('1.3.0');
    expect(again.output('to-version')).toBe('1.1.0');
    expect(router.weights).toEqual({ '1.1.0': 100, '1.2.0': 0 });
    const { state } = await ledger.read();
    expect(Object.values(state.quarantine).map(({ version }) => version)).toEqual(['1.3.0']);
    expect(state.environments['production']).toMatchObject({
      current: '1.1.0',
      lease: null,
      rollback: { phase: 'completed', to: '1.1.0' },
    });
  },
);
