import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ledgerOfReleases } from '../../actions/tools/bench/ledger-data.ts';
import { PromotionWorld } from '../support/promotion-world.ts';
import { ledgerEvents, ledgerFile } from '../support/registry.ts';

// Git objects in memory: what is tested here is not git, and its processes take most of the time.
vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

const DIRECT = '  - { weight: 100 }';
const DAY = 24;
const typesOf = async () => (await ledgerEvents(world.service)).map(({ type }) => type);
const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);

/** How many requests something takes. */
async function requests(work: () => Promise<unknown>): Promise<number> {
  const before = world.service.calls.length;
  await work();
  return world.service.calls.length - before;
}

describe('a ledger of three years', () => {
  const MONTHS = 36;

  beforeEach(async () => {
    const history = ledgerOfReleases('churn', MONTHS, true, {
      first: '2023-01-10T06:00:00Z',
      every: 'month',
    });
    expect(history.ledger.state.months).toHaveLength(MONTHS);
    await world.service.remote.commitFiles('mlops-registry', Object.fromEntries(history.files()), 'Years');
  });

  test('costs a rollout of five steps at most 60 requests, and an idle tick two', async () => {
    const idle = await requests(async () => {
      expect((await world.operate('resume', { run: 1_007 })).output('status')).toBe('noop');
    });
    expect(idle).toBe(2);
    const steps = [5, 10, 25, 50, 100].map((weight) => `  - weight: ${weight}`).join('\n');
    const number = await requests(async () => {
      const step = await world.promote('model', world.rollout(steps), { run: 1_008 });
      expect(step.error).toBeUndefined();
      expect(step.output('status')).toBe('completed');
    });
    expect(number).toBeLessThanOrEqual(60);
  });

  test('is proven whole, from its first event on', async () => {
    await world.promote('model', world.rollout(DIRECT), { run: 1_008 });
    const proven = await world.operate('verify-ledger', { run: 1_010 });
    expect(proven.error).toBeUndefined();
    const { length } = await ledgerEvents(world.service);
    expect(proven.outcome).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining(`the ledger is whole: ${length} events`),
    });
  });

  test('lets a rollback find what served before, and what its files were', async () => {
    await world.promote('model', world.rollout(DIRECT), { run: 1_008 });
    const state = await world.environment();
    expect(state.served.length).toBeGreaterThan(1);
    const papers = await world.promote('better', world.rollout(DIRECT), { hour: 1, run: 1_009 });
    expect(papers.output('status')).toBe('completed');
    const notes = await papers.runtime.files.readText('mlops/promote-model/release-notes.md', 1_000_000);
    expect(notes).toContain('model.onnx');
  });
});

describe('the turn of a month', () => {
  test('does not let a promotion that is run again promote twice', async () => {
    const inputs = { 'max-evidence-age': '100d' };
    const promote = (model: string, run: number, hour: number, attempt = 1) =>
      world.promote(model, world.rollout(DIRECT), { run, hour, attempt, inputs });
    const late = 16 * DAY + 11.99;
    await promote('before', 6, 0);
    await promote('model', 7, late);
    const events = await typesOf();
    for (const [index, later] of [0.1, 30 * DAY, 60 * DAY].entries()) {
      const again = await promote('model', 7, late + later, index + 2);
      expect(again.error).toBeUndefined();
      expect(again.output('version')).toBe('0.0.2');
      expect(await typesOf()).toEqual(events);
    }
    // Somebody else begins the new month, and seals the old one.
    await promote('other', 8, late + 61 * DAY);
    expect(await typesOf()).toContain('ledger.sealed');
    const last = await promote('model', 7, late + 64 * DAY, 9);
    expect(last.error).toBeUndefined();
    const all = await typesOf();
    for (const type of ['version.registered', 'rollout.requested', 'deployment.created'])
      expect(all.filter((one) => one === type)).toHaveLength(3);
    expect(weights()).toEqual(['0.0.1 100', '0.0.2 100', '0.0.3 100']);
  });

  test('falls twice into a rollout, which ends as any other', async () => {
    const steps = [
      '  - { weight: 10, bake: 20d, analysis: [health] }',
      '  - { weight: 50, bake: 20d, analysis: [health] }',
      '  - approve: { environment: people }',
      '  - weight: 100',
    ].join('\n');
    await world.promote('before', world.rollout(DIRECT), { run: 6 });
    const begun = await world.promote('model', world.rollout(steps), { run: 7, hour: 1 });
    expect(begun.output('status')).toBe('waiting');
    for (let day = 1; day <= 45; day += 2)
      await world.operate('resume', { run: 100 + day, hour: 1 + day * DAY });
    expect((await world.environment()).rollout).toMatchObject({ phase: 'running', weight: 50, step: 3 });
    // Another month passes until somebody approves.
    const approved = await world.operate('approve', { run: 200, hour: 1 + 80 * DAY });
    expect(approved.error).toBeUndefined();
    expect(approved.output('status')).toBe('completed');
    expect(await approved.document()).toMatchObject({
      steps: [{ verdict: 'pass' }, { verdict: 'pass' }, { verdict: 'pass' }, { verdict: 'pass' }],
    });
    expect(weights()).toEqual(['0.0.1 100', '0.0.2 10', '0.0.2 50', '0.0.2 100']);
    const events = await typesOf();
    expect(events.filter((type) => type === 'ledger.sealed').length).toBeGreaterThanOrEqual(2);
    expect(events.filter((type) => type === 'version.verified')).toHaveLength(2);
    expect((await world.operate('verify-ledger', { run: 201, hour: 2 + 80 * DAY })).outcome?.verdict).toBe(
      'pass',
    );
    const readme = await ledgerFile(world.service, 'models/churn/README.md');
    expect(readme).toMatch(/registered 0\.0\.1/);
  });
});
