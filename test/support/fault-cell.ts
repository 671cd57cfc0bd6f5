import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import { clientOf } from './github.ts';
import { brokenPromises, type Expected } from './kept-promises.ts';
import { sample } from './kill-points.ts';
import { type OutsideWorld, startOutsideWorld } from './outside-world.ts';
import type { PreparedRegistry } from './prepared-registry.ts';
import { type EndedStep, runRegistryStep, type StepOptions } from './registry.ts';
import { ROUTER_SECRET } from './traffic-router.ts';
import { PATIENCE_MS, Wire } from './wire.ts';

const LONGEST_MS = 60_000;

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
  { world, wire }: Place,
  scene: Scene,
  change: Pick<StepOptions, 'attempt' | 'now'> = {},
): Promise<EndedStep> {
  const { service } = world;
  process.env['ROUTER_SECRET'] = ROUTER_SECRET;
  return runRegistryStep({
    service,
    http: wire.http,
    // Waits for a limit are as short for the client as they are for the step.
    wrap: () => clientOf(service, { limits: { silenceMs: PATIENCE_MS } }),
    ...scene.options(world),
    ...change,
  });
}

/** A world, and the step's own end of the way there. */
interface Place {
  readonly world: OutsideWorld;
  readonly wire: Wire;
}

async function inScene<T>(scene: Scene, work: (place: Place) => Promise<T>): Promise<T> {
  const world = await startOutsideWorld(scene.weights);
  const wire = new Wire(world.service.faults, world.faults);
  try {
    await scene.registry.layInto(world.service);
    return await work({ world, wire });
  } finally {
    wire.close();
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
  return inScene(scene, async (place) => {
    const { world } = place;
    const laid = world.service.calls.length;
    const step = await runScene(place, scene);
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
export interface CellEnding extends Place {
  readonly cell: Cell;
  readonly first: EndedStep;
  /** Changes of traffic that were made by the first attempt. */
  readonly changes: number;
}

/** An hour after the first attempt: what waits before it is tried again, such as the outbox, is due. */
export const runSceneAgain = (place: Place, scene: Scene): Promise<EndedStep> =>
  runScene(place, scene, { attempt: 2, now: Date.parse('2026-01-15T13:00:00Z') });

/** No step may hang: so long does not take the slowest. */
async function endless(cell: Cell): Promise<never> {
  await sleep(LONGEST_MS, undefined, { ref: false });
  throw new Error(`${cellText(cell)}: the step does not end`);
}

/** Runs the step under the fault and has a look at what came of it; gives what is wrong. */
export async function tryCell(
  scene: Scene,
  cell: Cell,
  look: (ending: CellEnding) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return inScene(scene, async (place) => {
    const { world, wire } = place;
    const { interaction, nth, kind } = cell;
    const { method, path } = interaction;
    const { fault } = kind;
    if (fault.kind === 'unreachable') wire.cut({ method, path, nth, to: fault.instead });
    else (interaction.toGitHub ? world.service.faults : world.faults).add({ method, path, nth, fault });
    const first = await Promise.race([runScene(place, scene), endless(cell)]);
    wire.cut(undefined);
    await world.service.faults.settle();
    await world.faults.settle();
    const problems = await look({ ...place, cell, first, changes: world.router.changes.length });
    await first.runtime.dispose();
    return problems.map((problem) => `${cellText(cell)}: ${problem}`);
  });
}
