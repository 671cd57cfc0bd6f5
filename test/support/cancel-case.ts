import { AT_A_TIME, inWorld, type Problems, type Victim } from './crash-case.ts';
import { interruptedAt, type Moment, momentText, someAtATime } from './kill-points.ts';
import type { OutsideWorld } from './outside-world.ts';
import type { EndedProcess } from './step-process.ts';

/** The runner's patience between SIGINT and SIGTERM. */
const PATIENCE_MS = 7_500;

/** `SIGINT`, and SIGTERM behind it, is what GitHub's runner sends; other hosts send SIGTERM alone. */
type CancelSignal = 'SIGINT' | 'SIGTERM';

export type CancelCase = readonly [moment: Moment, signal: CancelSignal];

/** Every moment with either signal. */
export const cancelCases = (moments: readonly Moment[]): readonly CancelCase[] =>
  moments.flatMap((moment): CancelCase[] => [
    [moment, 'SIGINT'],
    [moment, 'SIGTERM'],
  ]);

interface Cancelled extends EndedProcess {
  readonly moment: Moment;
  /** What was begun after the signal that is more than a word about what had been done. */
  readonly late: readonly string[];
}

/** Cancels a step in each case, each in a world of its own, and looks at what it left behind. Gives all that is wrong. */
export async function cancelledAtEach(
  victim: Victim,
  cases: readonly CancelCase[],
  afterwards: (world: OutsideWorld, cancelled: Cancelled) => Promise<Problems>,
): Promise<Problems> {
  const lives = await someAtATime(cases, AT_A_TIME, ([moment, signal]) =>
    inWorld(victim, async (world) => {
      let [since, effects] = [0, 0];
      const ended = await interruptedAt(
        world,
        await victim.request(world),
        moment,
        async ({ child, heard }) => {
          since = performance.now();
          effects = world.effects.length;
          child.kill(signal);
          if (signal === 'SIGINT') setTimeout(() => child.kill('SIGTERM'), 1_000).unref();
          // The signal is to come before the answer.
          await heard;
          return 'go on';
        },
      );
      const ms = Math.round(ended.at - since);
      const late = world.effects
        .slice(effects)
        .flatMap(({ call }) => (/^POST .*\/(traffic|dispatches|alert)$/.test(call) ? [call] : []));
      const problems = [
        ...(ended.interrupted ? [] : ['was not cancelled']),
        ...(ended.exitCode === 130 ? [] : [`ended with ${ended.exitCode}: ${ended.log}`]),
        ...(ms < PATIENCE_MS ? [] : [`took ${ms} ms to end`]),
        ...unlessShared(world),
        ...(await afterwards(world, { ...ended, moment, late })),
      ];
      return problems.map((problem) => `cancelled by ${signal} ${momentText(moment)}: ${problem}`);
    }),
  );
  return lives.flat();
}

/** Whatever was cancelled, somebody has each share of traffic. */
function unlessShared({ router }: OutsideWorld): Problems {
  const shares = Object.values(router.weights).reduce((sum, weight) => sum + weight, 0);
  return shares === 100 ? [] : [`the shares of traffic add up to ${shares}`];
}
