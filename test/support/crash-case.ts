import { brokenPromises, type Expected } from './kept-promises.ts';
import { interruptedAt, kill, type Moment, momentsOf, momentText, someAtATime } from './kill-points.ts';
import { type OutsideWorld, startOutsideWorld } from './outside-world.ts';
import type { PreparedRegistry } from './prepared-registry.ts';
import { type EndedProcess, type StepRequest, startStep } from './step-process.ts';

/** Processes at a time: each keeps most of a core busy. */
const AT_A_TIME = 3;

export type Problems = readonly string[];

/** A step to be killed: what lies around it and how it is started. */
export interface Victim {
  readonly registry: PreparedRegistry;
  /** Shares of traffic before it. */
  readonly weights: Readonly<Record<string, number>>;
  readonly request: (world: OutsideWorld) => Promise<StepRequest>;
}

/** Runs work in a world of its own. */
export async function inWorld<T>(
  { registry, weights }: Pick<Victim, 'registry' | 'weights'>,
  work: (world: OutsideWorld) => Promise<T>,
): Promise<T> {
  const world = await startOutsideWorld(weights);
  try {
    await registry.layInto(world.service);
    return await work(world);
  } finally {
    await world.close();
  }
}

/** Runs a step to its end; says so if it fails. */
export async function runWell(request: StepRequest): Promise<Problems> {
  return endedWell(await startStep(request).ended);
}

const endedWell = ({ exitCode, signal, log }: EndedProcess): Problems =>
  exitCode === 0 ? [] : [`a step ended with ${exitCode ?? signal}: ${log}`];

/** The moments of a step that nobody kills. @throws Error unless everything is then as expected */
export async function momentsWithout(victim: Victim, expected: Expected): Promise<readonly Moment[]> {
  return inWorld(victim, async (world) => {
    const problems = [
      ...(await runWell(await victim.request(world))),
      ...(await brokenPromises(world, expected)),
    ];
    if (problems.length > 0) throw new Error(`without a kill: ${problems.join('\n')}`);
    return momentsOf(world.effects);
  });
}

/** Kills a step at each moment, each in a world of its own, and looks at what comes of it. Gives all that is wrong. */
export async function killedAtEach(
  victim: Victim,
  moments: readonly Moment[],
  afterwards: (world: OutsideWorld, moment: Moment) => Promise<Problems>,
): Promise<Problems> {
  const lives = await someAtATime(moments, AT_A_TIME, (moment) =>
    inWorld(victim, async (world) => {
      const killed = await interruptedAt(world, await victim.request(world), moment, kill);
      const problems = killed.interrupted
        ? await afterwards(world, moment)
        : [`was not killed: ${killed.log}`];
      return problems.map((problem) => `killed ${momentText(moment)}: ${problem}`);
    }),
  );
  return lives.flat();
}
