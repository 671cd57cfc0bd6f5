import type { GateDocument, GateOutcome, PolicyDifference } from '../../lib/documents/gate.ts';
import type { Verdict } from '../../lib/verdict.ts';
import { inlineText, userCode, userText } from './text.ts';

/** What is said above the table of differences when a pull request edits its own policy; empty when it does not. */
export function policyChangeLead({ policyChange: edited, policy, verdict }: GateDocument): string {
  if (edited === undefined) return '';
  const would =
    edited.verdict === verdict
      ? `The edited one would come to the same verdict, ${edited.verdict}`
      : `The edited one would say **${edited.verdict}** in place of **${verdict}**`;
  const said = `**This pull request edits its own policy,** ${userCode(policy.path)}. The base branch's decides. ${would}`;
  return edited.differences.length === 0 ? `${said}, and judges no gate differently.` : `${said}:`;
}

/** The table that follows: how both policies judge each gate that they judge differently. */
export const policyChangeHead = '| Gate | Base branch, decides | This pull request |\n|---|---|---|';

export const policyChangeRow = ({ id, base, head }: PolicyDifference): string =>
  `| ${inlineText(id)} | ${side(base, 'not there')} | ${side(head, '**removed**')} |`;

const side = (judged: PolicyDifference['base'], absent: string): string =>
  judged === null ? absent : `${inlineText(judged.allowed)}: ${judged.verdict}`;

/** How the policy's own condition stands; empty where it has none. */
export function compositeText({ composite }: GateDocument): string {
  if (composite === undefined) return '';
  const stands =
    composite.holds === null
      ? 'is left open by inconclusive gates'
      : composite.holds
        ? 'holds'
        : 'does not hold';
  return `The policy's condition ${userCode(composite.expression, 500)} **${stands}**.`;
}

const ASKED: Readonly<Record<GateOutcome, string>> = {
  block: 'this change is blocked',
  rollback: 'the model in production is to be taken back (rollback)',
  retrain: 'a new model is to be trained (retrain)',
};

/** What the failed gates ask for beside blocking; empty where that is all. */
export const outcomesText = ({ outcomes }: GateDocument): string =>
  outcomes.every((outcome) => outcome === 'block')
    ? ''
    : `**What the failed gates ask for:** ${outcomes.map((outcome) => ASKED[outcome]).join('; ')}.`;

const SYMBOLS: Readonly<Record<Exclude<Verdict, 'pass'>, string>> = {
  fail: ':x: blocks',
  inconclusive: ':question: is inconclusive',
  warn: ':warning: warns',
  waived: ':ballot_box_with_check: is waived',
};

/** Guards over the evidence that do not hold, one Markdown text each. */
export const brokenGuards = ({ guards }: GateDocument): readonly string[] =>
  guards.flatMap(({ id, verdict, reason }) =>
    verdict === 'pass' ? [] : [`${SYMBOLS[verdict]}, **${userText(id)}**: ${userText(reason, 320)}`],
  );
