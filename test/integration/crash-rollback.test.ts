import { beforeAll, expect, test, vi } from 'vitest';
import { killedAtEach, momentsWithout, runWell, type Victim } from '../support/crash-case.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import type { Moment } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
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

/**
 * Retraining is asked for once, save where the run was lost between GitHub's taking the request and the ledger's: GitHub
 * keeps nothing by which a dispatch is found again. The second request then bears the same key, by which the training
 * workflow tells it.
 */
function askedOnce({ service }: OutsideWorld, { call }: Moment): readonly string[] {
  const keys = service.dispatches.map((one) => (one.kind === 'workflow' ? one.inputs['dedupe_key'] : ''));
  const most = call.endsWith('/dispatches') ? 2 : 1;
  return keys.length >= 1 && keys.length <= most && new Set(keys).size === 1
    ? []
    : [`retraining was asked for under ${keys.join(', ') || 'no key'}`];
}

test('a rollback that is killed at any effect and run again ends as if nothing had been', async () => {
  // At least: intent, set, read-back, outcome, deployment, incident, alert, dispatch.
  expect(moments.length).toBeGreaterThan(10);
  const problems = await killedAtEach(victim, moments, async (world, moment) => [
    ...(await runWell(await rollback(world, { attempt: 2, minutes: 1 }))),
    ...(await brokenPromises(world, ROLLED_BACK)),
    ...askedOnce(world, moment),
    ...(world.alerts.length > 0 ? [] : ['nobody was alerted']),
  ]);
  expect(problems).toEqual([]);
}, 600_000);
