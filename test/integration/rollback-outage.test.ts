import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { saveBreakGlass } from '../../actions/runtime/break-glass.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { startTestGitHub } from '../support/github.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { ENV, Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

type Cached = Map<string, ReadonlyMap<string, Uint8Array>>;

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;
let cached: Cached;

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
  cached = new Map();
});

afterEach(async () => {
  router.close();
  await service.close();
});

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRollback({ service, inputs, cached, ...more });

/** What a completed promotion leaves in the cache. */
async function keepNow(environment = ENV): Promise<void> {
  await using runtime = await memoryRuntime({ cached });
  await saveBreakGlass(runtime, await ledger.read(), environment, router.rollout);
}

/** Every call of a part of the client that speaks to GitHub fails as it does when GitHub is away. */
const down = (github: GitHub): GitHub => {
  const away = async (): Promise<never> => {
    throw new ActionError('github-unavailable', 'GitHub gave no usable answer: 503');
  };
  const part = <T extends object>(real: T): T =>
    new Proxy(real, {
      get: (target, key) => (typeof Reflect.get(target, key) === 'function' ? away : undefined),
    });
  return {
    ...github,
    git: part(github.git),
    deployments: part(github.deployments),
    issues: part(github.issues),
  };
};

/** Every call is refused, as with a token that has expired. */
const denied = (github: GitHub): GitHub => {
  const refused = async (): Promise<never> => {
    throw new ActionError('github-denied', 'GitHub answered 401: Bad credentials');
  };
  const part = <T extends object>(real: T): T => new Proxy(real, { get: () => refused });
  return {
    ...github,
    git: part(github.git),
    deployments: part(github.deployments),
    issues: part(github.issues),
  };
};

const keptEntry = () => [...cached].find(([name]) => name.startsWith('mlops-registry-'));

describe('with a token that has expired', () => {
  test('the version that the cache kept is put back, and what GitHub answered is said', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    await keepNow();
    const step = await rollBack({}, { wrap: denied });
    expect(step.outcome).toMatchObject({
      verdict: 'warn',
      message: 'production was rolled back from 1.1.0 to 1.0.0',
    });
    expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
    const { warnings } = await step.document();
    expect(String(warnings)).toMatch(/cannot be read \(GitHub answered 401: Bad credentials\).*NOT proven/);
  });

  test('and nothing in the cache, or in strict mode, it ends with what GitHub answered', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const lost = await rollBack({}, { wrap: denied });
    expect(lost.error).toMatchObject({
      code: 'github-denied',
      message: expect.stringMatching(/401.*the cache/),
    });
    await keepNow();
    const strict = await rollBack({ 'audit-mode': 'strict' }, { wrap: denied });
    expect(strict.error).toMatchObject({ code: 'github-denied', message: expect.stringMatching(/strict/) });
    expect(router.changes).toEqual([]);
  });
});

describe('while the API of GitHub is down', () => {
  test('the version that the cache kept is put back and watched, loudly, and everything else is pending', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
    await keepNow();
    const step = await rollBack({ verify: 'health', retrain: 'repository_dispatch' }, { wrap: down });
    expect(step.error).toBeUndefined();
    expect(step.outcome).toMatchObject({
      verdict: 'warn',
      message: 'production was rolled back from 1.2.0 to 1.1.0',
    });
    expect(router.weights).toEqual({ '1.1.0': 100, '1.2.0': 0 });
    // The router has seen promotions with fences up to that of 1.2.0; the rollback goes on from there.
    expect(router.changes.map(({ fence }) => fence)).toEqual([7]);
    const document = await step.document();
    expect(document['ledger']).toMatchObject({ state: 'unreachable', commit: '' });
    expect(document['metrics']).toMatchObject([{ verdict: 'pass' }]);
    expect(document['incident']).toBeNull();
    expect(document['deployment']).toBeNull();
    expect(step.output('retrain-skipped')).toMatch(/^ledger:/);
    expect(document['warnings']).toEqual([
      expect.stringMatching(/the ledger cannot be read .* Actions cache.* NOT proven by the hash chain/),
    ]);
    expect(document['pendingEvents']).toMatchObject([
      { type: 'lease.acquired', env: ENV, fence: 7 },
      { type: 'version.quarantined', version: '1.2.0', step: '1.2.0 7' },
      { type: 'rollback.started', data: { from: '1.2.0', to: '1.1.0' } },
      { type: 'rollback.completed', data: { from: '1.2.0', to: '1.1.0' } },
      { type: 'lease.released' },
    ]);
    expect(await step.runtime.files.readText('mlops/rollback/report.md')).toMatch(
      /### Warnings[\s\S]*5 events are not in the ledger/,
    );
  });

  test('a version that is not well gives way to the next one all the same', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
    await keepNow();
    router.sick = { '1.1.0': 0.5 };
    const step = await rollBack({ verify: 'health' }, { wrap: down });
    expect(step.output('to-version')).toBe('1.0.0');
    expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
  });

  test.each<[string, () => Promise<void>, RegExp]>([
    [
      'nothing was kept',
      async () => undefined,
      /the cache holds nothing of churn in production; switch traffic by hand/,
    ],
    [
      'another environment was kept',
      () => keepNow('staging'),
      /the cache holds nothing of churn in production/,
    ],
    [
      'what was kept is of another shape',
      async () => {
        await keepNow();
        const [name = ''] = keptEntry() ?? [];
        cached.set(name, new Map([['', Buffer.from('{"schema": "mlops-actions/break-glass/v1"}')]]));
      },
      /what the cache holds is not used \(.*model/,
    ],
    [
      'what was kept has been put under the name by somebody else',
      async () => {
        await keepNow('staging');
        const [name = '', content = new Map()] = keptEntry() ?? [];
        cached.clear();
        cached.set(name.replace('staging', ENV), content);
      },
      /what the cache holds is not used \(it is about churn in staging\)/,
    ],
  ])('it fails where %s', async (_, prepare, message) => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    await prepare();
    const step = await rollBack({}, { wrap: down });
    expect(step.error).toMatchObject({ code: 'github-unavailable', message: expect.stringMatching(message) });
    expect(router.changes).toEqual([]);
  });

  test('in strict mode the cache is not looked at', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    await keepNow();
    const step = await rollBack({ 'audit-mode': 'strict' }, { wrap: down });
    expect(step.error).toMatchObject({ message: expect.stringMatching(/audit-mode is strict/) });
    expect(router.changes).toEqual([]);
  });
});

test('a sound ledger is believed and not the cache, which each rollback brings up to date', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
  await rollBack();
  const first = keptEntry();
  expect(JSON.parse(Buffer.from(first?.[1].get('') ?? []).toString())).toMatchObject({
    environment: ENV,
    current: '1.1.0',
    rollout: router.rollout,
  });
  const next = await rollBack({}, { run: 51, wrap: down, now: Date.parse('2026-01-17T00:00:00Z') });
  expect(next.output('from-version')).toBe('1.1.0');
  expect(next.output('to-version')).toBe('1.0.0');
});

const refusing = (github: GitHub): GitHub => ({
  ...github,
  git: {
    ...github.git,
    publish: async () => ({ kind: 'refused', status: 403, message: 'Resource not accessible' }),
  },
});

describe('a ledger that cannot be written', () => {
  test('does not stop the switch, and its events are kept as whole drafts', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0');
    router.sick = { '1.1.0': 0.5 };
    const step = await rollBack({ verify: 'health' }, { wrap: refusing });
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
    const document = await step.document();
    expect(document['ledger']).toMatchObject({ state: 'unwritable' });
    expect(document['quarantined']).toBe(true);
    const { seq } = (await ledger.read()).state.head;
    expect(document['ledger']).toMatchObject({ seq });
    expect((document['pendingEvents'] as { type: string; step: string }[]).map(({ type }) => type)).toEqual([
      'lease.acquired',
      'version.quarantined',
      'rollback.started',
      'rollback.completed',
      'rollback.failed',
      'lease.acquired',
      'rollback.started',
      'rollback.completed',
      'lease.released',
      'deployment.created',
      'incident.opened',
    ]);
  });

  test('stops everything in strict mode', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ 'audit-mode': 'strict' }, { wrap: refusing });
    expect(step.error).toBeInstanceOf(ActionError);
    expect(router.changes).toEqual([]);
  });

  test('cannot be switched by where there is no traffic driver', async () => {
    await ledger.history(undefined, '1.0.0', '1.1.0');
    const step = await rollBack({}, { wrap: refusing });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(step.outcome?.message).toMatch(/names no traffic driver, so nothing can be switched/);
  });
});
