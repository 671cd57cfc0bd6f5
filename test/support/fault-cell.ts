import { type FaultKind, faultKinds, SILENCE_MS } from './fault-kinds.ts';
import { clientOf } from './github.ts';
import { brokenPromises, type Expected } from './kept-promises.ts';
import { sample } from './kill-points.ts';
import { type OutsideWorld, startOutsideWorld } from './outside-world.ts';
import type { PreparedRegistry } from './prepared-registry.ts';
import { type EndedStep, runRegistryStep, type StepOptions } from './registry.ts';
import { ROUTER_SECRET } from './traffic-router.ts';

/** One kind of call of a step to the outside. */
export interface Interaction {
  /** `GITHUB POST /deployments`, `POST /traffic`. */
  readonly name: string;
  readonly method: string;
  /** Compared with the path below the repository, or with all of it. */
  readonly path: RegExp;
  readonly toGitHub: boolean;
  /** How often an undisturbed step makes it. */
  readonly count: number;
}

/** One fault on one occurrence of one interaction. */
export interface Cell {
  readonly interaction: Interaction;
  readonly nth: number;
  readonly kind: FaultKind;
}

/** What is run in each cell, and in what surroundings. */
export interface Scene {
  readonly registry: PreparedRegistry;
  readonly weights: Readonly<Record<string, number>>;
  readonly options: (world: OutsideWorld) => Omit<StepOptions, 'service'>;
}

const cellText = ({ interaction, nth, kind }: Cell): string =>
  `${kind.name} at ${interaction.name} ${nth} of ${interaction.count}`;

/** Runs the scene's step in this process, under a clock whose waits take no time. */
function runScene(
  world: OutsideWorld,
  scene: Scene,
  change: Pick<StepOptions, 'attempt' | 'now'> = {},
): Promise<EndedStep> {
  const { service } = world;
  process.env['ROUTER_SECRET'] = ROUTER_SECRET;
  return runRegistryStep({
    service,
    // Waits for a limit are as short for the client as they are for the step.
    wrap: () => clientOf(service, { limits: { silenceMs: SILENCE_MS } }),
    ...scene.options(world),
    ...change,
  });
}

async function inScene<T>(scene: Scene, work: (world: OutsideWorld) => Promise<T>): Promise<T> {
  const world = await startOutsideWorld(scene.weights);
  try {
    await scene.registry.layInto(world.service);
    return await work(world);
  } finally {
    await world.close();
  }
}

/** Path without what differs from run to run, for telling interactions apart. */
const templateOf = (path: string): string =>
  path
    .replace(/\?.*/, '')
    .replace(/[0-9a-f]{40}/g, '{sha}')
    .replace(/^(\/git\/refs?\/).+/, '$1{ref}')
    .replace(/^(\/contents\/).+/, '$1{path}')
    .replace(/\/\d+(?=\/|$)/g, '/{id}');

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template.replaceAll('{sha}', '[0-9a-f]{40}').replaceAll('{id}', '\\d+').replace('{ref}', '.+').replace('{path}', '.+')}$`,
  );

/** The interactions of an undisturbed step, which has to end as expected. */
export async function interactionsOf(scene: Scene, expected: Expected): Promise<readonly Interaction[]> {
  return inScene(scene, async (world) => {
    const laid = world.service.calls.length;
    const step = await runScene(world, scene);
    await step.runtime.dispose();
    const own = world.effects.filter(({ call }) => / \/(traffic|metrics|alert)$/.test(call));
    const problems = await brokenPromises(world, expected);
    if (step.outcome?.verdict !== 'pass' || problems.length > 0)
      throw new Error([String(step.error ?? step.outcome?.message), ...problems].join('\n'));
    const calls = [
      ...world.service.calls
        .slice(laid)
        .map(({ method, path }) => ({ method, template: templateOf(path), toGitHub: true })),
      ...own.map(({ call }) => ({
        method: call.split(' ')[0] ?? '',
        template: call.split(' ')[1] ?? '',
        toGitHub: false,
      })),
    ];
    return [...Map.groupBy(calls, ({ method, template }) => `${method} ${template}`)].flatMap(
      ([name, all]) =>
        all[0] === undefined
          ? []
          : {
              name,
              path: patternOf(all[0].template),
              count: all.length,
              method: all[0].method,
              toGitHub: all[0].toGitHub,
            },
    );
  });
}

/** Every kind of fault on the first and the last occurrence of every interaction. */
export const cellsOf = (interactions: readonly Interaction[]): readonly Cell[] =>
  interactions.flatMap((interaction) =>
    [...new Set([1, interaction.count])].flatMap((nth) =>
      faultKinds(interaction.method, interaction.toGitHub).map((kind) => ({ interaction, nth, kind })),
    ),
  );

/** A part of the cells; all with MLOPS_TEST_EVERY_MOMENT=1, those of a name with MLOPS_TEST_CELLS=<pattern>. */
export function someCells(cells: readonly Cell[], n: number): readonly Cell[] {
  const asked = process.env['MLOPS_TEST_CELLS'];
  return asked === undefined
    ? sample(cells, n)
    : cells.filter((cell) => new RegExp(asked).test(cellText(cell)));
}

/** What became of a step under a fault. */
export interface CellEnding {
  readonly world: OutsideWorld;
  readonly cell: Cell;
  readonly first: EndedStep;
  /** Changes of traffic that were made by the first attempt. */
  readonly changes: number;
}

/** An hour after the first attempt: what waits before it is tried again, such as the outbox, is due. */
export const runSceneAgain = (world: OutsideWorld, scene: Scene): Promise<EndedStep> =>
  runScene(world, scene, { attempt: 2, now: Date.parse('2026-01-15T13:00:00Z') });

/** Runs the step under the fault and has a look at what came of it; gives what is wrong. */
export async function tryCell(
  scene: Scene,
  cell: Cell,
  look: (ending: CellEnding) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return inScene(scene, async (world) => {
    const { interaction, nth, kind } = cell;
    const rule = { method: interaction.method, path: interaction.path, nth, fault: kind.fault };
    if (interaction.toGitHub) world.service.fault(rule);
    else world.faults.add(rule);
    const first = await runScene(world, scene);
    await world.service.faults.settle();
    await world.faults.settle();
    const problems = await look({ world, cell, first, changes: world.router.changes.length });
    await first.runtime.dispose();
    return problems.map((problem) => `${cellText(cell)}: ${problem}`);
  });
}
