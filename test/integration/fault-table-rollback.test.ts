import { beforeAll, expect, test, vi } from 'vitest';
import {
  type CellEnding,
  cellsOf,
  type Interaction,
  interactionsOf,
  mayHaveTwin,
  tryCell,
  tryTable,
} from '../support/fault-cell.ts';
import { runSceneAgain, type Scene } from '../support/fault-scene.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import { rolloutFile } from '../support/registry-steps.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

/** Its runs bear the key by which a request whose reply was lost finds them. */
const TRAINING = {
  '.github/workflows/train.yml': `name: Train
run-name: Train for \${{ inputs.dedupe_key }}
on: { workflow_dispatch: { inputs: { dedupe_key: { type: string } } } }
jobs: { train: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`,
} as const;

const ROLLED_BACK: Expected = { current: '0.0.1', quarantined: ['0.0.2'], incidents: 1, dispatches: 1 };

let scene: Scene;
let interactions: readonly Interaction[];

beforeAll(async () => {
  scene = {
    name: 'rollback',
    registry: await prepareRegistry(['model one', 'model two'], TRAINING),
    weights: { '0.0.2': 100, '0.0.1': 0 },
    step: (world) => ({
      action: 'rollback',
      run: 50,
      files: { 'rollout.yml': rolloutFile(world, '1m') },
      inputs: {
        environment: 'production',
        rollout: 'rollout.yml',
        retrain: 'workflow_dispatch',
        'retrain-workflow': 'train.yml',
        'notify-url': `${world.url}/alert`,
        'notify-allow-private-network': 'true',
        upload: 'false',
      },
    }),
  };
  interactions = await interactionsOf(scene, ({ world }) => brokenPromises(world, ROLLED_BACK));
});

const TRAFFIC: ReadonlySet<string> = new Set(['POST /traffic', 'GET /traffic']);

/** Nothing but the traffic itself keeps a rollback from switching. */
function promised({ world, cell, first }: CellEnding): readonly string[] {
  const { interaction, kind } = cell;
  const switched = world.router.weights['0.0.1'] === 100;
  const mayFail = TRAFFIC.has(interaction.name) && kind.class !== 'passing';
  const said = first.output('rolled-back');
  return [
    ...(switched || mayFail ? [] : [`traffic was not switched: ${first.error ?? first.outcome?.message}`]),
    ...(said === 'true' && !switched ? ['it says it has rolled back and has not'] : []),
    ...(first.error !== undefined && first.output('verdict') !== undefined
      ? ['an error with a verdict']
      : []),
  ];
}

/** Retraining is asked for once, save where GitHub takes two: under one key, by which the training workflow tells the twin. */
function askedOnce({ world, cell }: CellEnding): readonly string[] {
  const keys = world.service.dispatches.map((one) =>
    one.kind === 'workflow' ? one.inputs['dedupe_key'] : '',
  );
  const most = mayHaveTwin(cell) ? 2 : 1;
  return keys.length <= most && new Set(keys).size <= 1
    ? []
    : [`retraining was asked for under ${keys.join(', ')}`];
}

test('every fault on the calls of a rollback has its promised outcome, and a re-run ends it', async () => {
  const all = cellsOf(interactions);
  expect(all.length).toBeGreaterThan(300);
  const problems = await tryTable('rollback', all, (cell) =>
    tryCell(cell, async (ending) => {
      const { world } = ending;
      const again = await runSceneAgain(ending, scene);
      const ended = again.error ?? again.outcome?.verdict;
      await again.runtime.dispose();
      // What GitHub refused, or may have taken, is not asked for a second time by itself.
      const once = { incidents: undefined, dispatches: undefined, twins: mayHaveTwin(cell) };
      return [
        ...promised(ending),
        ...(ended === 'pass' || ended === 'warn' ? [] : [`run again: ${ended}`]),
        ...(await brokenPromises(world, { ...ROLLED_BACK, ...once })),
        ...askedOnce(ending),
      ];
    }),
  );
  expect(problems).toEqual([]);
}, 7_200_000);
