import type { GateDocument, GateResult, PolicyDifference } from '../lib/documents/gate.ts';
import { changeText, shareText, valueText } from '../lib/policy/words.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { markdownText } from '../lib/report/markdown.ts';
import type { Verdict } from '../lib/verdict.ts';
import { decidedHow } from './report-details.ts';

/** What a report says besides the document itself. */
export interface ReportContext {
  /** Where the run can be seen; empty outside GitHub. */
  readonly runUrl: string;
  readonly run: number;
  /** Commit the report is about; empty outside GitHub. */
  readonly headSha: string;
  /** The heading and commit of the report that this one replaces. */
  readonly previous: string | undefined;
}

/** How many gates that hold are shown beside the others, and how many at all. */
export interface ReportLimits {
  readonly openRows: number;
  readonly rows: number;
}

export const COMMENT_LIMITS: ReportLimits = { openRows: 6, rows: 100 };
export const SUMMARY_LIMITS: ReportLimits = { openRows: 20, rows: 1000 };

/** The verdict as one line of plain text; the first line of every report. */
export function verdictLine({ gates, verdict }: Pick<GateDocument, 'gates' | 'verdict'>): string {
  const count = (wanted: Verdict): number => gates.filter((gate) => gate.verdict === wanted).length;
  const all = formatQuantity(gates.length, 'gate');
  const of = (wanted: Verdict, one: string, many: string): string =>
    `${count(wanted)} of ${all} ${count(wanted) === 1 ? one : many}`;
  const lines: Readonly<Record<Verdict, string>> = {
    fail: `failed, ${of('fail', 'blocks', 'block')}`,
    inconclusive: `undecided, ${of('inconclusive', 'is inconclusive', 'are inconclusive')}`,
    warn: `passed with warnings, ${of('warn', 'warns', 'warn')}`,
    waived: `passed with waivers, ${of('waived', 'is waived', 'are waived')}`,
    pass: gates.length === 1 ? 'passed, the gate holds' : `passed, all ${all} hold`,
  };
  return `Model gate ${lines[verdict]}`;
}

/** The whole report as Markdown. The texts of users stand in it as texts and do nothing. */
export function renderReport(document: GateDocument, context: ReportContext, limits: ReportLimits): string {
  const shown = [...document.gates].sort((a, b) => rank(a) - rank(b));
  const attention = shown.filter((gate) => rank(gate) < HOLDS);
  const holding = shown.filter((gate) => rank(gate) === HOLDS);
  const open = [...attention, ...holding.slice(0, Math.max(0, limits.openRows - attention.length))];
  const folded = shown.slice(open.length);
  const sections = [
    `### ${verdictLine(document)}`,
    introduction(document),
    table(open.slice(0, limits.rows)),
    omitted(open.length - limits.rows, 'more gates that need attention are in gate.json'),
    unblocking(document, attention),
    changedRows(document, attention),
    policyChange(document),
    fold(
      `${formatQuantity(folded.length, 'more gate')}, all holding`,
      table(folded.slice(0, limits.rows)),
      folded.length > 0,
    ),
    fold('How this was decided', decidedHow(document), true),
    footer(context),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const HOLDS = 5;

/** Blocking gates first, then what is open, then what holds. */
function rank({ verdict, status }: GateResult): number {
  const ranks: Readonly<Record<Verdict, number>> = {
    fail: 0,
    inconclusive: 1,
    warn: 2,
    waived: 3,
    pass: HOLDS,
  };
  return verdict === 'pass' && status !== 'pass' ? 4 : ranks[verdict];
}

const shortSha = (commit: string): string => (commit === '' ? '' : ` at \`${commit.slice(0, 7)}\``);

function introduction({ model, candidate, baseline }: GateDocument): string {
  const name = model ? `**${markdownText(model.name)}**` : markdownText(candidate.location);
  const subject = `${name}${shortSha(candidate.commit)}`;
  if (baseline === null) return `${subject}, judged without a baseline.`;
  return `${subject} compared with ${markdownText(baseline.location)}${shortSha(baseline.commit)} ${markdownText(baseline.basis)}.`;
}

const HEAD = [
  '| | Gate | Candidate | Baseline | Change (95 % interval) | Allowed | Result |',
  '|---|---|---:|---:|---:|---:|---|',
];

function table(gates: readonly GateResult[]): string {
  return gates.length === 0 ? '' : [...HEAD, ...gates.map(tableRow)].join('\n');
}

/** A symbol and the word for it, because a symbol alone says nothing to a screen reader. */
function result(gate: GateResult): readonly [string, string] {
  const words: Readonly<Record<GateResult['status'], string>> = {
    pass: /^better/.test(gate.reason) ? 'improved' : 'ok',
    fail: 'not allowed',
    inconclusive: 'inconclusive',
    'too-few-rows': 'too few rows',
    missing: 'missing',
    undefined: 'no value',
    'no-baseline': 'no baseline',
    refused: 'not comparable',
  };
  const symbols: Readonly<Record<Verdict, string>> = {
    fail: ':x:',
    inconclusive: ':grey_question:',
    warn: ':warning:',
    waived: ':white_check_mark:',
    pass: gate.status === 'pass' ? ':white_check_mark:' : ':grey_question:',
  };
  const effect = gate.severity === 'error' || gate.status === 'pass' ? '' : ` (${gate.severity} only)`;
  return [symbols[gate.verdict], `${words[gate.status]}${effect}`];
}

function tableRow(gate: GateResult): string {
  const [symbol, word] = result(gate);
  const held = gate.status === 'pass';
  const cells = [
    symbol,
    gateName(gate),
    gate.candidate === null ? '-' : valueText(gate.candidate, gate.unit),
    gate.baseline === null ? '-' : valueText(gate.baseline, gate.unit),
    change(gate),
    gate.allowed,
    `${held ? word : `**${word}**`}: ${gate.reason}`,
  ];
  return `| ${cells.map((cell, index) => (index === 0 ? cell : escapeCell(cell, index))).join(' | ')} |`;
}

/** The last cell holds a bold word of ours before the user's text. */
function escapeCell(cell: string, index: number): string {
  const bold = index === HEAD_CELLS - 1 ? /^(\*\*[\w ()]+\*\*: )(.*)$/s.exec(cell) : null;
  return bold ? `${bold[1]}${markdownText(bold[2] ?? '')}` : cellText(cell);
}

/** In a table cell nothing can begin a list, so numbers and signs need no backslash. */
const cellText = (text: string): string => markdownText(text).replace(/^(\d*)\\([-+.])/, '$1$2');

const HEAD_CELLS = 7;

/** The metric, its slice and rows, and which way is better where that is not the usual way. */
export function gateName({ id, metric, slice, n, direction }: GateResult): string {
  const on = slice === undefined ? metric : `${metric}, ${slice.replaceAll('=', ' = ')}`;
  const own = id === metric || id.startsWith(`${metric} `) || id.startsWith(`${metric}[`) ? '' : `${id}: `;
  const rows = slice === undefined || n === undefined ? '' : ` (n = ${formatCount(n)})`;
  return `${own}${on}${rows}${direction === 'lower' ? ' (lower is better)' : ''}`;
}

function change({ change: moved, unit, baseline }: GateResult): string {
  if (moved === undefined) return '-';
  const share =
    unit !== undefined && baseline !== null && baseline !== 0 ? `${shareText(moved.value, baseline)}, ` : '';
  const range =
    moved.low === undefined || moved.high === undefined
      ? ''
      : ` (${changeText(moved.low, unit)} to ${changeText(moved.high, unit)})`;
  return `${share}${changeText(moved.value, unit)}${range}`;
}

function unblocking({ policy }: GateDocument, attention: readonly GateResult[]): string {
  const blocking = attention.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  if (blocking.length === 0) return '';
  const hints = [...new Set(blocking.slice(0, 10).map(hint))].map((text) => `- ${markdownText(text)}`);
  const where =
    policy.path === ''
      ? 'the inline gates of the workflow'
      : `${markdownText(policy.path)}${policy.ref === 'base' ? ' on the base branch, in a pull request of its own' : ''}`;
  return `**What would unblock this:**\n\n${hints.join('\n')}\n- If the change is meant: change the gate in ${where}.`;
}

/** What a person can do about one gate. */
function hint(gate: GateResult): string {
  const name = gateName(gate);
  switch (gate.status) {
    case 'missing':
      return `${name}: measure it in the evaluation, or take the gate away`;
    case 'undefined':
      return `${name}: give it test rows on which it is defined`;
    case 'too-few-rows':
      return `${name}: evaluate on more rows; it has ${gate.n ?? 'an unknown number'}`;
    case 'no-baseline':
      return `${name}: name a baseline that holds it`;
    case 'refused':
      return `${name}: ${gate.reason}`;
    case 'inconclusive':
      return gate.rowsNeeded === undefined
        ? `${name}: more test rows would decide it`
        : `${name}: about ${formatCount(gate.rowsNeeded)} test rows would settle it; it has ${formatCount(gate.n ?? 0)}`;
    default:
      return gate.baseline === null || gate.change === undefined
        ? `${name}: bring it to ${gate.allowed}`
        : `${name}: bring it from ${valueText(gate.candidate ?? Number.NaN, gate.unit)} back towards the baseline's ${valueText(gate.baseline, gate.unit)}; allowed is ${gate.allowed}`;
  }
}

function changedRows({ flips }: GateDocument, attention: readonly GateResult[]): string {
  if (flips === undefined) return '';
  const inSlices = attention.flatMap(({ slice, flips: own }) =>
    slice === undefined || own === undefined
      ? []
      : [`in ${markdownText(slice)} ${formatCount(own.fixed)} fixed, ${formatCount(own.broken)} broken`],
  );
  const total = `${formatCount(flips.fixed)} fixed, ${formatCount(flips.broken)} broken of ${formatCount(flips.rows)}`;
  return `Rows that changed: ${[total, ...new Set(inSlices)].join('; ')}.`;
}

function policyChange({ policyChange: edited, policy }: GateDocument): string {
  if (edited === undefined) return '';
  const side = (judged: PolicyDifference['base']): string =>
    judged === null ? 'not a gate' : markdownText(`${judged.allowed}: ${judged.verdict}`);
  const rows = edited.differences.map(
    ({ id, base, head }) => `| ${markdownText(id)} | ${side(base)} | ${side(head)} |`,
  );
  const said = `**This pull request edits ${markdownText(policy.path)}.** The base branch's decides; the edited one would say: ${edited.verdict}.`;
  if (rows.length === 0) return `${said} No gate is judged differently.`;
  return [said, '', '| Gate | Base branch | This pull request |', '|---|---|---|', ...rows].join('\n');
}

const fold = (title: string, body: string, wanted: boolean): string =>
  wanted && body !== '' ? `<details><summary>${title}</summary>\n\n${body}\n\n</details>` : '';

const omitted = (count: number, what: string): string => (count > 0 ? `${formatCount(count)} ${what}.` : '');

function footer({ headSha, run, runUrl, previous }: ReportContext): string {
  if (headSha === '') return '';
  const by = runUrl === '' ? '' : ` by [run ${run}](${runUrl})`;
  const before = previous === undefined ? '' : `; before: ${markdownText(previous)}`;
  return `Updated for \`${headSha.slice(0, 7)}\`${by}${before}.`;
}

const HEADING = /^### (Model gate [^\n]*)$/m;
const UPDATED = /^Updated for `([0-9a-f]{7})`/m;

/** What an earlier report of ours said, for the last line of the one that replaces it. */
export function previousState(body: string): string | undefined {
  const heading = HEADING.exec(body)?.[1];
  const commit = UPDATED.exec(body)?.[1];
  return heading === undefined ? undefined : `${heading}${commit === undefined ? '' : ` at ${commit}`}`;
}
