import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import {
  type Cell,
  type CellEnding,
  cellsOf,
  type Interaction,
  interactionsOf,
  mayHaveTwin,
  tryCell,
  tryTable,
} from '../support/fault-cell.ts';
import { runSceneAgain, type Scene } from '../support/fault-scene.ts';
import { clientOf } from '../support/github.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import { ledgerFile } from '../support/registry.ts';
import { rolloutFile } from '../support/registry-steps.ts';
import { PATIENCE_MS } from '../support/wire.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const COMPLETED: Expected = {
  current: '0.0.2',
  verified: ['0.0.1', '0.0.2'],
  deployments: [
    ['promote', 'success'],
    ['promote', 'inactive'],
  ],
};

let scene: Scene;
let interactions: readonly Interaction[];

beforeAll(async () => {
  scene = {
    name: 'promote',
    registry: await prepareRegistry(['model one']),
    weights: { '0.0.1': 100 },
    step: (world) => ({
      model: 'model two',
      files: { 'rollout.yml': rolloutFile(world, '1m') },
      inputs: { environment: 'production', rollout: 'rollout.yml', wait: 'inline', upload: 'false' },
    }),
  };
  interactions = await interactionsOf(scene, ({ world }) => brokenPromises(world, COMPLETED));
});

/** What §2.3 of the fault table promises of a step that a fault has hit, before it is run again. */
function promised({ cell, first }: CellEnding): readonly string[] {
  const { interaction, kind } = cell;
  const status = first.error === undefined ? (first.output('status') ?? 'none') : 'error';
  const allowed = ((): readonly string[] => {
    switch (interaction.name) {
      case 'POST /deployments':
      case 'GET /deployments':
      case 'POST /deployments/{id}/statuses':
      case 'GET /deployments/{id}/statuses':
        return ['completed'];
      case 'POST /traffic':
        // A conflict says that somebody with a newer right has taken over; a refusal leads the way back.
        return kind.class === 'passing'
          ? ['completed']
          : ['superseded', 'rolled-back', 'paused', 'failed', 'completed'];
      case 'GET /traffic':
        return kind.class === 'passing' ? ['completed'] : ['completed', 'rolled-back', 'paused', 'failed'];
      case 'GET /metrics':
        return ['completed', 'paused'];
      default:
        return kind.class === 'passing' || kind.class === 'stale' ? ['completed'] : ['completed', 'error'];
    }
  })();
  const said = first.output('verdict');
  return [
    ...(allowed.includes(status)
      ? []
      : [`${status} instead of ${allowed.join(' or ')}: ${first.error ?? first.outcome?.message}`]),
    ...(first.error === undefined || said === undefined ? [] : [`an error with the verdict ${said}`]),
  ];
}

/** Nothing was switched that the ledger had not announced, and no verdict came without data. */
function honest({ world, first, changes }: CellEnding): readonly string[] {
  const completed = first.output('status') === 'completed';
  const measured = world.effects.filter(({ call }) => call === 'GET /metrics').length;
  return [
    ...(completed && world.router.weights['0.0.2'] !== 100 ? ['completed without all traffic'] : []),
    ...(completed && measured < 3 ? [`completed after ${measured} measurements`] : []),
    ...(first.error !== undefined && first.output('step') === undefined && changes > 3
      ? [`${changes} changes of traffic`]
      : []),
  ];
}

/** A deployment that GitHub refused to make is warned of, and not made later: it only shows what the ledger says. */
async function completedAfter({ world: { service }, cell }: CellEnding): Promise<Expected> {
  const { fault } = cell.kind;
  const stale =
    fault.kind === 'silence' && fault.when === 'late' && cell.interaction.name.startsWith('POST /depl');
  if (stale || mayHaveTwin(cell)) return { ...COMPLETED, deployments: undefined, twins: true, stale };
  if (cell.interaction.name !== 'POST /deployments') return COMPLETED;
  const shown = await clientOf(service).deployments.list('production');
  return shown.length > 1 ? COMPLETED : { ...COMPLETED, deployments: [['promote', 'inactive']] };
}

/** What the table says of a cell. */
const verdictOn = (cell: Cell): Promise<readonly string[]> =>
  tryCell(cell, async (ending) => {
    const { world, first } = ending;
    const again = await runSceneAgain(ending, cell.interaction.scene);
    const ended = again.error ?? again.output('status');
    await again.runtime.dispose();
    const wayBack = first.output('status') === 'rolled-back';
    return [
      ...promised(ending),
      ...honest(ending),
      ...(wayBack || ended === 'completed' || ended === 'noop' ? [] : [`run again: ${ended}`]),
      ...(await brokenPromises(world, wayBack ? { current: '0.0.1' } : await completedAfter(ending))),
    ];
  });

test('every fault on the calls of a promotion has its promised outcome, and a re-run ends it', async () => {
  const all = cellsOf(interactions);
  expect(all.length).toBeGreaterThan(300);
  expect(await tryTable('promote-model', all, verdictOn)).toEqual([]);
}, 7_200_000);

describe('the table finds', () => {
  const lostAnswer = (call: string, seeded = scene): Cell => {
    const cell = cellsOf(interactions).find(
      ({ interaction, kind }) => interaction.name === call && kind.name === 'F3 reset after',
    );
    if (cell === undefined) throw new Error(`there is no ${call}`);
    return { ...cell, interaction: { ...cell.interaction, scene: seeded } };
  };

  test('a deployment that is made without looking whether it is there', async () => {
    const blind: Scene = {
      ...scene,
      step: (world) => ({ ...scene.step(world), wrap: () => withoutLookup(world) }),
    };
    expect((await verdictOn(lostAnswer('POST /deployments', blind))).join('\n')).toMatch(
      /two deployments for/,
    );
  });

  test('a change of traffic that is made on top of itself', async () => {
    const relative: Scene = {
      ...scene,
      step: (world) => {
        world.router.addsUp = true;
        return scene.step(world);
      },
    };
    expect(await verdictOn(lostAnswer('POST /traffic'))).toEqual([]);
    expect((await verdictOn(lostAnswer('POST /traffic', relative))).join('\n')).toMatch(
      /instead of completed/,
    );
  });

  test('an event that is appended a second time', async () => {
    const problems = await tryCell(
      lostAnswer('PATCH /git/refs/{ref}'),
      async ({ world: { service }, world }) => {
        const path = 'models/churn/events/2026-01.jsonl';
        const lines = (await ledgerFile(service, path)) ?? '';
        const twice = `${lines}${lines.trim().split('\n').at(-1)}\n`;
        await service.remote.commitFiles('mlops-registry', { [path]: twice }, 'Append again');
        return brokenPromises(world, COMPLETED);
      },
    );
    expect(problems.join('\n')).toMatch(/verify-ledger: .*is there twice/s);
  });
});

/** A client that sends a deployment again when no answer came, as plugins for retries do. */
function withoutLookup({ service }: OutsideWorld): GitHub {
  const client = clientOf(service, { limits: { silenceMs: PATIENCE_MS } });
  const { deployments } = client;
  return {
    ...client,
    deployments: {
      ...deployments,
      async ensure({ sha, environment, production, task, payload, description }) {
        const body = {
          ref: sha,
          task,
          environment,
          payload,
          production_environment: production,
          description,
        };
        const send = () =>
          fetch(`${service.url}/repos/octo/models/deployments`, {
            method: 'POST',
            headers: {
              authorization: `token ${service.issueToken('all')}`,
              'content-type': 'application/json',
            },
            body: JSON.stringify({ ...body, auto_merge: false, required_contexts: [] }),
          });
        const made: unknown = await (await send().catch(send)).json();
        return { kind: 'done', value: { id: Number(Object(made)['id']) } };
      },
    },
  };
}
