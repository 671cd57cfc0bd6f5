import type { Flips, GateResult } from '../documents/gate.ts';
import { ActionError } from '../errors.ts';
import { metricByName } from '../metrics/catalog.ts';
import type { Resampling } from '../stats/paired-bootstrap.ts';
import type { Verdict } from '../verdict.ts';
import { type Comparer, type Comparison, comparer } from './compare.ts';
import { type Basis, basisText, comparisonBasis } from './evidence.ts';
import { flipsOf } from './flips.ts';
import { judgeChange } from './judge-change.ts';
import { judgeLimit } from './judge-limit.ts';
import { judgeNonInferior } from './judge-non-inferior.ts';
import type { Answer, Draft, Question } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import type { Policy } from './policy.ts';
import { directionProblems, entryFor, questionsOf, type Unanswerable } from './questions.ts';
import { overallVerdict, weigh } from './weigh.ts';
import { allowedText } from './words.ts';

/** Everything a decision rests on. */
export interface DecisionRequest {
  readonly policy: Policy;
  readonly candidate: MetricsView;
  readonly baseline: MetricsView | undefined;
  readonly onNoBaseline: Verdict;
  /** Milliseconds since 1970; the age of the baseline is counted from here. */
  readonly now: number;
  readonly resampling: Resampling;
}

/** What was decided and why. */
export interface Decision {
  readonly verdict: Verdict;
  readonly gates: readonly GateResult[];
  readonly requiredTests: number;
  readonly exploratoryTests: number;
  /** What comparisons rest on, in words; empty without a baseline. */
  readonly basis: string;
  readonly flips: Flips | undefined;
  readonly notes: readonly string[];
}

/** The coverage of intervals that are shown beside changes. */
const SHOWN_LEVEL = 0.95;

/** A baseline and how it may be compared with. */
interface Reference {
  readonly view: MetricsView;
  readonly basis: Basis;
  readonly compare: Comparer | undefined;
}

/**
 * Decides all gates of a policy about a candidate.
 *
 * @throws ActionError invalid-input when it is not known which way a metric is better that a gate compares
 */
export function decide(request: DecisionRequest): Decision {
  const { policy, candidate, baseline } = request;
  const questions = questionsOf(policy, candidate, baseline);
  const problems = directionProblems(questions, policy);
  if (problems.length > 0) throw new ActionError('invalid-input', problems.join('\n'));
  const reference = baseline && referenceOf(request, baseline);
  const drafts = questions.map((asked) => draftOf(asked, reference, policy));
  const weighed = weigh(drafts, policy, request.onNoBaseline);
  return {
    ...weighed,
    verdict: overallVerdict(weighed.gates),
    basis: reference ? basisText(reference.basis) : '',
    flips: reference && flipsBetween(reference.basis, candidate, undefined),
    notes: notesOn(candidate, baseline),
  };
}

function referenceOf({ candidate, policy, now, resampling }: DecisionRequest, view: MetricsView): Reference {
  const basis = comparisonBasis(candidate, view, policy.evidence, now);
  const compare =
    basis.kind === 'refused'
      ? undefined
      : comparer(candidate, view, basis, (name) => metricByName(name, candidate.document?.task), resampling);
  return { view, basis, compare };
}

function flipsBetween(basis: Basis, candidate: MetricsView, slice: string | undefined): Flips | undefined {
  if (basis.kind !== 'paired' || !hasAnswers(candidate)) return undefined;
  return flipsOf(basis.rows, slice);
}

/** Tasks whose rows are right or wrong. */
const ANSWERS: ReadonlySet<string> = new Set(['binary', 'multiclass', 'multilabel', 'text']);
const hasAnswers = ({ document }: MetricsView): boolean =>
  document === undefined || ANSWERS.has(document.task);

function notesOn(candidate: MetricsView, baseline: MetricsView | undefined): readonly string[] {
  const excluded = (candidate.document?.excludedGroups ?? []).map(({ slice, n, reason }) => {
    const name = Object.entries(slice).map(([column, value]) => `${column} = ${value}`);
    return `Not evaluated: ${name.join(', ')} (${n} rows): ${reason}`;
  });
  const same =
    baseline?.digest === candidate.digest
      ? ['The baseline is the very file that is judged: every comparison with it is empty.']
      : [];
  return [...same, ...excluded];
}

function draftOf(asked: Question | Unanswerable, reference: Reference | undefined, policy: Policy): Draft {
  const { gate, id, slice } = asked;
  const base = reference && entryFor(reference.view, gate.metric, slice);
  const answer: Answer =
    'entry' in asked ? answerOf(asked, reference, base, policy) : { status: 'missing', reason: asked.reason };
  const { comparison, test } = answer;
  const note = comparison?.note ? ` (${comparison.note})` : '';
  return {
    id,
    metric: gate.metric,
    ...(slice !== undefined && { slice }),
    severity: gate.severity,
    outcome: gate.outcome,
    exploratory: gate.exploratory,
    status: answer.status,
    ...measuredBy(asked, comparison, base),
    ...(comparison && { change: changeOf(comparison), ...methodOf(comparison) }),
    ...(answer.rowsNeeded !== undefined && { rowsNeeded: answer.rowsNeeded }),
    ...flipsOn(reference, slice, comparison),
    reason: `${answer.reason}${note}`,
    ...(gate.line !== undefined && { line: gate.line }),
    ...(test && { test }),
    advisory: comparison?.advisory ?? false,
  };
}

type Measured = Pick<Draft, 'candidate' | 'baseline' | 'allowed'> &
  Partial<Pick<Draft, 'direction' | 'unit' | 'n'>>;

/** The numbers themselves and what they are. */
function measuredBy(
  asked: Question | Unanswerable,
  comparison: Comparison | undefined,
  base: MetricEntry | undefined,
): Measured {
  const baseline = comparison?.baseline ?? base?.value ?? null;
  if (!('entry' in asked))
    return { candidate: null, baseline, allowed: allowedText(asked.gate.rule, undefined, undefined) };
  const { entry, direction, unit, gate } = asked;
  const n = comparison?.n ?? entry.n;
  return {
    ...(direction && { direction }),
    ...(unit !== undefined && { unit }),
    candidate: comparison?.candidate ?? entry.value,
    baseline,
    allowed: allowedText(gate.rule, direction, unit),
    ...(n !== undefined && { n }),
  };
}

function flipsOn(
  reference: Reference | undefined,
  slice: string | undefined,
  comparison: Comparison | undefined,
): { readonly flips?: Flips } {
  if (reference === undefined || slice === undefined || !comparison?.difference) return {};
  const flips = flipsBetween(reference.basis, reference.view, slice);
  return flips ? { flips } : {};
}

const methodOf = ({ difference }: Comparison): { readonly method: string } => ({
  method: difference?.method ?? 'plain-numbers',
});

function changeOf({ change, difference }: Comparison): NonNullable<GateResult['change']> {
  if (difference === undefined) return { value: change };
  return { value: change, ...difference.interval(SHOWN_LEVEL), level: SHOWN_LEVEL };
}

function answerOf(
  question: Question,
  reference: Reference | undefined,
  base: MetricEntry | undefined,
  policy: Policy,
): Answer {
  const { entry, gate } = question;
  if (entry.value === null)
    return { status: 'undefined', reason: `no value: ${entry.problem ?? 'it is not defined'}` };
  if (gate.rule.kind === 'limit') return tooFew(question, entry.n) ?? judgeLimit(question, gate.rule);
  if (reference === undefined)
    return { status: 'no-baseline', reason: 'there is no baseline to compare with' };
  if (reference.compare === undefined) return { status: 'refused', reason: reference.basis.note };
  if (base === undefined)
    return { status: 'no-baseline', reason: `the baseline does not hold ${nameOf(question)}` };
  if (base.value === null)
    return {
      status: 'no-baseline',
      reason: `the baseline has no value: ${base.problem ?? 'it is not defined'}`,
    };
  const unlike = unlikeParams(entry, base);
  if (unlike !== undefined) return { status: 'refused', reason: unlike };
  const comparison = reference.compare(entry, base);
  const few = tooFew(question, comparison.n);
  if (few) return { ...few, comparison };
  return gate.rule.kind === 'non-inferior'
    ? judgeNonInferior(question, gate.rule, comparison, policy.confidence)
    : judgeChange(question, gate.rule, comparison);
}

const nameOf = ({ gate, slice }: Question): string =>
  slice === undefined ? gate.metric : `${gate.metric} on the slice ${slice}`;

function tooFew({ gate }: Question, n: number | undefined): Answer | undefined {
  if (gate.minRows <= 1 || (n !== undefined && n >= gate.minRows)) return undefined;
  const found = n === undefined ? 'an unknown number of rows' : `${n} rows`;
  return { status: 'too-few-rows', reason: `it rests on ${found}, min-rows asks for ${gate.minRows}` };
}

/** Choices that may differ between two models of one metric: where they were cut off, and how often resampled. */
const FREE_PARAMS: ReadonlySet<string> = new Set([
  'min_group',
  'max_group',
  'rate',
  'threshold',
  'resamples',
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
