import type { Comparison } from './compare.ts';
import { type Answer, type Question, slack } from './judgement.ts';
import type { Rule } from './policy.ts';
import { inUnit, type Quantity } from './quantity.ts';
import { changeText, numberText, pText, shareText, valueText } from './words.ts';

type ChangeRule = Rule & { readonly kind: 'versus' | 'max-regression' | 'max-improvement' };

/** One side on which the change has to stay. */
interface Fence {
  readonly side: 'at-least' | 'at-most';
  readonly change: number;
  readonly exclusive: boolean;
}

/** Judges how far the candidate may be from the baseline, on the estimate; the interval is shown beside it. */
export function judgeChange(question: Question, rule: ChangeRule, comparison: Comparison): Answer {
  const fence = fenceOf(question, rule, comparison.baseline);
  if (typeof fence === 'string') return { status: 'refused', reason: fence, comparison };
  const { candidate, baseline, change } = comparison;
  const room = fence.side === 'at-least' ? change - fence.change : fence.change - change;
  const tolerance = slack(candidate, baseline, fence.change);
  const ok = fence.exclusive ? room > tolerance : room >= -tolerance;
  const relative = baseline === 0 ? '' : `, ${shareText(change, baseline)}`;
  const moved = `from ${valueText(baseline, question.unit)} to ${valueText(candidate, question.unit)} (${changeText(change, question.unit)}${relative})`;
  const wanted = `${fence.exclusive ? 'beyond ' : ''}${changeText(fence.change, question.unit)} or ${fence.side === 'at-least' ? 'more' : 'less'}`;
  return {
    status: ok ? 'pass' : 'fail',
    reason: `${moved}, ${ok ? 'within' : 'but'} the allowed ${ok ? '' : 'change is '}${wanted}${chance(comparison, ok)}${intent(question, rule)}`,
    comparison,
    loss: fence.side === 'at-least' ? -change : change,
  };
}

/** Says so when a change that fails may be noise: a reader should then ask for more rows, or for non-inferiority. */
function chance({ difference }: Comparison, ok: boolean): string {
  if (ok || difference === undefined || difference.p < 0.05) return '';
  return `; the change may be chance (${pText(difference.p)}), a non-inferior gate would take that into account`;
}

/** An inline gate that points the other way than the metric limits improvement; that is rarely what was meant. */
function intent({ direction }: Question, rule: ChangeRule): string {
  if (rule.kind !== 'versus' || direction === undefined) return '';
  const limitsLoss = (direction === 'higher') === (rule.side === 'at-least');
  return limitsLoss ? '' : `; ${direction} is better, so this gate limits improvement`;
}

function fenceOf(question: Question, rule: ChangeRule, baseline: number): Fence | string {
  const change =
    rule.kind === 'max-regression'
      ? loss(question, rule, baseline)
      : amount(offsetOf(rule), question, baseline);
  if (typeof change === 'string') return change;
  if (rule.kind === 'versus') return { side: rule.side, change, exclusive: rule.exclusive };
  const downward = (question.direction !== 'lower') === (rule.kind === 'max-regression');
  return { side: downward ? 'at-least' : 'at-most', change: downward ? -change : change, exclusive: false };
}

const offsetOf = (rule: ChangeRule & { readonly kind: 'versus' | 'max-improvement' }): Quantity =>
  rule.kind === 'versus' ? rule.offset : rule.absolute;

/** The greatest loss that two tolerances leave, or why it cannot be had. */
function loss(
  question: Question,
  { absolute, relative, combine }: ChangeRule & { readonly kind: 'max-regression' },
  baseline: number,
): number | string {
  const fixed = absolute && amount(absolute, question, baseline);
  if (typeof fixed === 'string') return fixed;
  const share = relative === undefined ? undefined : relative * Math.abs(baseline);
  const tolerances = [fixed, share].filter((tolerance) => tolerance !== undefined);
  return combine === 'all' ? Math.max(...tolerances) : Math.min(...tolerances);
}

/** A quantity in the unit of the metric; a percentage is one of the baseline. Or why it cannot be had. */
export function amount(
  quantity: Quantity,
  { unit, gate }: Pick<Question, 'unit' | 'gate'>,
  baseline: number,
): number | string {
  if (quantity.dimension === 'percent') return quantity.value * Math.abs(baseline);
  return (
    inUnit(quantity, unit) ??
    `${quantity.text} is not in the unit of ${gate.metric}, ${unit ?? 'which has none'}; give a plain number such as ${numberText(quantity.value)}`
  );
}
