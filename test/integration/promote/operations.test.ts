import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeEvent } from '../../../actions/lib/registry/describe-event.ts';
import { parseEvent } from '../../../actions/lib/registry/parse-event.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { ledgerEvents, ledgerFile } from '../../support/registry.ts';

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

const historyPage = () => ledgerFile(world.service, 'models/churn/README.md');
const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);
const TWO = '  - { weight: 10, bake: 2h, analysis: [health] }\n  - weight: 100';
const DIRECT = '  - weight: 100';

describe('pause and abort', () => {
  test('a pause stops the run under way before its next effect, and leaves traffic', async () => {
    let paused: unknown;
    world.switching = async () => {
      world.switching = async () => {};
      const step = await world.operate('pause', { run: 30, inputs: { reason: 'looks odd' } });
      paused = step.output('status');
    };
    const run = await world.promote(
      'model',
      world.rollout('  - weight: 10\n  - weight: 50\n  - weight: 100'),
    );
    expect(paused).toBe('paused');
    expect(run.output('status')).toBe('superseded');
    expect(run.outcome?.message).toMatch(/paused: looks odd/);
    expect(weights()).toEqual(['0.0.1 10']);
    const on = await world.operate('resume', { run: 31, inputs: { reason: 'it was the dashboard' } });
    expect(on.output('status')).toBe('completed');
    expect(weights()).toEqual(['0.0.1 10', '0.0.1 10', '0.0.1 50', '0.0.1 100']);
  });

  test('an abort gives all traffic back, proves nothing bad, and is done once', async () => {
    await world.promote('good', world.rollout(DIRECT));
    await world.promote('other', world.rollout(TWO), { run: 8 });
    const aborted = await world.operate('abort', { run: 30, inputs: { reason: 'not now' } });
    expect(aborted.error).toBeUndefined();
    expect(aborted.outcome?.verdict).toBe('pass');
    expect(aborted.output('status')).toBe('aborted');
    expect(weights()).toEqual(['0.0.1 100', '0.0.2 10', '0.0.1 100']);
    const environment = await world.environment();
    expect(environment).toMatchObject({ current: '0.0.1', lease: null, rollout: { phase: 'aborted' } });
    expect(await historyPage()).toMatch(/the rollout of 0\.0\.2 was given up: not now/);
    expect((await ledgerEvents(world.service)).map(({ type }) => type)).not.toContain('version.quarantined');
    const again = await world.operate('abort', { run: 31, inputs: { reason: 'not now' } });
    expect(again.output('status')).toBe('noop');
    expect((await world.operate('resume', { hour: 9, run: 32 })).output('status')).toBe('noop');
    const back = await world.promote('other', world.rollout(DIRECT), { run: 33 });
    expect(back.output('status')).toBe('completed');
  });

  test.each(['pause', 'abort', 'approve'])(
    '%s without a rollout is refused with what to do',
    async (operation) => {
      await world.promote('good', world.rollout(DIRECT));
      const step = await world.operate(operation, { run: 30, inputs: { reason: 'x' } });
      expect(step.output('status')).toBe('refused');
      expect(step.outcome?.message).toMatch(/no rollout is under way/);
    },
  );
});

describe('approvals', () => {
  const steps = '  - weight: 10\n  - approve: { environment: production-approval }\n  - weight: 100';

  test('a rollout waits for its approval however often it is looked at, and goes on with it', async () => {
    const begun = await world.promote('model', world.rollout(steps));
    expect(begun.output('status')).toBe('waiting');
    expect(await begun.document()).toMatchObject({ waitingFor: 'approval', resumeAfter: null });
    const before = world.service.calls.length;
    const tick = await world.operate('resume', { hour: 5, run: 21 });
    expect(tick.output('status')).toBe('waiting');
    expect(world.service.calls.length - before).toBe(2);
    const approved = await world.operate('approve', { hour: 6, run: 22, context: { actor: 'mallory' } });
    expect(approved.output('status')).toBe('completed');
    expect(await approved.document()).toMatchObject({ steps: [{}, { reason: 'approved by mallory' }, {}] });
    expect(weights()).toEqual(['0.0.1 10', '0.0.1 100']);
    const said = /step 2 of the rollout of 0\.0\.1 was approved by mallory/;
    expect(await historyPage()).toMatch(said);
    const notes = await approved.runtime.files.readText('mlops/promote-model/release-notes.md');
    expect(notes).toMatch(said);
    expect(notes).not.toMatch(/took the lease|to be mirrored|setting/);
    const events = await ledgerEvents(world.service);
    const told = events
      .map(parseEvent)
      .map((one) => ('event' in one ? describeEvent(one.event) : one.problem));
    expect(told).toContain('step 2 of 3: 0.0.1 waits for approval in production-approval');
  });

  test('the approval of one version is none of another that has taken its place', async () => {
    await world.promote('model', world.rollout(steps));
    await world.promote('other', world.rollout(steps), { run: 8 });
    for (const operation of ['approve', 'abort', 'pause']) {
      const step = await world.operate(operation, {
        run: 22,
        inputs: { version: '0.0.1', reason: 'as was said of it' },
      });
      expect(step.output('status'), operation).toBe('refused');
      expect(step.outcome?.message).toMatch(/the rollout in production is of 0\.0\.2, not of 0\.0\.1/);
    }
    expect(await world.environment()).toMatchObject({
      rollout: { version: '0.0.2', phase: 'running', approved: [] },
    });
    const meant = await world.operate('approve', { run: 23, inputs: { version: '0.0.2' } });
    expect(meant.output('status')).toBe('completed');
  });

  test('a rollout that waits for time and not for people is not approved', async () => {
    await world.promote('model', world.rollout(TWO));
    const step = await world.operate('approve', { run: 22 });
    expect(step.output('status')).toBe('refused');
    expect(step.outcome?.message).toMatch(/step 1 of 2 .* waits for no approval/);
  });
});

test.each([
  [
    'resume',
    { rollout: 'rollout.yml', evidence: 'gate.json' },
    /does nothing with the input evidence, rollout: /,
  ],
  ['status', { model: 'model.onnx' }, /does nothing with the input model: /],
])('%s says which inputs were given to it for nothing', async (operation, inputs, said) => {
  await world.promote('model', world.rollout(TWO));
  const warnings = async (given: Readonly<Record<string, string>>) => {
    const { runtime } = await world.operate(operation, { run: 8, inputs: given });
    return runtime.recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);
  };
  expect(await warnings(inputs)).toEqual([expect.stringMatching(said)]);
  expect(await warnings({})).toEqual([]);
});

describe('import', () => {
  test('makes a version that serves already known, for which a person vouches, once', async () => {
    const serve = (run: number, inputs = {}) =>
      world.operate('import', {
        run,
        model: 'old',
        inputs: { version: '1.0.0', reason: 'served for years', ...inputs },
      });
    expect((await serve(1)).output('status')).toBe('imported');
    expect(await world.environment()).toMatchObject({ current: '1.0.0' });
    expect((await serve(2)).output('status')).toBe('noop');
    expect(await historyPage()).toMatch(/served production already: served for years/);
    const other = { run: 3, model: 'new', inputs: { version: '2.0.0', reason: 'really' } };
    expect((await world.operate('import', other)).output('status')).toBe('refused');
    const forced = { ...other, run: 4, inputs: { ...other.inputs, force: 'true' } };
    expect((await world.operate('import', forced)).output('status')).toBe('imported');
  });
});

describe('status and dry-run', () => {
  test('status says what serves, what waits and when', async () => {
    await world.promote('good', world.rollout(DIRECT));
    await world.promote('other', world.rollout(TWO), { run: 8 });
    const status = await world.operate('status', { run: 9, hour: 0.5 });
    expect(status.outcome?.message).toMatch(/0\.0\.1 serves production; .*next check after 13:00 UTC/);
    expect(await status.document()).toMatchObject({
      status: 'waiting',
      version: '0.0.1',
      rolloutVersion: '0.0.2',
      weight: 10,
      resumeAfter: '2026-01-15T13:00:00.000Z',
      outbox: [],
      incidents: [],
    });
    const report = await status.runtime.files.readText('mlops/promote-model/report.md');
    expect(report).toContain('10 %` of traffic on `0.0.2`');
    expect(report).toMatch(/\| model \| serves \|[\s\S]*\| `churn` \| `0\.0\.1` \|/);
  });

  test('after a rollout was given up, status and ticks speak of what serves', async () => {
    await world.promote('good', world.rollout(DIRECT));
    await world.promote('other', world.rollout(TWO), { run: 8 });
    await world.operate('abort', { run: 9, inputs: { reason: 'not now' } });
    for (const operation of ['status', 'resume']) {
      const step = await world.operate(operation, { run: 10, hour: 1 });
      expect(step.outcome?.verdict).toBe('pass');
      expect(await step.document()).toMatchObject({
        version: '0.0.1',
        rolloutVersion: null,
        step: 0,
        weight: 100,
      });
    }
  });

  test.each(['status', 'resume'])('%s warns of an environment that nobody knows', async (operation) => {
    await world.promote('good', world.rollout(DIRECT));
    const inputs = { environment: 'prodution' };
    const step = await world.operate(operation, { run: 9, inputs });
    expect(step.outcome).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(
        /the ledger of churn knows no environment prodution, only production; did you mean "production"\?$/,
      ),
    });
  });

  test('a dry run tells the whole plan and changes nothing', async () => {
    const file = world.rollout(
      '  - { weight: 10, bake: 4h, analysis: [health] }\n  - approve: { environment: people }\n  - weight: 100',
      `preflight:\n  - name: answers\n    http: { url: "${world.url}/canary", allow-private-network: true, expect: { pointer: /score, between: [0, 1] } }`,
    );
    const dry = await world.promote('model', file, { inputs: { 'dry-run': 'true' } });
    expect(dry.error).toBeUndefined();
    expect(dry.output('status')).toBe('planned');
    const plan = (await dry.document())['plan'];
    expect(String(plan)).toMatch(/rollout\.requested/);
    expect(String(plan)).toMatch(/preflight answers: GET .* answers 200/);
    expect(String(plan)).toMatch(
      /step 1 of 3: 10 % of traffic, bakes 4 h, health every 1 h: errors \(fails if > 0\.05/,
    );
    expect(String(plan)).toMatch(/step 2 of 3: waits for approval \(people\)/);
    expect(weights()).toEqual([]);
    expect(await world.environment()).toBeUndefined();
  });
});

test('a rollout of five steps takes at most 60 requests', async () => {
  const steps = [5, 10, 25, 50, 100].map((weight) => `  - weight: ${weight}`).join('\n');
  await world.promote('before', world.rollout(DIRECT));
  const before = world.service.calls.length;
  const step = await world.promote('model', world.rollout(steps), { run: 8 });
  expect(step.output('status')).toBe('completed');
  const calls = world.service.calls.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(60);
});
