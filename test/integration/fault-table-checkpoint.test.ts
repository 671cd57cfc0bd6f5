import { beforeAll, expect, test, vi } from 'vitest';
import {
  type CellEnding,
  cellsOf,
  type Interaction,
  interactionsOf,
  tryCell,
  tryTable,
} from '../support/fault-cell.ts';
import { type Place, runSceneAgain, runWell, type Scene, type StepIn } from '../support/fault-scene.ts';
import { brokenPromises, type Expected, stateOf } from '../support/kept-promises.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import { rolloutFile } from '../support/registry-steps.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const START = Date.parse('2026-01-15T12:00:00Z');
const HOUR_MS = 3_600_000;
const COMPLETED: Expected = { current: '0.0.2', verified: ['0.0.1', '0.0.2'] };

const checkpoint = (
  run: number,
  hour: number,
  inputs: Readonly<Record<string, string>>,
  change: Partial<ReturnType<StepIn>> = {},
) => ({
  run,
  now: START + hour * HOUR_MS,
  inputs: {
    environment: 'production',
    wait: 'checkpoint',
    'max-wait-minutes': '0',
    upload: 'false',
    ...inputs,
  },
  ...change,
});

/** Half of the traffic needs an approval. */
const approved = (world: OutsideWorld): string =>
  rolloutFile(world, '1h').replace(/( {2}- \{ weight: 50)/, '  - approve: { environment: wider }\n$1');

/** A rollout over five runs: it begins, is measured, is approved, is measured again, and is over. */
const BEGIN: StepIn = (world) =>
  checkpoint(
    7,
    0,
    { rollout: 'rollout.yml' },
    { model: 'model two', files: { 'rollout.yml': approved(world) } },
  );
const MEASURE: StepIn = () => checkpoint(8, 2, { operation: 'resume' });
const APPROVE: StepIn = () => checkpoint(9, 5, { operation: 'approve' });
const WIDEN: StepIn = () => checkpoint(10, 8, { operation: 'resume' });
const END: StepIn = () => checkpoint(11, 11, { operation: 'resume' });
const STORY: readonly StepIn[] = [BEGIN, MEASURE, APPROVE, WIDEN, END];

/** The runs in which there is most to be hit. */
const HIT: Readonly<Record<string, StepIn>> = { approve: APPROVE, resume: WIDEN };

/** What people do about a rollout that is paused. */
const BY_HAND: readonly StepIn[] = [14, 17, 20, 23].map(
  (hour) => () => checkpoint(hour, hour, { operation: 'resume', reason: 'the router is mended' }),
);

const afterwards = (step: StepIn): readonly StepIn[] => STORY.slice(STORY.indexOf(step) + 1);

const looked = async (place: Place, step: StepIn): Promise<readonly string[]> => [
  ...(await runWell(place, afterwards(step))),
  ...(await brokenPromises(place.world, COMPLETED)),
];

let interactions: readonly Interaction[];

beforeAll(async () => {
  const registry = await prepareRegistry(['model one']);
  const scenes = Object.entries(HIT).map(
    ([name, step]): Scene => ({
      name,
      registry,
      weights: { '0.0.1': 100 },
      before: STORY.slice(0, STORY.indexOf(step)),
      step,
    }),
  );
  const found: Interaction[] = [];
  for (const scene of scenes)
    found.push(...(await interactionsOf(scene, (place) => looked(place, scene.step))));
  interactions = found;
});

/** What is decided without traffic, or without figures, is no step further. */
function honest({ world, first }: CellEnding): readonly string[] {
  const serves = world.router.weights['0.0.2'] ?? 0;
  return [
    ...(first.output('status') === 'completed' ? ['completed before its time'] : []),
    ...(first.error !== undefined && first.output('verdict') !== undefined
      ? ['an error with a verdict']
      : []),
    ...(serves === 100 && first.output('step') === '1' ? ['all traffic in step 1'] : []),
  ];
}

test('every fault on the calls of a tick and of an approval leaves a rollout that comes to its end', async () => {
  const all = cellsOf(interactions);
  expect(all.length).toBeGreaterThan(300);
  const problems = await tryTable('resume and approve', all, (cell) =>
    tryCell(cell, async (ending) => {
      const { world } = ending;
      const { scene, name } = cell.interaction;
      const again = await runSceneAgain(ending, scene);
      await again.runtime.dispose();
      const wrong = [...honest(ending), ...(await runWell(ending, afterwards(scene.step)))];
      const phase = async () => (await stateOf(world)).environments.production.rollout?.phase;
      // The router and the metrics may say no for good: then traffic is put back, or people are asked.
      const mayStop = / \/(traffic|metrics)$/.test(name);
      if (mayStop && (await phase()) === 'paused') wrong.push(...(await runWell(ending, BY_HAND)));
      const putBack = mayStop && (await phase()) === 'rolled-back';
      return [...wrong, ...(await brokenPromises(world, putBack ? { current: '0.0.1' } : COMPLETED))];
    }),
  );
  expect(problems).toEqual([]);
}, 7_200_000);
