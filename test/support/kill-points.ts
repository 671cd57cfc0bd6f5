import type { Effect, OutsideWorld } from './outside-world.ts';
import { type EndedProcess, type StepRequest, startStep } from './step-process.ts';

/** A moment of a step: before an effect is handled, or after it has happened and before its answer comes. */
export interface Moment {
  readonly number: number;
  readonly when: 'before' | 'after';
  readonly call: string;
}

/**
 * The moments at which a process leaves different worlds behind. It leaves nothing but its effects, so that before
 * one effect is the same world as after the last, and git's objects are seen by nobody until a ref leads to them.
 */
export const momentsOf = (effects: readonly Effect[]): readonly Moment[] => [
  { number: 1, when: 'before', call: 'anything' },
  ...effects
    .filter(({ unseen }) => !unseen)
    .map(({ number, call }) => ({ number, when: 'after' as const, call })),
];

/** One of every `n`, beginning with the first and with the last among them; all when MLOPS_TEST_EVERY_MOMENT=1. */
export const sample = <T>(items: readonly T[], n: number): readonly T[] =>
  process.env['MLOPS_TEST_EVERY_MOMENT'] === '1'
    ? items
    : items.filter((_, index) => index % n === 0 || index === items.length - 1);

export const momentText = ({ number, when, call }: Moment): string => `${when} effect ${number} (${call})`;

/** Does something to a step's process at a moment, counted from the effects there are already; tells whether it came. */
export async function interruptedAt(
  world: OutsideWorld,
  request: StepRequest,
  moment: Pick<Moment, 'number' | 'when'>,
  interrupt: (step: ReturnType<typeof startStep>) => Promise<'go on' | 'cut off'>,
): Promise<EndedProcess & { readonly interrupted: boolean }> {
  const before = world.effects.length;
  let interrupted = false;
  world.watch = async (effect, when) => {
    if (interrupted || effect.number - before !== moment.number || when !== moment.when) return 'go on';
    interrupted = true;
    return interrupt(step);
  };
  const step = startStep(request);
  const ended = await step.ended;
  world.watch = async () => 'go on';
  return { ...ended, interrupted };
}

/** The step is killed as by a lost runner: nothing of it runs any more when the world goes on. */
export const kill = async ({ child, ended }: ReturnType<typeof startStep>): Promise<'go on' | 'cut off'> => {
  child.kill('SIGKILL');
  await ended;
  return 'cut off';
};

/** Works on all items, some at a time, and gives the results in their order. */
export async function someAtATime<T, R>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}
