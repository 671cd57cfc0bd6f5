import type { Finding, ValidationDocument } from '../lib/documents/validation.ts';
import { type ErrorType, errorTypes } from '../lib/findings/error-type.ts';
import { bySeverity, type FindingGroup, groupFindings } from '../lib/findings/finding-group.ts';
import { placeText, subjectText } from '../lib/findings/place-text.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { chip } from '../lib/report/page-marks.ts';
import type { ReportExtras } from './report-extras.ts';
import { SEVERITY_TONE } from './report-html-marks.ts';
import { limitText, measuredText } from './report-words.ts';

/** Rows of findings on the page; findings.jsonl has all that were kept. */
const MAX_ROWS = 3_000;
const [MIN_OF_GROUP, MAX_OF_GROUP] = [3, 50];
/** Rows of a group that are seen at once. */
const AT_ONCE = 8;
/** Groups that are open from the beginning. */
const OPEN = 3;

/** The findings by check and column, the worst first, with tools to filter them. */
export function findingsSection(document: ValidationDocument, extras: ReportExtras): Html | undefined {
  const groups = groupFindings(document)
    .filter(({ rules }) => rules.some(({ status }) => status === 'fail'))
    .sort(bySeverity);
  if (groups.length === 0) return undefined;
  const shown = Math.min(MAX_OF_GROUP, Math.max(MIN_OF_GROUP, Math.floor(MAX_ROWS / groups.length)));
  const fresh = extras.comparison?.fresh;
  const typeOf = errorTypes(document.checks);
  const severities = ['error', 'warning', 'info'] as const;
  const present = severities.filter((severity) => groups.some((group) => group.severity === severity));
  return html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
<p class="quiet">${formatQuantity(groups.length, 'check')} failed. Each line names the place in the data file.</p>
<div class="tools" id="finding-tools" hidden><input type="search" placeholder="Filter by check, column, value …" aria-label="Filter findings" title="Press / to come here">
${present.map((severity) => html`<label class="toggle"><input type="checkbox" name="level" value="${severity}" checked>${severity}</label>`)}
${fresh ? html`<label class="toggle"><input type="checkbox" name="new" value="1">only new</label>` : undefined}
<button type="button" id="open-all">Open all</button><output role="status"></output></div>
${groups.map((group, index) => groupCard(group, { shown, open: index < OPEN, fresh, typeOf }))}</section>`;
}

interface GroupView {
  readonly shown: number;
  readonly open: boolean;
  readonly fresh: ReadonlySet<Finding> | undefined;
  readonly typeOf: ErrorType;
}

function groupCard(group: FindingGroup, { shown, open, fresh, typeOf }: GroupView): Html {
  const { check, severity, rules, findings, total } = group;
  const subject = subjectText(group);
  const failed = rules.filter(({ status }) => status === 'fail');
  const rows = newFirst(findings, fresh).slice(0, shown);
  const news = fresh ? findings.filter((finding) => fresh.has(finding)).length : 0;
  const [first] = findings;
  const titles = [...new Set(failed.map(({ title }) => title))].join('; ');
  const searched = [check, subject, titles, ...rows.map(({ value, file }) => `${value ?? ''} ${file ?? ''}`)];
  return html`<details class="group ${SEVERITY_TONE[severity]}" data-level="${severity}" data-new="${news > 0 ? '1' : '0'}" data-text="${[...new Set(searched)].join(' ')}"${open ? html` open` : undefined}>
<summary>${chip(SEVERITY_TONE[severity], severity)}<span class="what">${subject === '' ? undefined : html`<code>${subject}</code> `}${titles}</span>${
    news > 0 ? chip('bad', `${formatCount(news)} new`) : undefined
  }<span class="count">${formatQuantity(total, 'finding')}</span></summary>
<div class="body"><p class="quiet small">${check}${first ? ` · ${typeOf(first)}` : ''}${failed.map(
    (rule) => html` · found ${measuredText(rule)}, limit ${limitText(rule)}`,
  )}</p>${rowsOf(rows, fresh)}${moreText(total, rows.length)}</div></details>`;
}

const newFirst = (
  findings: readonly Finding[],
  fresh: ReadonlySet<Finding> | undefined,
): readonly Finding[] =>
  fresh ? [...findings].sort((a, b) => Number(fresh.has(b)) - Number(fresh.has(a))) : findings;

/** The first rows, and the others folded away. */
function rowsOf(rows: readonly Finding[], fresh: ReadonlySet<Finding> | undefined): Html | undefined {
  if (rows.length === 0) return undefined;
  const [first, rest] = [rows.slice(0, AT_ONCE), rows.slice(AT_ONCE)];
  const valued = rows.some(({ value }) => value !== undefined);
  const head = html`<thead><tr><th scope="col" class="place">Where</th>${valued ? html`<th scope="col" class="value">Value</th>` : undefined}<th scope="col">What</th></tr></thead>`;
  const body = (some: readonly Finding[]): Html =>
    html`<tbody>${some.map((finding) => rowOf(finding, valued, fresh))}</tbody>`;
  return html`<div class="scroll"><table class="rows">${head}${body(first)}</table>${
    rest.length === 0
      ? undefined
      : html`<details class="more"><summary>${formatCount(rest.length)} more</summary><table class="rows">${body(rest)}</table></details>`
  }</div>`;
}

function rowOf(finding: Finding, valued: boolean, fresh: ReadonlySet<Finding> | undefined): Html {
  const value = finding.value === '' ? '(empty)' : finding.value;
  return html`<tr><td class="mono place">${placeText(finding) || 'whole table'}${
    fresh?.has(finding) ? html` ${chip('bad', 'new')}` : undefined
  }</td>${valued ? html`<td class="mono value">${value}</td>` : undefined}<td>${withoutField(finding)}</td></tr>`;
}

/** The sentence without the column's name, which stands above it. */
const withoutField = ({ message, field }: Finding): string =>
  field !== undefined && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;

const moreText = (total: number, shown: number): Html | undefined =>
  total > shown
    ? html`<p class="quiet small">and ${formatQuantity(total - shown, 'more finding')}; <code>findings.jsonl</code> in the artifact lists all that were kept.</p>`
    : undefined;
