import { beforeAll, expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, type Problems, runNext, type Victim } from '../support/crash-case.ts';
import { brokenPromises } from '../support/kept-promises.ts';
import { type Moment, sample } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { promotion, rollback } from '../support/registry-steps.ts';
import { COMPLETED, promotionVictim } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let victim: Victim;
let moments: readonly Moment[];

beforeAll(async () => {
  victim = await promotionVictim();
  moments = await momentsWithout(victim, (world) => brokenPromises(world, COMPLETED));
});

/** Weights of a promotion only go up, whoever sets them. */
const wentUp = ({ router }: OutsideWorld): Problems => {
  const weights = router.changes.map(({ weight }) => weight);
  return weights.every((weight, index) => weight >= (weights[index - 1] ?? 0))
    ? []
    : [`weights went ${weights.join(', ')}`];
};

test('a promotion that is killed at any effect and run again ends as if nothing had been', async () => {
  // At least: three steps with intent, deployment status, set, read-back, outcome and measurement.
  expect(moments.length).toBeGreaterThan(18);
  const problems = await killedAtEach(victim, moments, async (world) => [
    ...(await runNext(world, await promotion(world, 'model two', { attempt: 2, minutes: 1 }))),
    ...(await brokenPromises(world, COMPLETED)),
    ...wentUp(world),
  ]);
  expect(problems).toEqual([]);
}, 600_000);

test('a rollback by another run takes over from a promotion that was killed, whose re-run then touches nothing', async () => {
  // Before the ledger knows of the rollout there is nothing to go back from.
  const problems = await killedAtEach(victim, sample(moments.slice(1), 4), async (world) => {
    const inputs = { 'incident-issue': 'off', retrain: 'off' };
    const back = await runNext(world, await rollback(world, { minutes: 1, inputs }));
    const changes = world.router.changes.length;
    // It is refused, or finds itself overtaken.
    await runNext(world, await promotion(world, 'model two', { attempt: 2, minutes: 2 }));
    const late = world.router.changes.length - changes;
    return [
      ...back,
      ...(late === 0 ? [] : [`the re-run changed traffic ${late} times`]),
      ...(await brokenPromises(world, { current: '0.0.1', quarantined: ['0.0.2'] })),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);
