import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PromotionWorld } from '../../support/promotion-world.ts';

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

const http = (expected: string, path = '/canary') =>
  `preflight:\n  - name: answers\n    http: { url: "${world.url}${path}", method: POST, body-file: ask.json, allow-private-network: true, expect: ${expected} }`;
const command = (script: string) => `preflight:\n  - name: loads\n    command: [node, -e, "${script}"]`;
const promote = (preflight: string, inputs: Record<string, string> = {}) =>
  world.promote('model', world.rollout('  - weight: 100', preflight), {
    files: { 'ask.json': '{"x":1}' },
    inputs,
  });

test('checks that pass let the version get traffic', async () => {
  const step = await promote(http('{ status: 200, max-latency: 1m, pointer: /score, between: [0, 1] }'));
  expect(step.output('status')).toBe('completed');
  expect(await step.document()).toMatchObject({ preflight: [{ name: 'answers', passed: true }] });
});

test.each([
  [
    'a program that fails',
    () => command("console.error('no such operator'); process.exit(1)"),
    /loads: it ended with 1: no such operator/,
  ],
  [
    'a value outside of its bounds',
    () => http('{ pointer: /score, between: [0.5, 1] }'),
    /\/score is 0\.4, expected 0\.5 to 1/,
  ],
  ['another status', () => http('{ status: 204 }'), /answered 200, expected 204/],
  ['an answer that takes too long', () => http('{ max-latency: 0.001ms }'), /at most/],
])('%s ends the rollout before any traffic, without quarantine', async (_, preflight, reason) => {
  const step = await promote(preflight());
  expect(step.error).toBeUndefined();
  expect(step.outcome?.verdict).toBe('fail');
  expect(step.output('status')).toBe('failed');
  expect(step.outcome?.message).toMatch(reason);
  expect(world.router.changes).toEqual([]);
  expect(await world.environment()).toMatchObject({
    current: null,
    lease: null,
    rollout: { phase: 'aborted' },
  });
  expect((await promote(http('{}'), {})).output('status')).toBe('aborted');
  const anew = await world.promote('model', world.rollout('  - weight: 100'), { run: 9 });
  expect(anew.output('status')).toBe('completed');
});

test('a check that cannot tell pauses, and is made again when somebody goes on', async () => {
  world.canary = { status: 503, body: {} };
  const step = await promote(http('{}'));
  expect(step.outcome?.verdict).toBe('inconclusive');
  expect(step.output('status')).toBe('paused');
  expect(step.outcome?.message).toMatch(/could not tell: it answered 503/);
  expect(world.router.changes).toEqual([]);
  world.canary = { status: 200, body: {} };
  const tick = await world.operate('resume', { run: 8 });
  expect(tick.output('status')).toBe('paused');
  const person = await world.operate('resume', {
    run: 9,
    inputs: { reason: 'the canary is up' },
    files: { 'ask.json': '{"x":1}' },
  });
  expect(person.error).toBeUndefined();
  expect(person.output('status')).toBe('completed');
});
