import type { Counterpart } from './counterpart.ts';
import { directionProblem } from './direction-problem.ts';
import { judgeChange } from './judge-change.ts';
import { judgeLimit } from './judge-limit.ts';
import { judgeNonInferior } from './judge-non-inferior.ts';
import type { Answer, Question } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import type { Policy } from './policy.ts';
import { tooFew } from './positives.ts';

/**
 * How one gate answers on one set of rows, before it is weighed with the others.
 *
 * @param counterpart - what it is compared with; `undefined` for a limit
 */
export function answerOf(
  question: Question,
  counterpart: Counterpart | undefined,
  candidate: MetricsView,
  policy: Policy,
): Answer {
  const { entry, gate } = question;
  const unclear = directionProblem(question, policy);
  if (unclear !== undefined) return { status: 'refused', reason: unclear };
  if (entry.value === null)
    return { status: 'undefined', reason: `no value: ${entry.problem ?? 'it is not defined'}` };
  if (gate.rule.kind === 'limit')
    return tooFew(question, entry.n, candidate) ?? judgeLimit(question, gate.rule);
  if (counterpart === undefined) return { status: 'no-baseline', reason: 'it names nothing to compare with' };
  if ('status' in counterpart) return { status: counterpart.status, reason: counterpart.reason };
  const unlike = unlikeParams(entry, counterpart.entry);
  if (unlike !== undefined) return { status: 'refused', reason: unlike };
  const comparison = counterpart.compare(entry, counterpart.entry);
  const few = tooFew(question, comparison.n, candidate);
  if (few) return { ...few, comparison };
  return gate.rule.kind === 'non-inferior'
    ? judgeNonInferior(question, gate.rule, comparison, policy.confidence)
    : judgeChange(question, gate.rule, comparison);
}

/**
 * Choices that may differ between two models of one metric: where they were cut off, how often drawn anew. Of repeats
 * the guard against downgrades speaks.
 */
const FREE_PARAMS: ReadonlySet<string> = new Set([
  'min_group',
  'max_group',
  'rate',
  'threshold',
  'resamples',
  'repeats',
]);

/** Why two numbers of one name are not the same quantity. */
function unlikeParams(a: MetricEntry, b: MetricEntry): string | undefined {
  const keys = new Set([...Object.keys(a.params), ...Object.keys(b.params)]);
  const unlike = [...keys].filter((key) => !FREE_PARAMS.has(key) && a.params[key] !== b.params[key]);
  if (unlike.length > 0) {
    const said = unlike.map(
      (key) => `${key} is ${a.params[key] ?? 'absent'} here and ${b.params[key] ?? 'absent'} there`,
    );
    return `candidate and baseline measure ${a.name} differently: ${said.join(', ')}`;
  }
  if (a.unit !== undefined && b.unit !== undefined && a.unit !== b.unit)
    return `the candidate's ${a.name} is in ${a.unit}, the baseline's in ${b.unit}`;
  return undefined;
}
