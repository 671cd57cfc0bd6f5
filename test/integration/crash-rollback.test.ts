import { beforeAll, expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, runWell, type Victim } from '../support/crash-case.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import type { Moment } from '../support/kill-points.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import { rollback, TRAINING } from '../support/registry-steps.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const ROLLED_BACK: Expected = {
  current: '0.0.1',
  quarantined: ['0.0.2'],
  deployments: [
    ['rollback', 'success'],
    ['promote', 'inactive'],
    ['promote', 'inactive'],
  ],
  incidents: 1,
  dispatches: 1,
};

let victim: Victim;
let moments: readonly Moment[];

beforeAll(async () => {
  victim = {
    registry: await prepareRegistry(['model one', 'model two'], TRAINING),
    weights: { '0.0.2': 100, '0.0.1': 0 },
    request: (world) => rollback(world),
  };
  moments = await momentsWithout(victim, ROLLED_BACK);
});

test('a rollback that is killed at any effect and run again ends as if nothing had been', async () => {
  // At least: intent, set, read-back, outcome, deployment, incident, alert, dispatch.
  expect(moments.length).toBeGreaterThan(10);
  const problems = await killedAtEach(victim, moments, async (world) => [
    ...(await runWell(await rollback(world, { attempt: 2, minutes: 1 }))),
    ...(await brokenPromises(world, ROLLED_BACK)),
    ...(world.alerts.length > 0 ? [] : ['nobody was alerted']),
  ]);
  expect(problems).toEqual([]);
}, 600_000);
