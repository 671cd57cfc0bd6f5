import type { GateDocument, GateResult } from '../lib/documents/gate.ts';
import type { Policy } from '../lib/policy/policy.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { introduction, noBaseline, type Place } from './report/baseline.ts';
import { decidedHow } from './report/details.ts';
import { fitParts, type Part, whole } from './report/fit.ts';
import { type Origin, originText, unverifiedLine } from './report/origin.ts';
import {
  brokenGuards,
  compositeText,
  outcomesText,
  policyChangeHead,
  policyChangeLead,
  policyChangeRow,
} from './report/policy.ts';
import { flipsText, listedRows, rowLine, rowsHead } from './report/rows.ts';
import { HOLDS, rank, tableHead, tableRow } from './report/table.ts';
import { joined, userText } from './report/text.ts';
import { trendText } from './report/trend.ts';
import { unblockingItems } from './report/unblock.ts';
import { verdictLine } from './report/verdict-line.ts';
import { brokenWaivers, usedWaivers } from './report/waivers.ts';

/** What a report says besides the document itself. */
export interface ReportContext extends Place {
  readonly run: number;
  /** Commit the report is about; empty outside GitHub. */
  readonly headSha: string;
  /** The heading and commit of the report that this one replaces. */
  readonly previous: string | undefined;
  /** Where the artifact with gate.json can be had; empty where there is none, or none yet. */
  readonly artifactUrl: string;
  /** What the deciding policy offers to those who want to waive a gate. */
  readonly waivers: Policy['waivers'];
  /** People and teams who are told, as `@name` or `@org/team`; nobody in most reports. */
  readonly mention: readonly string[];
  /** The untrusted run that a trusted one reports on. */
  readonly origin: Origin | undefined;
}

/** How long a report may be, and how many gates are shown before the others are folded away. */
export interface ReportLimits {
  readonly openRows: number;
  /** Bytes of UTF-8, which is never less than the characters that GitHub counts. */
  readonly maxBytes: number;
}

/** GitHub takes 65,536 characters of a comment; the rest is left for markers and for what redaction adds. */
export const COMMENT_LIMITS: ReportLimits = { openRows: 6, maxBytes: 60_000 };
/** GitHub takes 1 MiB of a step's summary, which other text may share. */
export const SUMMARY_LIMITS: ReportLimits = { openRows: 20, maxBytes: 880 * 1024 };

/** What gives up items first when a report is too long; the gates that need attention are the last. */
const ORDER = {
  rows: 1,
  trends: 2,
  holding: 3,
  how: 4,
  policy: 5,
  waived: 6,
  unblock: 7,
  guards: 8,
  attention: 9,
};

/** The whole report as Markdown. The texts of users stand in it as texts and do nothing. */
export function renderReport(document: GateDocument, context: ReportContext, limits: ReportLimits): string {
  const parts = partsOf(document, context, limits.openRows);
  return fitParts(parts, limits.maxBytes);
}

function partsOf(document: GateDocument, context: ReportContext, openRows: number): readonly Part[] {
  const { primary } = document.report;
  const place = ({ metric }: GateResult): number =>
    primary.includes(metric) ? primary.indexOf(metric) : primary.length;
  const shown = [...document.gates].sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
  const attention = shown.filter((gate) => rank(gate) < HOLDS).length;
  const open = shown.slice(0, Math.max(attention, openRows));
  const holding = shown.slice(open.length);
  const { settings } = document;
  const rest = (count: number, what: string): string => leftOut(count, what, context);
  return [
    whole(`### ${context.origin ? unverifiedLine(document, context.origin) : verdictLine(document)}`),
    whole(originText(context.origin)),
    alerts(brokenWaivers(document.waivers), rest),
    whole(context.mention.length === 0 ? '' : `${context.mention.join(' ')}: this one needs you.`),
    whole(introduction(document, context)),
    whole(noBaseline(document, context)),
    gateTable(open, settings.confidence, ORDER.attention, (count) => rest(count, 'more gates')),
    bullets('**The evidence:**', brokenGuards(document), ORDER.guards, (count) => rest(count, 'more guards')),
    whole(joined([compositeText(document), outcomesText(document)], '\n\n')),
    policyChange(document, rest),
    bullets(
      '**What would unblock this:**',
      unblockingItems(document, context.waivers),
      ORDER.unblock,
      (count) => rest(count, 'more hints'),
    ),
    bullets('**Waived:**', usedWaivers(document.waivers), ORDER.waived, (count) =>
      rest(count, 'more waivers'),
    ),
    changedRows(document, rest),
    folded(
      `${formatQuantity(holding.length, 'more gate')}, all holding`,
      gateTable(holding, settings.confidence, ORDER.holding, (count) => rest(count, 'more gates that hold')),
    ),
    list(document.trends.map(trendText), ORDER.trends, '\n\n', (count) => rest(count, 'more trends')),
    folded(
      'How this was decided',
      bullets('', decidedHow(document, context), ORDER.how, (count) => rest(count, 'more notes')),
    ),
    whole(footer(context)),
  ];
}

/** Items one after the other, with a count of those left out. */
const list = (
  items: readonly string[],
  order: number,
  separator: string,
  rest: (count: number) => string,
): Part => ({
  items: items.length,
  order,
  render: (shown) =>
    items.length === 0
      ? ''
      : joined([items.slice(0, shown).join(separator), rest(items.length - shown)], '\n\n'),
});

/** A part under a head, which goes when all of its items go, but for the count. */
const headed = (head: string, part: Part): Part => ({
  ...part,
  render: (shown) =>
    shown === 0 ? part.render(0) : joined([head, part.render(shown)], head.startsWith('|') ? '\n' : '\n\n'),
});

const bullets = (
  head: string,
  items: readonly string[],
  order: number,
  rest: (count: number) => string,
): Part =>
  headed(
    head,
    list(
      items.map((item) => `- ${item}`),
      order,
      '\n',
      rest,
    ),
  );

const gateTable = (
  gates: readonly GateResult[],
  confidence: number,
  order: number,
  rest: (count: number) => string,
): Part => headed(tableHead(confidence), list(gates.map(tableRow), order, '\n', rest));

/** A part folded away under a title of ours; nothing when it is empty. */
const folded = (title: string, part: Part): Part => ({
  ...part,
  render(shown) {
    const body = part.render(shown);
    return body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
  },
});

/** Shown in a frame that cannot be overlooked. */
const alerts = (items: readonly string[], rest: (count: number, what: string) => string): Part => {
  const part = list(items, ORDER.waived, '\n>\n> ', (count) => rest(count, 'more waivers that do not count'));
  return {
    ...part,
    render: (shown) =>
      items.length === 0 ? '' : `> [!WARNING]\n> ${part.render(shown).replace(/\n\n(?!>)/g, '\n>\n> ')}`,
  };
};

function changedRows(document: GateDocument, rest: (count: number, what: string) => string): Part {
  const rows = listedRows(document);
  const table = headed(
    rowsHead,
    list(rows.map(rowLine), ORDER.rows, '\n', (count) => rest(count, 'more rows')),
  );
  const fold = folded(`The first ${formatQuantity(rows.length, 'row')} that changed`, table);
  const total = flipsText(document);
  return { ...fold, render: (shown) => joined([total, fold.render(shown)], '\n\n') };
}

function policyChange(document: GateDocument, rest: (count: number, what: string) => string): Part {
  const rows = (document.policyChange?.differences ?? []).map(policyChangeRow);
  const table = headed(
    policyChangeHead,
    list(rows, ORDER.policy, '\n', (count) => rest(count, 'more gates that are judged differently')),
  );
  const lead = policyChangeLead(document);
  return { ...table, render: (shown) => joined([lead, table.render(shown)], '\n\n') };
}

/** How many items a report leaves out, and where they are; empty for none. */
function leftOut(count: number, what: string, { artifactUrl }: ReportContext): string {
  if (count === 0) return '';
  const where = artifactUrl === '' ? 'gate.json' : `gate.json of [the artifact](${artifactUrl})`;
  return `${formatCount(count)} ${what}: see ${where}.`;
}

function footer({ headSha, run, runUrl, artifactUrl, previous }: ReportContext): string {
  if (headSha === '') return '';
  const by = runUrl === '' ? '' : ` by [run ${run}](${runUrl})`;
  const files = artifactUrl === '' ? '' : `; [gate.json and all else](${artifactUrl})`;
  const before = previous === undefined ? '' : `; before: ${userText(previous)}`;
  return `Updated for \`${headSha.slice(0, 7)}\`${by}${files}${before}.`;
}
