import { beforeAll, expect, test, vi } from 'vitest';
import { AT_A_TIME, inWorld, type Problems, runNext, runWell } from '../support/crash-case.ts';
import { brokenPromises } from '../support/kept-promises.ts';
import { interruptedAt, kill, type Moment, momentsOf, someAtATime } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { type PreparedRegistry, prepareRegistry } from '../support/prepared-registry.ts';
import { CHECKPOINTS } from '../support/registry-steps.ts';
import { COMPLETED } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const WEIGHTS = [10, 50, 100, 100];

let registry: PreparedRegistry;
let moments: readonly (readonly Moment[])[];

const start = <T>(work: (world: OutsideWorld) => Promise<T>): Promise<T> =>
  inWorld({ registry, weights: { '0.0.1': 100 } }, work);

beforeAll(async () => {
  registry = await prepareRegistry(['model one']);
  moments = await start(async (world) => {
    const found: (readonly Moment[])[] = [];
    for (const [index, step] of CHECKPOINTS.entries()) {
      const before = world.effects.length;
      expect(await runWell(await step(world, 1))).toEqual([]);
      expect(world.router.weights['0.0.2']).toBe(WEIGHTS[index]);
      const effects = world.effects.slice(before);
      found.push(momentsOf(effects.map((effect) => ({ ...effect, number: effect.number - before }))));
    }
    expect(await brokenPromises(world, COMPLETED)).toEqual([]);
    return found;
  });
});

/** A rollout each of whose runs is killed at its n-th moment, as far as it has one, and run again. */
async function oftenKilled(nth: number): Promise<Problems> {
  return start(async (world) => {
    const problems: string[] = [];
    for (const [index, step] of CHECKPOINTS.entries()) {
      const moment = moments[index]?.[nth];
      if (moment === undefined) {
        problems.push(...(await runNext(world, await step(world, 1))));
        continue;
      }
      const killed = await interruptedAt(world, await step(world, 1), moment, kill);
      if (!killed.interrupted) problems.push(`run ${index + 1} was not killed: ${killed.log}`);
      problems.push(...(await runNext(world, await step(world, 2))));
      if (world.router.weights['0.0.2'] !== WEIGHTS[index])
        problems.push(`after run ${index + 1} it has ${world.router.weights['0.0.2']} % of traffic`);
    }
    return [...problems, ...(await brokenPromises(world, COMPLETED))].map(
      (problem) => `each run killed at its moment ${nth + 1}: ${problem}`,
    );
  });
}

test('a rollout whose every run is killed, at the first, second, … effect, and run again ends all the same', async () => {
  const longest = Math.max(...moments.map(({ length }) => length));
  expect(longest).toBeGreaterThan(5);
  const kills = Array.from({ length: longest }, (_, index) => index);
  expect((await someAtATime(kills, AT_A_TIME, oftenKilled)).flat()).toEqual([]);
}, 600_000);
