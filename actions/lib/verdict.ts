/** What an action decided. A verdict is a value with reasons; "could not decide" is an exception. */
export type Verdict = 'pass' | 'waived' | 'warn' | 'inconclusive' | 'fail';

/** The verdicts from harmless to blocking; the order is what `fail-on` and `worstVerdict` rest on. */
const ORDER: readonly Verdict[] = ['pass', 'waived', 'warn', 'inconclusive', 'fail'];

/** The mildest verdict that fails the step, or `never`. */
export type FailOn = 'fail' | 'inconclusive' | 'warn' | 'never';

export const FAIL_ON: readonly FailOn[] = ['fail', 'inconclusive', 'warn', 'never'];

/** The most severe of the verdicts given; `pass` for none. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, ORDER.indexOf(verdict));
  return ORDER[worst] ?? 'fail';
}

/** Whether a verdict fails the step under the user's `fail-on`. */
export const failsStep = (verdict: Verdict, failOn: FailOn): boolean =>
  failOn !== 'never' && ORDER.indexOf(verdict) >= ORDER.indexOf(failOn);
