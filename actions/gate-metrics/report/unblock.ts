import type { GateDocument, GateResult } from '../../lib/documents/gate.ts';
import type { Policy, WaiverLabel } from '../../lib/policy/policy.ts';
import { numberText, valueText } from '../../lib/policy/words.ts';
import { formatCount, formatDuration } from '../../lib/report/format-number.ts';
import { gateName } from './table.ts';
import { inlineText, joined, userCode, userText } from './text.ts';

/** What a person can do about each gate and guard that blocks or is open, one Markdown text each. */
export function unblockingItems(document: GateDocument, waivers: Policy['waivers']): readonly string[] {
  const open = document.gates.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  const guarded = document.guards.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  const items = [
    ...open.map((gate) => joined([`${hint(gate)}`, waiving(gate, waivers)], ', or ')),
    ...guarded.map(
      ({ id }) =>
        `${userText(id)}: measure on no less than what the baseline was measured on, or change ${userCode('evidence:')} in the policy`,
    ),
  ];
  return items.length === 0 ? [] : [...new Set(items), changeTheGate(document)];
}

function changeTheGate({ policy }: GateDocument): string {
  const where =
    policy.path === ''
      ? 'the inline gates of the workflow'
      : `${userCode(policy.path)}${policy.ref === 'base' ? ' on the base branch, in a pull request of its own' : ''}`;
  return `if the change is meant: change the gate in ${where}`;
}

/** What would make one gate hold. */
function hint(gate: GateResult): string {
  const name = userText(gateName(gate), 240);
  const value = (number: number): string => inlineText(valueText(number, gate.unit));
  const allowed = inlineText(gate.allowed);
  switch (gate.status) {
    case 'missing':
      return `${name}: measure it in the evaluation, or take the gate away`;
    case 'undefined':
      return `${name}: give it test rows on which it is defined`;
    case 'too-few-rows':
      return `${name}: evaluate on more rows; it has ${gate.n === undefined ? 'an unknown number' : formatCount(gate.n)}`;
    case 'no-baseline':
      return `${name}: name a baseline that holds it`;
    case 'refused':
      return `${name}: ${userText(gate.reason, 320)}`;
    case 'inconclusive':
      return gate.rowsNeeded === undefined
        ? `${name}: more test rows would decide it`
        : `${name}: about ${formatCount(gate.rowsNeeded)} test rows would settle it; it has ${formatCount(gate.n ?? 0)}`;
    default:
      return gate.baseline === null || gate.change === undefined
        ? `${name}: it has ${gate.candidate === null ? 'no value' : value(gate.candidate)}, allowed is ${allowed}`
        : `${name}: bring it from ${gate.candidate === null ? 'no value' : value(gate.candidate)} back towards the baseline's ${value(gate.baseline)}; allowed is ${allowed}`;
  }
}

/** Whether a waiver of a gate covers a result: that of the gate itself, or of one of its slices. */
const covers = (gate: string, { id }: GateResult): boolean => id === gate || id.startsWith(`${gate}[`);

/** The ways past a gate that the policy offers. */
function waiving(gate: GateResult, { labels, file }: Policy['waivers']): string {
  const offered = labels.flatMap((label) =>
    label.gates.filter((waived) => covers(waived, gate)).map((waived) => labelOffer(label, waived)),
  );
  const entry = file === undefined ? [] : [`enter a waiver in ${userCode(file)} on the base branch`];
  return [...offered, ...entry].join(', or ');
}

function labelOffer(offer: WaiverLabel, gate: string): string {
  const { label, appliedBy, reasonRequired, expiresAfterMs, maxValueLoss } = offer;
  const comment = reasonRequired ? ` and comment ${userCode(`/waive ${gate} because …`)}` : '';
  const terms = [
    appliedBy.map((who) => userText(who.replace(/^role:/, ''))).join(' or '),
    `counts ${formatDuration(expiresAfterMs)}`,
    maxValueLoss === undefined ? '' : `excuses a loss of at most ${numberText(maxValueLoss)}`,
  ];
  return `add the label ${userCode(label)}${comment} (${joined(terms, '; ')})`;
}
