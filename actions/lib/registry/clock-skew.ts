import { durationText } from '../duration.ts';
import { minuteText } from '../report/time.ts';

/** Clocks of runners differ by seconds; this is a wrong one. */
const SKEW_MS = 10 * 60_000;

/**
 * Why times in a ledger cannot be right: one of them is more than ten minutes ahead of this run's clock. Time in the
 * ledger never runs backwards, so that until then no bake and no soak gets on. `undefined` where they may be.
 *
 * @param newest - ISO 8601; empty for none
 * @param now - milliseconds since 1970
 */
export function clockProblem(newest: string, now: number): string | undefined {
  const ahead = Date.parse(newest) - now;
  if (!(ahead > SKEW_MS)) return undefined;
  return `the newest time in the ledger is ${minuteText(newest)}, ${durationText(ahead)} ahead of this run's clock: one of the two runners has a wrong clock. If it was the other one, rollouts wait until that time; an abort and a rollback work all the same`;
}
