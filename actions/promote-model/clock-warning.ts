import { clockProblem } from '../lib/registry/clock-skew.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Warns where a time that the ledger names shows that a clock is wrong, this run's or the one that wrote it. */
export function warnOfClock(runtime: Runtime, newest = ''): void {
  const problem = clockProblem(newest, runtime.clock.now());
  if (problem !== undefined) runtime.log.warning(problem);
}
