import type { GateDocument } from '../../lib/documents/gate.ts';
import { formatQuantity } from '../../lib/report/format-number.ts';
import type { Verdict } from '../../lib/verdict.ts';

/** What the first line rests on. */
export type Judged = Pick<GateDocument, 'gates' | 'verdict' | 'guards' | 'composite'>;

/** The verdict as one line of plain text; the first line of every report. */
export function verdictLine(judged: Judged): string {
  const { gates, verdict } = judged;
  const all = formatQuantity(gates.length, 'gate');
  const lines: Readonly<Record<Verdict, string>> = {
    fail: joinReasons('failed', judged, 'fail', 'blocks', 'block'),
    inconclusive: joinReasons('undecided', judged, 'inconclusive', 'is inconclusive', 'are inconclusive'),
    warn: joinReasons('passed with warnings', judged, 'warn', 'warns', 'warn'),
    waived: joinReasons('passed with waivers', judged, 'waived', 'is waived', 'are waived'),
    pass: gates.length === 1 ? 'passed, the gate holds' : `passed, all ${all} hold`,
  };
  return `Model gate ${lines[verdict]}`;
}

/** What stands behind a verdict: gates, guards over the evidence, or the policy's own condition. */
function joinReasons(said: string, judged: Judged, verdict: Verdict, one: string, many: string): string {
  const { gates, guards, composite } = judged;
  const count = gates.filter((gate) => gate.verdict === verdict).length;
  const guarded = guards.filter((guard) => guard.verdict === verdict).length;
  const all = formatQuantity(gates.length, 'gate');
  const reasons = [
    count > 0 ? `${count} of ${all} ${count === 1 ? one : many}` : '',
    guarded > 0 ? `${formatQuantity(guarded, 'evidence guard')} ${guarded === 1 ? one : many}` : '',
  ].filter((reason) => reason !== '');
  if (reasons.length === 0 && composite !== undefined && composite.holds !== true)
    reasons.push(`the policy's condition ${composite.holds === false ? 'does not hold' : 'is open'}`);
  return [said, ...reasons].join(', ');
}
