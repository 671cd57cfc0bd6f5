import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import { inScene, type Place, runStep, type Scene } from './fault-scene.ts';
import type { EndedStep } from './registry.ts';

/** No step may hang: so long does not take the slowest. */
const LONGEST_MS = 120_000;

/** One kind of call of a step to the outside. */
export interface Interaction {
  readonly scene: Scene;
  /** `POST /deployments`, `POST /traffic`. */
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

const cellText = ({ interaction: { scene, name, count }, nth, kind }: Cell): string =>
  `${scene.name}: ${kind.name} at ${name} ${nth} of ${count}`;

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

/**
 * The interactions of an undisturbed step.
 *
 * @param look - gives what is wrong when it has ended; there must be nothing
 */
export async function interactionsOf(
  scene: Scene,
  look: (place: Place) => Promise<readonly string[]>,
): Promise<readonly Interaction[]> {
  return inScene(scene, async (place) => {
    const { effects, service } = place.world;
    const [laid, done] = [service.calls.length, effects.length];
    const step = await runStep(place, scene.step);
    await step.runtime.dispose();
    const calls = [
      ...service.calls
        .slice(laid)
        .map(({ method, path }) => ({ method, template: templateOf(path), toGitHub: true })),
      ...effects
        .slice(done)
        .filter(({ call }) => / \/(traffic|metrics|alert)$/.test(call))
        .map(({ call }) => {
          const [method = '', template = ''] = call.split(' ');
          return { method, template, toGitHub: false };
        }),
    ];
    const problems = await look(place);
    if (step.outcome?.verdict !== 'pass' || problems.length > 0)
      throw new Error([`${step.error ?? step.outcome?.message}`, ...problems].join('\n'));
    return [...Map.groupBy(calls, ({ method, template }) => `${method} ${template}`)].flatMap(
      ([name, [call, ...more]]) =>
        call === undefined
          ? []
          : {
              scene,
              name,
              path: patternOf(call.template),
              count: 1 + more.length,
              method: call.method,
              toGitHub: call.toGitHub,
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

const UNKEYED = /^POST \/(deployments|issues|issues\/{id}\/comments|dispatches|actions\/workflows\/.+)$/;

/** Whether GitHub makes two of it: it knows no key by which the second, or the one that comes late, would be the same. */
export const mayHaveTwin = ({ interaction, kind: { fault } }: Cell): boolean =>
  UNKEYED.test(interaction.name) &&
  (fault.kind === 'twice' || (fault.kind === 'silence' && fault.when === 'late'));

/** What became of a step under a fault. */
export interface CellEnding extends Place {
  readonly cell: Cell;
  readonly first: EndedStep;
  /** Changes of traffic that were made by the first attempt. */
  readonly changes: number;
}

async function endless(): Promise<never> {
  await sleep(LONGEST_MS, undefined, { ref: false });
  throw new Error('the step does not end');
}

/** Runs the step under the fault and has a look at what came of it; gives what is wrong. */
export async function tryCell(
  cell: Cell,
  look: (ending: CellEnding) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { interaction, nth, kind } = cell;
  const { scene, method, path, toGitHub } = interaction;
  const { fault } = kind;
  const problems = await inScene(scene, async (place) => {
    const { world, wire } = place;
    if (fault.kind === 'unreachable') wire.cut({ method, path, nth, to: fault.instead });
    else (toGitHub ? world.service.faults : world.faults).add({ method, path, nth, fault });
    const before = world.router.changes.length;
    const first = await Promise.race([runStep(place, scene.step), endless()]);
    wire.cut(undefined);
    await world.service.faults.settle();
    await world.faults.settle();
    const found = await look({ ...place, cell, first, changes: world.router.changes.length - before });
    await first.runtime.dispose();
    return found;
  }).catch((error: unknown) => [String(error)]);
  return problems.map((problem) => `${cellText(cell)}: ${problem}`);
}

/**
 * Cells of which each interaction and each kind of fault has one: always the one that tells most that is new. All of
 * them with MLOPS_TEST_EVERY_MOMENT=1, those whose text matches with MLOPS_TEST_CELLS=<pattern>.
 */
export function someCells(cells: readonly Cell[]): readonly Cell[] {
  const { MLOPS_TEST_EVERY_MOMENT: every, MLOPS_TEST_CELLS: pattern } = process.env;
  if (pattern !== undefined) return cells.filter((cell) => new RegExp(pattern).test(cellText(cell)));
  if (every === '1') return cells;
  const missing = new Set<unknown>(cells.flatMap(({ interaction, kind }) => [interaction, kind.name]));
  const news = ({ interaction, kind }: Cell): number =>
    Number(missing.has(interaction)) + Number(missing.has(kind.name));
  const chosen: Cell[] = [];
  while (missing.size > 0) {
    const next = cells.reduce((best, cell) => (news(cell) > news(best) ? cell : best));
    chosen.push(next);
    missing.delete(next.interaction);
    missing.delete(next.kind.name);
  }
  return chosen;
}

/** Tries some of the cells, or all, and tells how many; gives all that is wrong. */
export async function tryTable(
  name: string,
  cells: readonly Cell[],
  verdict: (cell: Cell) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const chosen = someCells(cells);
  const problems: string[] = [];
  for (const cell of chosen) {
    const found = await verdict(cell);
    for (const problem of found) process.stdout.write(`${problem}\n`);
    problems.push(...found);
  }
  process.stdout.write(`fault table of ${name}: ${chosen.length} of ${cells.length} cells\n`);
  return problems;
}
