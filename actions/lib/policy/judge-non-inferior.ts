import { formatQuantity } from '../report/format-number.ts';
import { normalQuantile } from '../stats/distributions.ts';
import type { PairedDifference } from '../stats/paired-difference.ts';
import type { Comparison } from './compare.ts';
import { amount } from './judge-change.ts';
import { type Answer, type NonInferiorityTest, type Question, slack } from './judgement.ts';
import type { Rule } from './policy.ts';
import { changeText, pText } from './words.ts';

/** With this chance the rows asked for settle a gate whose two models are equal. */
const POWER = 0.8;

/**
 * Judges non-inferiority: it passes when the one-sided bound of the change clears the margin. Otherwise the answer
 * is inconclusive and carries its test, because whether a loss is proven depends on how many gates were asked.
 */
export function judgeNonInferior(
  question: Question,
  rule: Rule & { readonly kind: 'non-inferior' },
  comparison: Comparison,
  confidence: number,
): Answer {
  const margin = amount(rule.margin, question, comparison.baseline);
  if (typeof margin === 'string') return { status: 'refused', reason: margin, comparison };
  const sign = question.direction === 'lower' ? -1 : 1;
  const { change, difference, baseline, candidate } = comparison;
  const loss = -sign * change;
  const beyond = loss > margin + slack(candidate, baseline);
  const moved = `the change is ${changeText(change, question.unit)}`;
  if (difference === undefined)
    return {
      status: 'inconclusive',
      reason: `${moved}; nothing is known about its certainty`,
      comparison,
      test: { beyond, p: undefined, lossP: undefined },
      loss,
    };
  const { pAbove, pBelow } = difference;
  const notWorse = sign > 0 ? pAbove(-margin) : pBelow(margin);
  const test: NonInferiorityTest = {
    beyond,
    p: sign > 0 ? pBelow(-margin) : pAbove(margin),
    lossP: sign > 0 ? pBelow(0) : pAbove(0),
  };
  const few = rowsWithoutSpread(question, difference, margin, confidence);
  if (few !== undefined && few > difference.n)
    return {
      status: 'inconclusive',
      reason: `${moved}; none of ${formatQuantity(difference.n, 'row')} tells the models apart, which is too few to say that hardly any would`,
      comparison,
      test: { ...test, p: undefined },
      loss,
      rowsNeeded: few,
    };
  if (notWorse < 1 - confidence) {
    const improved = (sign > 0 ? pAbove(0) : pBelow(0)) < 1 - confidence;
    const said = improved ? 'better than the baseline' : 'shown not to be worse than allowed';
    return { status: 'pass', reason: `${said} (${moved}, ${pText(notWorse)})`, comparison, test, loss };
  }
  const rows =
    difference.standardError > 0
      ? rowsNeeded(difference.standardError, difference.n, margin, confidence)
      : rowsOfTango(margin, confidence);
  return {
    status: 'inconclusive',
    reason: moved,
    comparison,
    test,
    loss,
    ...(rows !== undefined && rows > difference.n && { rowsNeeded: rows }),
  };
}

/** Metrics whose change is about as large as the share of rows on which the models differ. */
const BOUNDED_BY_ROWS: ReadonlySet<string | undefined> = new Set(['confusion', 'rank']);

/**
 * Rows after which models that never differed are known to differ on less than the margin's share of rows: the rule of
 * three, ln(1 − confidence) / ln(1 − margin). Where no row differs there is no spread to see, and any other method
 * would be certain of two rows.
 *
 * @returns `undefined` where rows differ, or the metric is not bounded so
 */
function rowsWithoutSpread(
  { entry }: Question,
  { change, standardError, method }: PairedDifference,
  margin: number,
  confidence: number,
): number | undefined {
  // A change that every resample shows alike has no spread either, and is all the more certain.
  const seen = standardError > 0 || change !== 0 || method === 'score-paired';
  if (seen || margin <= 0 || margin >= 1 || !BOUNDED_BY_ROWS.has(entry.kind)) return undefined;
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - margin));
}

/** Rows that show non-inferiority of equal models with a chance of 80 %, if they vary as the present ones do. */
function rowsNeeded(
  standardError: number,
  n: number,
  margin: number,
  confidence: number,
): number | undefined {
  if (n < 1 || margin <= 0) return undefined;
  return Math.ceil(
    ((normalQuantile(confidence) + normalQuantile(POWER)) ** 2 * standardError ** 2 * n) / margin ** 2,
  );
}

/** Rows from which Tango's interval of no differing row clears the margin: more than z² (1 − margin) / margin. */
const rowsOfTango = (margin: number, confidence: number): number | undefined =>
  margin > 0 && margin < 1
    ? Math.floor((normalQuantile(confidence) ** 2 * (1 - margin)) / margin) + 1
    : undefined;
