import { beforeAll, expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, type Problems, runNext, type Victim } from '../support/crash-case.ts';
import { clientOf } from '../support/github.ts';
import { brokenPromises, type Expected, stateOf } from '../support/kept-promises.ts';
import { sample } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { abort, promotion, type StepChange } from '../support/registry-steps.ts';
import { errorsAtHalf, promotionVictim } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const ABORTED: Expected = {
  current: '0.0.1',
  verified: ['0.0.1'],
  quarantined: [],
  deployments: [
    ['promote', 'inactive'],
    ['promote', 'success'],
  ],
};

/** A promotion of whose second step nothing can be told: there is no data. */
const doubtful = (world: OutsideWorld, change: StepChange = {}) => {
  errorsAtHalf(world, Number.NaN);
  return promotion(world, 'model two', { ...change, inputs: { 'fail-on': 'never' } });
};

/** Everything stands still at half of traffic, and says so. */
async function unlessPaused(world: OutsideWorld): Promise<Problems> {
  const { rollout, lease } = (await stateOf(world)).environments.production;
  const shown = await clientOf(world.service).deployments.list('production');
  const found = {
    rollout: `${rollout.phase} at step ${rollout.step}`,
    lease,
    weights: world.router.weights,
    deployments: shown.map(({ state }) => state),
  };
  const wanted = {
    rollout: 'paused at step 2',
    lease: null,
    weights: { '0.0.2': 50, '0.0.1': 50 },
    deployments: ['in_progress', 'success'],
  };
  return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`paused, but ${JSON.stringify(found)}`];
}

let registry: Victim;

beforeAll(async () => {
  registry = await promotionVictim();
});

test('a rollout of which nothing can be told, killed at any effect and run again, is paused and can be aborted', async () => {
  const victim: Victim = { ...registry, request: (world) => doubtful(world) };
  const moments = await momentsWithout(victim, unlessPaused);
  const problems = await killedAtEach(victim, sample(moments, 3), async (world) => [
    ...(await runNext(world, await doubtful(world, { attempt: 2, minutes: 1 }))),
    ...(await unlessPaused(world)),
    ...(await runNext(world, await abort(world, { minutes: 2 }))),
    ...(await brokenPromises(world, ABORTED)),
  ]);
  expect(problems).toEqual([]);
}, 600_000);

test('a paused rollout that is aborted, whose abortion is killed at any effect and run again, is taken back', async () => {
  const victim: Victim = {
    ...registry,
    async request(world) {
      const problems = [...(await runNext(world, await doubtful(world))), ...(await unlessPaused(world))];
      if (problems.length > 0) throw new Error(problems.join('\n'));
      return abort(world, { minutes: 2 });
    },
  };
  const moments = await momentsWithout(victim, (world) => brokenPromises(world, ABORTED));
  // At least: intent, set, read-back, outcome, deployment.
  expect(moments.length).toBeGreaterThan(5);
  const problems = await killedAtEach(victim, moments, async (world) => [
    ...(await runNext(world, await abort(world, { attempt: 2, minutes: 3 }))),
    ...(await brokenPromises(world, ABORTED)),
  ]);
  expect(problems).toEqual([]);
}, 600_000);
