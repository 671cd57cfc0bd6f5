import type { Flips, GateResult } from '../documents/gate.ts';
import { answerOf } from './answer.ts';
import type { Comparison } from './compare.ts';
import { againstText, type Counterpart, type Reference, type References } from './counterpart.ts';
import { groupsNote } from './fairness-gaps.ts';
import { findNumber } from './find-number.ts';
import { flipsBetween } from './flips.ts';
import type { Answer, Draft, Question } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import type { Gate, Policy } from './policy.ts';
import type { Asked } from './questions.ts';
import { allowedText } from './words.ts';

/** The coverage of intervals that are shown beside changes. */
const SHOWN_LEVEL = 0.95;

/** A gate as it is handed to weighing, and how much it would lose. */
export interface Drafted {
  readonly gate: Gate;
  readonly draft: Draft;
  readonly loss: number | undefined;
  /** Whether only plain numbers were compared, of which nobody knows how certain they are. */
  readonly plain: boolean;
}

/** Answers a question and writes down all a report says about it. */
export function draftOf(
  asked: Asked,
  references: References,
  candidate: MetricsView,
  policy: Policy,
): Drafted {
  const { gate, slice } = asked;
  const isQuestion = 'entry' in asked;
  const counterpart = isQuestion && gate.rule.kind !== 'limit' ? references.counterpart(asked) : undefined;
  const answer: Answer = isQuestion
    ? answerOf(asked, counterpart, candidate, policy)
    : { status: asked.status, reason: asked.reason };
  const { comparison, test } = answer;
  const against = againstText(gate);
  const draft: Draft = {
    id: asked.id,
    metric: gate.metric,
    ...(slice !== undefined && { slice }),
    ...(gate.target.kind === 'groups' && { by: gate.target.by }),
    severity: gate.severity,
    outcome: gate.outcome,
    ...(against !== undefined && { against }),
    exploratory: gate.exploratory,
    status: answer.status,
    ...measuredBy(asked, comparison, counterpart?.entry ?? shownBeside(asked, references)),
    ...(comparison && { change: changeOf(comparison), ...methodOf(comparison) }),
    ...(answer.rowsNeeded !== undefined && { rowsNeeded: answer.rowsNeeded }),
    ...flipsOn(referenceOf(counterpart), slice, comparison),
    reason: [answer.reason, ...remarks(asked, comparison, candidate)].join(' '),
    ...(gate.line !== undefined && { line: gate.line }),
    ...(test && { test }),
    advisory: comparison?.advisory ?? false,
  };
  return { gate, draft, loss: answer.loss, plain: comparison !== undefined && !comparison.difference };
}

/** What a reader should know beside the answer, each in brackets. */
function remarks(
  { gate: { metric, target } }: Asked,
  comparison: Comparison | undefined,
  candidate: MetricsView,
): readonly string[] {
  const groups = target.kind === 'groups' ? groupsNote(candidate, metric, target.by) : '';
  return [comparison?.note ?? '', groups].filter((text) => text !== '').map((text) => `(${text})`);
}

/** A limit compares with nothing; the baseline's number is shown beside it all the same. */
const shownBeside = ({ gate, slice }: Asked, references: References): MetricEntry | undefined => {
  const name = gate.versus?.kind === 'baseline' ? gate.versus.name : undefined;
  const view = gate.versus?.kind === 'best-of' ? undefined : references.baseline(name)?.view;
  return view && findNumber(view, gate, slice);
};

type Measured = Pick<Draft, 'candidate' | 'baseline' | 'allowed'> &
  Partial<Pick<Draft, 'direction' | 'unit' | 'n'>>;

/** The numbers themselves and what they are. */
function measuredBy(
  asked: Asked,
  comparison: Comparison | undefined,
  base: MetricEntry | undefined,
): Measured {
  const baseline = comparison?.baseline ?? base?.value ?? null;
  if (!('entry' in asked))
    return { candidate: null, baseline, allowed: allowedText(asked.gate.rule, undefined, undefined) };
  const { entry, direction, unit, gate }: Question = asked;
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

const referenceOf = (counterpart: Counterpart | undefined): Reference | undefined =>
  counterpart !== undefined && 'reference' in counterpart ? counterpart.reference : undefined;

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
