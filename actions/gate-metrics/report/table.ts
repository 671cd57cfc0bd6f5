import type { GateResult } from '../../lib/documents/gate.ts';
import { valueText } from '../../lib/policy/words.ts';
import { formatCount } from '../../lib/report/format-number.ts';
import type { Verdict } from '../../lib/verdict.ts';
import { changeCell } from './change.ts';
import { dayOf, inlineText, unbroken, userText } from './text.ts';

/** Longest reason in a table; the whole one is in gate.json. */
const LONGEST_REASON = 320;

/** The head of the table of gates. @param confidence - nominal coverage of the intervals */
export const tableHead = (confidence: number): string =>
  [
    `| | Gate | Candidate | Baseline | Change (${Number((confidence * 100).toPrecision(4))}&nbsp;% interval) | Allowed | Result |`,
    '|---|---|---:|---:|---:|---:|---|',
  ].join('\n');

/** A gate as a row of that table. */
export function tableRow(gate: GateResult): string {
  const cells = [
    SYMBOLS[symbolOf(gate)],
    inlineText(gateName(gate), 240),
    gate.candidate === null ? '-' : unbroken(valueText(gate.candidate, gate.unit)),
    gate.baseline === null ? '-' : unbroken(valueText(gate.baseline, gate.unit)),
    changeCell(gate),
    unbroken(gate.allowed),
    result(gate),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Beside each symbol stands a word, because a symbol alone says nothing to a screen reader. */
const SYMBOLS = {
  fail: ':x:',
  inconclusive: ':question:',
  warn: ':warning:',
  waived: ':ballot_box_with_check:',
  pass: ':white_check_mark:',
} as const satisfies Record<Verdict, string>;

/** A gate that passes only because nothing could be said is no tick. */
const symbolOf = ({ verdict, status }: GateResult): Verdict =>
  verdict === 'pass' && status !== 'pass' ? 'inconclusive' : verdict;

const STATUS: Readonly<Record<GateResult['status'], string>> = {
  pass: 'ok',
  fail: 'not allowed',
  inconclusive: 'inconclusive',
  'too-few-rows': 'too few rows',
  missing: 'missing',
  undefined: 'no value',
  'no-baseline': 'no baseline',
  refused: 'not comparable',
};

function result(gate: GateResult): string {
  const reason = userText(gate.reason, LONGEST_REASON);
  if (gate.status === 'pass') {
    const word = /^better/.test(gate.reason) ? 'improved' : STATUS.pass;
    // The change and what is allowed stand beside it and say as much; a limit has its reason alone.
    return gate.change === undefined ? `${word}: ${reason}` : word;
  }
  const until = gate.waiver === undefined ? '' : ` until ${dayOf(gate.waiver.expires)}`;
  const word =
    gate.verdict === 'waived' ? `waived${until}, else ${STATUS[gate.status]}` : STATUS[gate.status];
  const only =
    gate.severity === 'error' ? '' : gate.severity === 'warning' ? ' (advisory)' : ' (for information)';
  return `**${word}**${only}: ${reason}`;
}

/** The id of the gate in the policy: a gate on every slice has the slice behind it in its results. */
export const gateId = ({
  id,
  slice,
}: {
  readonly id: string;
  readonly slice?: string | undefined;
}): string => (slice !== undefined && id.endsWith(`[${slice}]`) ? id.slice(0, -slice.length - 2) : id);

/** The metric, its slice and rows, and which way is better where that is not the usual way. Plain text. */
export function gateName({ id, metric, slice, by, n, direction, against }: GateResult): string {
  const on = slice === undefined ? metric : `${metric}, ${slice.replaceAll('=', ' = ')}`;
  const own =
    id === metric || id.startsWith(`${metric} `) || id.startsWith(`${metric}[`)
      ? ''
      : `${gateId({ id, slice })}: `;
  const rows = slice === undefined || n === undefined ? '' : ` (n = ${formatCount(n)})`;
  const groups = by === undefined ? '' : ` by ${by}`;
  const other = against === undefined || against === 'baseline' ? '' : ` against ${against}`;
  return `${own}${on}${groups}${rows}${other}${direction === 'lower' ? ' (lower is better)' : ''}`;
}

/** What holds is ranked from here on. */
export const HOLDS = 5;

const RANKS: Readonly<Record<Verdict, number>> = {
  fail: 0,
  inconclusive: 1,
  warn: 2,
  waived: 3,
  pass: HOLDS,
};

/** Blocking gates first, then what is open, then what holds. */
export const rank = ({ verdict, status }: Pick<GateResult, 'verdict' | 'status'>): number =>
  verdict === 'pass' && status !== 'pass' ? 4 : RANKS[verdict];
