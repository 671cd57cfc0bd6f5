import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import { ENV, Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
});

afterEach(async () => {
  router.close();
  await service.close();
});

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRollback({ service, inputs, ...more });

const candidates = (step: Awaited<ReturnType<typeof rollBack>>): Record<string, string> =>
  Object.fromEntries(
    JSON.parse(step.output('candidates') ?? '[]').map(
      ({ version, chosen, reason }: { version: string; chosen: boolean; reason: string }) => [
        version,
        `${chosen ? 'chosen: ' : ''}${reason}`,
      ],
    ),
  );

describe('the version that is put back', () => {
  test('is the newest good one, and every other one is explained', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0', '1.3.0');
    await ledger.register({ version: '1.4.0' });
    const step = await rollBack({ 'skip-versions': '1.2.0' });
    expect(step.error).toBeUndefined();
    expect(step.output('to-version')).toBe('1.1.0');
    expect(router.weights).toEqual({ '1.1.0': 100, '1.3.0': 0 });
    expect(candidates(step)).toEqual({
      '1.3.0': 'holds the bytes that are rolled back',
      '1.2.0': 'is named in skip-versions',
      '1.1.0': expect.stringMatching(/^chosen: passed its whole rollout in production at 2026/),
      '1.0.0': 'is good, but 1.1.0 is newer',
      '1.4.0': 'never passed its whole rollout in production, or was rolled back from there since',
    });
  });

  test('is never the bad bytes under another number', async () => {
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', content: 'bad' });
    await ledger.register({ version: '1.2.0', content: 'bad' });
    await ledger.promote('1.2.0', { rollout: router.rollout, content: 'bad' });
    const step = await rollBack();
    expect(step.output('to-version')).toBe('1.0.0');
    expect(candidates(step)['1.1.0']).toBe('holds the bytes that are rolled back');
  });

  test('is not one whose bytes the store has lost or altered; one that cannot be looked at is allowed', async () => {
    await ledger.history(
      router.rollout,
      { version: '1.0.0', uri: 's3://models/churn/1.0.0' },
      { version: '1.1.0', uri: 'release:churn-v1.1.0' },
      '1.2.0',
    );
    const step = await rollBack();
    expect(step.output('to-version')).toBe('1.0.0');
    expect(candidates(step)).toMatchObject({
      '1.1.0': expect.stringMatching(/^is gone: there is no published release churn-v1\.1\.0/),
      '1.0.0': expect.stringMatching(/^chosen: .*addresses of s3: cannot be looked at/),
    });
  });

  test('is refused when it was asked for and its bytes are gone', async () => {
    await ledger.history(router.rollout, { version: '1.0.0', uri: 'release:churn-v1.0.0' }, '1.1.0');
    const step = await rollBack({ to: '1.0.0' });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(step.outcome?.message).toMatch(/no known good version .* 1\.0\.0 is gone: there is no published/);
    expect(router.changes).toEqual([]);
    expect((await ledger.environment()).lease).toBeNull();
  });

  const field = (name: string, required = true) => ({ name, type: 'double', required });
  test('is one that callers get on with, unless it is overridden', async () => {
    await ledger.history(
      router.rollout,
      { version: '1.0.0', signature: { inputs: [field('age')], outputs: [field('score')] } },
      { version: '1.1.0', signature: { inputs: [field('age'), field('zip')], outputs: [field('score')] } },
      { version: '1.2.0', signature: { inputs: [field('age')], outputs: [field('score')] } },
    );
    const planned = await rollBack({ 'dry-run': 'true' });
    expect(planned.output('to-version')).toBe('1.0.0');
    expect(candidates(planned)['1.1.0']).toMatch(
      /^is not compatible with what callers of 1\.2\.0 use: it requires the input zip, .* allow-incompatible/,
    );
    expect((await rollBack({ to: '1.1.0' })).outcome).toMatchObject({ verdict: 'fail' });
    const forced = await rollBack({ 'allow-incompatible': 'true' });
    expect(forced.output('to-version')).toBe('1.1.0');
  });

  test('may be in quarantine when a person forces an exact one, which takes it out', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    await ledger.add({
      type: 'version.quarantined',
      version: '1.0.0',
      digest: sha256('1.0.0'),
      env: ENV,
      data: { reason: 'was slow' },
    });
    const refused = await rollBack({ to: '1.0.0' });
    expect(refused.outcome?.message).toMatch(/1\.0\.0 is in quarantine since .*: was slow/);
    expect((await rollBack()).outcome?.message).toMatch(/no known good version/);
    const forced = await rollBack({ to: '1.0.0', force: 'true' });
    expect(forced.outcome).toMatchObject({ verdict: 'pass' });
    expect(candidates(forced)['1.0.0']).toMatch(/was slow; it is forced/);
    const { state } = await ledger.read();
    expect(Object.values(state.quarantine).map(({ version }) => version)).toEqual(['1.1.0']);
  });

  test('is what served before, verified or not, for previous', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ to: 'previous' });
    expect(step.output('to-version')).toBe('1.0.0');
    expect(candidates(step)['1.0.0']).toMatch(/^chosen: served production from/);
  });

  test('is the current one while another is being rolled out, which is superseded', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    await ledger.register({ version: '1.2.0' });
    await ledger.promote('1.2.0', { rollout: router.rollout, open: true });
    const step = await rollBack();
    expect(step.output('from-version')).toBe('1.2.0');
    expect(step.output('to-version')).toBe('1.1.0');
    expect(await ledger.environment()).toMatchObject({
      current: '1.1.0',
      rollout: { phase: 'rolled-back', weight: 0 },
      lease: null,
    });
  });
});

describe('nothing is done', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['for a stale alert', { 'if-serving': '1.0.0' }, /1\.0\.0 does not serve production \(1\.1\.0 does\)/],
    ['for a target that serves', { to: '1.1.0' }, /1\.1\.0 serves production already/],
  ])('%s', async (_, inputs, message) => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack(inputs);
    expect(step.outcome).toMatchObject({ verdict: 'pass', message: expect.stringMatching(message) });
    expect(step.output('noop')).toBe('true');
    expect(router.changes).toEqual([]);
  });

  test('by a second rollback at once, whoever presses the button', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
    await rollBack();
    // The second runner's clock may be behind the first one's.
    for (const [minutes, ago] of [
      [1, '1 m'],
      [-1, '0 ms'],
    ] as const) {
      const now = Date.parse('2026-01-16T00:00:00Z') + minutes * 60_000;
      const second = await rollBack({}, { run: 51, now });
      expect(second.outcome).toMatchObject({
        verdict: 'pass',
        message: expect.stringContaining(
          `was rolled back from 1.2.0 to 1.1.0 ${ago} ago; to go further back`,
        ),
      });
      expect(second.output('noop')).toBe('true');
    }
    expect(router.weights).toEqual({ '1.1.0': 100, '1.2.0': 0 });
    const meant = await rollBack(
      { 'if-serving': '1.1.0' },
      { run: 52, now: Date.parse('2026-01-16T00:02:00Z') },
    );
    expect(meant.output('to-version')).toBe('1.0.0');
  });

  test('more by the first of two rollbacks, when the second takes over in the middle of its switch', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    let second: Awaited<ReturnType<typeof rollBack>> | undefined;
    router.onChange = async () => {
      router.onChange = async () => undefined;
      second = await rollBack({}, { run: 51 });
    };
    const first = await rollBack();
    expect(second?.output('rolled-back')).toBe('true');
    expect(first.outcome).toMatchObject({ verdict: 'warn' });
    expect(first.output('noop')).toBe('true');
    expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
    expect(await ledger.environment()).toMatchObject({
      current: '1.0.0',
      lease: null,
      rollback: { phase: 'completed' },
    });
  });
});

test('without any earlier good version, says why of each', async () => {
  await ledger.history(router.rollout, '1.0.0');
  const step = await rollBack();
  expect(step.outcome).toMatchObject({ verdict: 'fail' });
  expect(step.outcome?.message).toMatch(
    /^no known good version of churn for production: 1\.0\.0 holds the bytes .* name it in the input to$/,
  );
});

test('without anything that served before a first rollout, says how to take its traffic away', async () => {
  await ledger.history(undefined);
  await ledger.register({ version: '1.0.0' });
  await ledger.promote('1.0.0', { rollout: router.rollout, open: true });
  const step = await rollBack();
  expect(step.outcome).toMatchObject({ verdict: 'fail' });
  expect(step.outcome?.message).toMatch(/Nothing served before 1\.0\.0: promote-model with operation: abort/);
});

test('without the secret of its traffic driver, takes nothing over and puts nothing into quarantine', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  vi.stubEnv('TEST_WEBHOOK_SECRET', undefined);
  const step = await rollBack();
  vi.unstubAllEnvs();
  expect(step.error).toMatchObject({ code: 'invalid-input' });
  expect(String(step.error)).toMatch(/TEST_WEBHOOK_SECRET/);
  const { state } = await ledger.read();
  expect(state.quarantine).toEqual({});
  expect(state.environments[ENV]).toMatchObject({ current: '1.1.0', lease: null, rollback: null });
});
