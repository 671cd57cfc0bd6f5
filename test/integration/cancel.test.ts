import { beforeAll, expect, test, vi } from 'vitest';
import { cancelCases, cancelledAtEach } from '../support/cancel-case.ts';
import { momentsWithout, runNext, type Victim } from '../support/crash-case.ts';
import { brokenPromises, stateOf } from '../support/kept-promises.ts';
import { type Moment, sample } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { promotion, rollback, tick } from '../support/registry-steps.ts';
import { askedOnce, COMPLETED, promotionVictim, ROLLED_BACK, rollbackVictim } from '../support/victims.ts';

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

const phaseOf = async (world: OutsideWorld): Promise<string> =>
  (await stateOf(world)).environments?.production.rollout?.phase ?? 'none';

test('a promotion that is cancelled at any effect leaves traffic as it is, says paused, and is resumed', async () => {
  const problems = await cancelledAtEach(victim, sample(cancelCases(moments), 5), async (world, { late }) => {
    const phase = await phaseOf(world);
    const begun = world.router.changes.length > 0 || phase === 'paused';
    const goOn = begun
      ? await tick(world, { minutes: 2, inputs: { wait: 'inline', reason: 'it was cancelled by mistake' } })
      : await promotion(world, 'model two', { attempt: 2, minutes: 2 });
    return [
      ...late.map((call) => `${call} after the signal`),
      ...(begun && phase !== 'paused' && phase !== 'completed' ? [`the rollout is ${phase}`] : []),
      ...(phase === 'completed' ? [] : await runNext(world, goOn)),
      ...(await brokenPromises(world, COMPLETED)),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);

test('with on-cancel: rollback all traffic is asked back at once, and the next run finishes the way back', async () => {
  const [first, last] = [moments.findIndex(({ call }) => call === 'POST /traffic'), moments.length - 4];
  const goingBack = {
    ...victim,
    request: (world: OutsideWorld) => promotion(world, 'model two', { inputs: { 'on-cancel': 'rollback' } }),
  };
  const cases = sample(cancelCases(moments.slice(first, last)), 9);
  const problems = await cancelledAtEach(goingBack, cases, async (world, { log }) => {
    const back = world.router.weights['0.0.1'];
    return [
      ...(back === 100 ? [] : [`0.0.1 has ${back} % of traffic after the cancellation: ${log}`]),
      ...(await runNext(world, await tick(world, { minutes: 2, inputs: { 'fail-on': 'never' } }))),
      ...(await brokenPromises(world, { current: '0.0.1', verified: ['0.0.1'], quarantined: [] })),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);

test('a rollback that is cancelled at any effect has switched all traffic or none, and is completed by the next run', async () => {
  const back = await rollbackVictim();
  const its = await momentsWithout(back, (world) => brokenPromises(world, ROLLED_BACK));
  const problems = await cancelledAtEach(back, sample(cancelCases(its), 3), async (world, { late }) => {
    const { weights } = world.router;
    return [
      ...late.map((call) => `${call} after the signal`),
      ...(weights['0.0.1'] === 100 || weights['0.0.2'] === 100
        ? []
        : [`traffic is ${JSON.stringify(weights)}`]),
      ...(await runNext(world, await rollback(world, { attempt: 2, minutes: 1 }))),
      ...(await brokenPromises(world, ROLLED_BACK)),
      ...askedOnce(world),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);
