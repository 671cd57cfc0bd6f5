import { clientOf } from './github.ts';
import { type OutsideWorld, startOutsideWorld } from './outside-world.ts';
import type { PreparedRegistry } from './prepared-registry.ts';
import { type EndedStep, runRegistryStep, type StepOptions } from './registry.ts';
import { ROUTER_SECRET } from './traffic-router.ts';
import { PATIENCE_MS, Wire } from './wire.ts';

const START = Date.parse('2026-01-15T12:00:00Z');
const HOUR_MS = 3_600_000;

/** A step as it is started in a world. */
export type StepIn = (world: OutsideWorld) => Omit<StepOptions, 'service'>;

/** What is run in each cell of a fault table, and in what surroundings. */
export interface Scene {
  readonly name: string;
  readonly registry: PreparedRegistry;
  readonly weights: Readonly<Record<string, number>>;
  /** Steps of earlier runs, which no fault hits. */
  readonly before?: readonly StepIn[];
  readonly step: StepIn;
}

/** A world, and the step's own end of the way there. */
export interface Place {
  readonly world: OutsideWorld;
  readonly wire: Wire;
}

/** Runs a step in this process, under a clock whose waits take no time. */
export function runStep(
  { world, wire }: Place,
  step: StepIn,
  change: Pick<StepOptions, 'attempt' | 'now'> = {},
): Promise<EndedStep> {
  const { service } = world;
  process.env['ROUTER_SECRET'] = ROUTER_SECRET;
  return runRegistryStep({
    service,
    http: wire.http,
    // Waits for a limit are as short for the client as they are for the step.
    wrap: () => clientOf(service, { limits: { silenceMs: PATIENCE_MS } }),
    ...step(world),
    ...change,
  });
}

/** An hour after the first attempt: what waits before it is tried again, such as the outbox, is due. */
export const runSceneAgain = (place: Place, { step }: Scene): Promise<EndedStep> =>
  runStep(place, step, { attempt: 2, now: (step(place.world).now ?? START) + HOUR_MS });

/** Runs steps that nothing disturbs; gives those that do not end well, in words. */
export async function runWell(place: Place, steps: readonly StepIn[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const step of steps) {
    const { error, outcome, runtime } = await runStep(place, step);
    await runtime.dispose();
    const ended = error ?? outcome?.verdict;
    if (ended !== 'pass' && ended !== 'warn') problems.push(`a step after it: ${ended} ${outcome?.message}`);
  }
  return problems;
}

/** Works in a world of its own in which the steps before have been run. */
export async function inScene<T>(scene: Scene, work: (place: Place) => Promise<T>): Promise<T> {
  const world = await startOutsideWorld(scene.weights);
  const wire = new Wire(world.service.faults, world.faults);
  const place = { world, wire };
  try {
    await scene.registry.layInto(world.service);
    const problems = await runWell(place, scene.before ?? []);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return await work(place);
  } finally {
    wire.close();
    await world.close();
  }
}
