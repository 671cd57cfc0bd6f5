import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dyingAt } from '../../support/dying-client.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { type EndedStep, ledgerEvents } from '../../support/registry.ts';

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

const LONG =
  '  - { weight: 10, bake: 4h, analysis: [health] }\n  - { weight: 100, bake: 24h, analysis: [health] }';
const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);
const warnings = ({ runtime }: EndedStep) =>
  runtime.recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);

describe('a rollout of days', () => {
  test('waits between runs, and idle ticks read twice and write nothing', async () => {
    const begun = await world.promote('model', world.rollout(LONG));
    expect(begun.error).toBeUndefined();
    expect(begun.outcome?.verdict).toBe('pass');
    expect(begun.output('status')).toBe('waiting');
    expect(begun.output('resume-after')).toBe('2026-01-15T13:00:00.000Z');
    expect((await world.environment()).lease).toBeNull();
    const events = await ledgerEvents(world.service);
    const before = world.service.calls.length;
    const idle = await world.operate('resume', { hour: 0.9, run: 20 });
    expect(idle.error).toBeUndefined();
    expect(idle.output('status')).toBe('waiting');
    expect(world.service.calls.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(await ledgerEvents(world.service)).toEqual(events);

    for (const hour of [1, 2, 3]) {
      const tick = await world.operate('resume', { hour, run: 20 + hour });
      expect(tick.output('status')).toBe('waiting');
    }
    expect((await world.environment()).rollout.tallies['health/errors'].measured).toBe(3);
    const shifted = await world.operate('resume', { hour: 4, run: 24 });
    expect(shifted.output('step')).toBe('2/2');
    const done = await world.operate('resume', { hour: 28.1, run: 25 });
    expect(done.output('status')).toBe('completed');
    expect(weights()).toEqual(['0.0.1 10', '0.0.1 100']);
    expect(await done.document()).toMatchObject({
      verdict: 'pass',
      steps: [{ verdict: 'pass' }, { verdict: 'pass', metrics: [{ name: 'errors' }] }],
    });
    expect((await world.operate('resume', { hour: 29, run: 26 })).output('status')).toBe('noop');
  });

  test('whose ticks were missing for nine hours is looked at before it goes on, and says so', async () => {
    await world.promote('model', world.rollout(LONG));
    const asked: string[] = [];
    world.measured = (version) => asked.push(version);
    world.errors = () => 0.2;
    const late = await world.operate('resume', { hour: 10, run: 21 });
    expect(asked).toEqual(['0.0.1']);
    expect(warnings(late).join()).toMatch(/9 h ago/);
    expect(late.output('status')).toBe('rolled-back');
    expect(weights()).toEqual(['0.0.1 10', '0.0.1 0']);
  });

  test('that loses a tick is taken over by the next, once that run has ended', async () => {
    await world.promote('model', world.rollout(LONG));
    const lost = world.service.runs.register({
      path: '.github/workflows/tick.yml',
      event: 'schedule',
      headSha: '',
      headBranch: 'main',
    });
    world.service.runs.update(lost.id, { status: 'in_progress' });
    const killed = await world.operate('resume', { hour: 4, run: lost.id, wrap: dyingAt(2) });
    expect(killed.error).toBeInstanceOf(Error);
    const blocked = await world.operate('resume', { hour: 4.1, run: lost.id + 50 });
    expect(blocked.outcome).toMatchObject({ verdict: 'pass' });
    expect(blocked.outcome?.message).toMatch(/carries the rollout/);
    world.service.runs.update(lost.id, { status: 'completed', conclusion: 'failure' });
    const next = await world.operate('resume', { hour: 4.2, run: lost.id + 51 });
    expect(next.error).toBeUndefined();
    expect(next.output('step')).toBe('2/2');
    expect(weights()).toEqual(['0.0.1 10', '0.0.1 100']);
  });

  test('that is paused is left alone by ticks, and taken up by a person with a reason', async () => {
    world.errors = () => null;
    const steps = '  - { weight: 10, bake: 1h, analysis: [health] }\n  - weight: 100';
    await world.promote('model', world.rollout(steps));
    const paused = await world.operate('resume', { hour: 1, run: 21 });
    expect(paused.outcome?.verdict).toBe('inconclusive');
    expect(paused.output('status')).toBe('paused');
    const tick = await world.operate('resume', { hour: 2, run: 22 });
    expect(tick.outcome?.verdict).toBe('warn');
    expect(tick.output('status')).toBe('paused');
    world.errors = () => 0;
    const person = await world.operate('resume', { hour: 3, run: 23, inputs: { reason: 'fixed the query' } });
    expect(person.output('status')).toBe('completed');
  });

  test('is not gone on with after another version has superseded it', async () => {
    await world.promote('model', world.rollout(LONG));
    const second = await world.promote('other', world.rollout('  - weight: 100'), { run: 8, hour: 0.5 });
    expect(second.output('status')).toBe('completed');
    const tick = await world.operate('resume', { hour: 4, run: 21 });
    expect(tick.output('status')).toBe('noop');
    expect(weights().at(-1)).toBe('0.0.2 100');
  });

  test('pauses at its deadline, and then only a new promotion goes on', async () => {
    await world.promote('model', world.rollout(LONG, 'deadline: 29h'));
    await world.operate('resume', { hour: 4, run: 21 });
    const late = await world.operate('resume', { hour: 30, run: 22 });
    expect(late.output('status')).toBe('paused');
    expect(late.outcome).toMatchObject({ verdict: 'inconclusive' });
    expect(late.outcome?.message).toMatch(/deadline was 2026-01-16T17:00/);
    const person = await world.operate('resume', { hour: 31, run: 23, inputs: { reason: 'go on' } });
    expect(person.output('status')).toBe('refused');
    const anew = await world.promote('model', world.rollout(LONG, 'deadline: 29h'), { run: 24, hour: 32 });
    expect(anew.output('status')).toBe('waiting');
  });

  test('longer than a job may last is refused with wait: inline, before anything is written', async () => {
    const step = await world.promote('model', world.rollout(LONG), { inputs: { wait: 'inline' } });
    expect(step.error).toMatchObject({ code: 'invalid-input' });
    expect(String(step.error)).toMatch(/use wait: checkpoint/);
    expect(await world.environment()).toBeUndefined();
  });
});
