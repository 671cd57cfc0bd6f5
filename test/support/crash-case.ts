import { failsStep } from '../../actions/lib/verdict.ts';
import { interruptedAt, kill, type Moment, momentsOf, momentText, someAtATime } from './kill-points.ts';
import { type OutsideWorld, startOutsideWorld } from './outside-world.ts';
import type { PreparedRegistry } from './prepared-registry.ts';
import { runRegistryStep } from './registry.ts';
import { type StepRequest, startStep } from './step-process.ts';

/** Processes at a time: each keeps most of a core busy. */
export const AT_A_TIME = 3;

export type Problems = readonly string[];

/** A step to be interrupted: what lies around it and how it is started. */
export interface Victim {
  readonly registry: PreparedRegistry;
  /** Shares of traffic before it. */
  readonly weights: Readonly<Record<string, number>>;
  /** What it needs to have happened before is done here. */
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

/** Runs a step in a process of its own, to its end; says so if it fails. */
export async function runWell(request: StepRequest): Promise<Problems> {
  const { exitCode, signal, log } = await startStep(request).ended;
  return exitCode === 0 ? [] : [`a step ended with ${exitCode ?? signal}: ${log}`];
}

/**
 * Runs a step that nobody interrupts, to its end; says so if it fails. It runs in this process, under a clock whose
 * waits take no time: that costs a third of a process, and what it finds is all in the world.
 */
export async function runNext({ service }: OutsideWorld, request: StepRequest): Promise<Problems> {
  const { action, inputs, files, run, attempt, now, env } = request;
  Object.assign(process.env, env);
  const step = await runRegistryStep({
    service,
    action,
    inputs,
    files,
    run,
    attempt,
    now: Date.parse(now),
    // The job is part of who a step is.
    context: { job: 'job' },
  });
  await step.runtime.dispose();
  const { outcome, error, runtime } = step;
  if (outcome !== undefined && !failsStep(outcome.verdict, outcome.failOn)) return [];
  const log = runtime.recorded.log.map(({ message }) => message).join('\n');
  return [`a step ended badly: ${outcome?.message ?? error}\n${log}`];
}

/** The moments of a step that nobody interrupts. @throws Error unless it ends well, and all is well after it */
export async function momentsWithout(
  victim: Victim,
  afterwards: (world: OutsideWorld) => Promise<Problems>,
): Promise<readonly Moment[]> {
  return inWorld(victim, async (world) => {
    const request = await victim.request(world);
    const before = world.effects.length;
    const ending = await runWell(request);
    const effects = world.effects.slice(before);
    const problems = [...ending, ...(await afterwards(world))];
    if (problems.length > 0) throw new Error(`without an interruption: ${problems.join('\n')}`);
    return momentsOf(effects.map((effect) => ({ ...effect, number: effect.number - before })));
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
