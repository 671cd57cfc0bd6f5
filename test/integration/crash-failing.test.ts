import { beforeAll, expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, type Problems, runNext, type Victim } from '../support/crash-case.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import { type Moment, sample } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { promotion, rollback, type StepChange } from '../support/registry-steps.ts';
import { errorsAtHalf, promotionVictim } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const FAILED: Expected = {
  current: '0.0.1',
  verified: ['0.0.1'],
  quarantined: ['0.0.2'],
  deployments: [
    ['promote', 'failure'],
    ['promote', 'success'],
  ],
};

/** A promotion whose second step fails its analysis. */
const failing = (world: OutsideWorld, change: StepChange = {}) => {
  errorsAtHalf(world, 0.5);
  const inputs = {
    'fail-on': 'never',
    'notify-url': `${world.url}/alert`,
    'notify-allow-private-network': 'true',
  };
  return promotion(world, 'model two', { ...change, inputs });
};

let victim: Victim;
let moments: readonly Moment[];

beforeAll(async () => {
  victim = { ...(await promotionVictim()), request: (world) => failing(world) };
  moments = await momentsWithout(victim, async (world) => [
    ...(await brokenPromises(world, FAILED)),
    ...wentBack(world),
  ]);
});

/** Weights went up, and back once. */
const wentBack = ({ router }: OutsideWorld): Problems => {
  const weights = router.changes.map(({ version, weight }) => `${version} ${weight}`);
  const seen = weights.filter((weight, index) => weight !== weights[index - 1]).join(', ');
  return seen === '0.0.2 10, 0.0.2 50, 0.0.1 100' ? [] : [`traffic went ${seen}`];
};

test('a rollout that fails its analysis, is killed at any effect and run again is taken back all the same', async () => {
  const problems = await killedAtEach(victim, sample(moments, 2), async (world) => [
    ...(await runNext(world, await failing(world, { attempt: 2, minutes: 1 }))),
    ...(await brokenPromises(world, FAILED)),
    ...wentBack(world),
  ]);
  expect(problems).toEqual([]);
}, 600_000);

test('a rollback takes over from a rollout that was killed on its way up or back, whose re-run touches nothing', async () => {
  // Before the ledger knows of the rollout there is nothing to go back from.
  const problems = await killedAtEach(victim, sample(moments.slice(1), 4), async (world) => {
    // Where all is back already, there is nothing to do.
    const inputs = { 'incident-issue': 'off', retrain: 'off', 'if-serving': '0.0.2' };
    const back = await runNext(world, await rollback(world, { minutes: 1, inputs }));
    const changes = world.router.changes.length;
    const again = await runNext(world, await failing(world, { attempt: 2, minutes: 2 }));
    const late = world.router.changes.length - changes;
    return [
      ...back,
      ...again,
      ...(late === 0 ? [] : [`the re-run changed traffic ${late} times`]),
      ...(await brokenPromises(world, { current: '0.0.1', verified: ['0.0.1'], quarantined: ['0.0.2'] })),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);
