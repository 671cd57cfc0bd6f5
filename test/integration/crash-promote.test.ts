import { beforeAll, expect, test, vi } from 'vitest';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import {
  interruptedAt,
  kill,
  type Moment,
  momentsOf,
  momentText,
  someAtATime,
} from '../support/kill-points.ts';
import { type OutsideWorld, startOutsideWorld } from '../support/outside-world.ts';
import { type PreparedRegistry, prepareRegistry } from '../support/prepared-registry.ts';
import { promotion, rollback } from '../support/registry-steps.ts';
import { type EndedProcess, startStep } from '../support/step-process.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const AT_A_TIME = 3;
const COMPLETED: Expected = {
  current: '0.0.2',
  verified: ['0.0.1', '0.0.2'],
  deployments: [
    ['promote', 'success'],
    ['promote', 'inactive'],
  ],
};

let registry: PreparedRegistry;
let moments: readonly Moment[];

/** A world in which 0.0.1 serves. */
async function inWorld<T>(work: (world: OutsideWorld) => Promise<T>): Promise<T> {
  const world = await startOutsideWorld({ '0.0.1': 100 });
  try {
    await registry.layInto(world.service);
    return await work(world);
  } finally {
    await world.close();
  }
}

const ended = (step: EndedProcess): readonly string[] =>
  step.exitCode === 0 ? [] : [`ended with ${step.exitCode ?? step.signal}: ${step.log}`];

/** Weights of a promotion only go up, whoever sets them. */
const wentUp = ({ router }: OutsideWorld): readonly string[] => {
  const weights = router.changes.map(({ weight }) => weight);
  return weights.every((weight, index) => weight >= (weights[index - 1] ?? 0))
    ? []
    : [`weights went ${weights.join(', ')}`];
};

beforeAll(async () => {
  registry = await prepareRegistry(['model one']);
  moments = await inWorld(async (world) => {
    const step = await startStep(await promotion(world, 'model two')).ended;
    expect([...ended(step), ...(await brokenPromises(world, COMPLETED)), ...wentUp(world)]).toEqual([]);
    return momentsOf(world.effects);
  });
});

/** One life with a death in it; what went wrong, if anything did. */
const life =
  (afterwards: (world: OutsideWorld) => Promise<readonly string[]>) =>
  async (moment: Moment): Promise<readonly string[]> =>
    inWorld(async (world) => {
      const killed = await interruptedAt(world, await promotion(world, 'model two'), moment, kill);
      const problems = killed.interrupted
        ? await afterwards(world)
        : [`was not killed: ${killed.log} ${world.effects.map(({ call }) => call).join(', ')}`];
      return problems.map((problem) => `killed ${momentText(moment)}: ${problem}`);
    });

test('killed at every effect of a rollout and run again, a promotion ends in the same state', async () => {
  expect(moments.length).toBeGreaterThan(20);
  const problems = await someAtATime(
    moments,
    AT_A_TIME,
    life(async (world) => {
      const again = await startStep(await promotion(world, 'model two', { attempt: 2, minutes: 1 })).ended;
      return [...ended(again), ...(await brokenPromises(world, COMPLETED)), ...wentUp(world)];
    }),
  );
  expect(problems.flat()).toEqual([]);
}, 200_000);
