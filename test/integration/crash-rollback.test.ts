import { expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, runNext } from '../support/crash-case.ts';
import { brokenPromises } from '../support/kept-promises.ts';
import { rollback } from '../support/registry-steps.ts';
import { askedOnce, ROLLED_BACK, rollbackVictim } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

test('a rollback that is killed at any effect and run again ends as if nothing had been', async () => {
  const victim = await rollbackVictim();
  const moments = await momentsWithout(victim, (world) => brokenPromises(world, ROLLED_BACK));
  // At least: intent, set, read-back, outcome, deployment, incident, alert, dispatch.
  expect(moments.length).toBeGreaterThan(10);
  const problems = await killedAtEach(victim, moments, async (world) => [
    ...(await runNext(world, await rollback(world, { attempt: 2, minutes: 1 }))),
    ...(await brokenPromises(world, ROLLED_BACK)),
    ...askedOnce(world),
    ...(world.alerts.length > 0 ? [] : ['nobody was alerted']),
  ]);
  expect(problems).toEqual([]);
}, 600_000);
