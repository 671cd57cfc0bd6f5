import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test, vi } from 'vitest';
import { inWorld, momentsWithout, type Problems, runWell, type Victim } from '../support/crash-case.ts';
import { brokenPromises, type Expected, stateOf } from '../support/kept-promises.ts';
import { interruptedAt, type Moment, momentText, sample, someAtATime } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import { promotion, tick } from '../support/registry-steps.ts';
import type { EndedProcess, StepRequest } from '../support/step-process.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

/** The runner's patience between SIGINT and SIGTERM. */
const PATIENCE_MS = 7_500;
const COMPLETED: Expected = { current: '0.0.2', verified: ['0.0.1', '0.0.2'] };

let victim: Victim;
let moments: readonly Moment[];

beforeAll(async () => {
  victim = {
    registry: await prepareRegistry(['model one']),
    weights: { '0.0.1': 100 },
    request: (world) => promotion(world, 'model two'),
  };
  moments = await momentsWithout(victim, COMPLETED);
});

interface Cancelled extends EndedProcess {
  readonly interrupted: boolean;
  /** From the signal to the end of the process. */
  readonly ms: number;
  /** Changes of traffic that were taken before the signal. */
  readonly changes: number;
}

/** Sends SIGINT at a moment, SIGTERM a second later if it still runs, and then answers the request under way. */
async function cancelledAt(world: OutsideWorld, request: StepRequest, moment: Moment): Promise<Cancelled> {
  let [since, changes] = [0, 0];
  const ended = await interruptedAt(world, request, moment, async ({ child }) => {
    since = performance.now();
    changes = world.router.changes.length;
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGTERM'), 1_000).unref();
    // The signal is to come before the answer, on a busy machine too.
    await sleep(400);
    return 'go on';
  });
  return { ...ended, ms: ended.at - since, changes };
}

/** Cancels a promotion at each moment and looks at what it left behind and what comes of that. */
const cancelledAtEach = async (
  chosen: readonly Moment[],
  inputs: Readonly<Record<string, string>>,
  afterwards: (world: OutsideWorld, cancelled: Cancelled) => Promise<Problems>,
): Promise<Problems> =>
  (
    await someAtATime(chosen, 3, (moment) =>
      inWorld(victim, async (world) => {
        const request = await promotion(world, 'model two', { inputs });
        const cancelled = await cancelledAt(world, request, moment);
        const problems = [
          ...(cancelled.interrupted ? [] : ['was not cancelled']),
          ...(cancelled.exitCode === 130 ? [] : [`ended with ${cancelled.exitCode}: ${cancelled.log}`]),
          ...(cancelled.ms < PATIENCE_MS ? [] : [`took ${Math.round(cancelled.ms)} ms to end`]),
          ...(await afterwards(world, cancelled)),
        ];
        return problems.map((problem) => `cancelled ${momentText(moment)}: ${problem}`);
      }),
    )
  ).flat();

const phaseOf = async (world: OutsideWorld): Promise<string> =>
  (await stateOf(world)).environments.production.rollout?.phase ?? 'none';

test('a promotion that is cancelled at any effect leaves traffic as it is, says paused, and is resumed', async () => {
  const problems = await cancelledAtEach(sample(moments, 2), {}, async (world, { changes }) => {
    const touched = world.router.changes.length - changes;
    const phase = await phaseOf(world);
    const begun = world.router.changes.length > 0 || phase === 'paused';
    const goOn = begun
      ? await tick(world, { minutes: 2, inputs: { wait: 'inline', reason: 'it was cancelled by mistake' } })
      : await promotion(world, 'model two', { attempt: 2, minutes: 2 });
    return [
      ...(touched === 0 ? [] : [`${touched} changes of traffic after the signal`]),
      ...(begun && phase !== 'paused' && phase !== 'completed' ? [`the rollout is ${phase}`] : []),
      ...(phase === 'completed' ? [] : await runWell(goOn)),
      ...(await brokenPromises(world, COMPLETED)),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);

test('with on-cancel: rollback all traffic is asked back at once, and the next run finishes the way back', async () => {
  const [first, last] = [moments.findIndex(({ call }) => call === 'POST /traffic'), moments.length - 4];
  const chosen = sample(moments.slice(first, last), 4);
  const problems = await cancelledAtEach(chosen, { 'on-cancel': 'rollback' }, async (world, { log }) => {
    const back = world.router.weights['0.0.1'];
    return [
      ...(back === 100 ? [] : [`0.0.1 has ${back} % of traffic after the cancellation: ${log}`]),
      ...(await runWell(await tick(world, { minutes: 2, inputs: { 'fail-on': 'never' } }))),
      ...(await brokenPromises(world, { current: '0.0.1', verified: ['0.0.1'], quarantined: [] })),
    ];
  });
  expect(problems).toEqual([]);
}, 600_000);
