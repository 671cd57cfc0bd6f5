import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { CheckResult, DriftResult, Severity } from '../lib/documents/validation.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { chip, mark } from '../lib/report/page-marks.ts';
import { histogram } from './report-html-histogram.ts';
import { checkMark, checkTone, driftTone } from './report-html-marks.ts';
import { spreadText, valueText } from './report-html-values.ts';
import { effectText, limitText, measuredText, measureText, openText } from './report-words.ts';

/** A column and all that is known of it. */
export interface ColumnStory {
  readonly column: ColumnProfile;
  readonly reference: ColumnProfile | undefined;
  readonly checks: readonly CheckResult[];
  readonly drift: readonly DriftResult[];
  readonly driftSeverity: Severity;
  /** Findings in it. */
  readonly findings: number;
}

/** Values shown of a column with few of them. */
const MAX_VALUES = 8;

/** One card: what the column holds, how it compares to the reference, what is checked. */
export function columnCard(story: ColumnStory, id: string): Html {
  const { column, reference, drift, findings } = story;
  const moved = drift.find(({ status }) => status === 'drifted');
  const tags = [
    ...(story.checks.some(({ status }) => status !== 'pass') ? ['failing'] : []),
    ...(moved ? ['drifted'] : []),
    ...(column.missing > 0 ? ['missing'] : []),
    ...(story.checks.length === 0 ? ['unchecked'] : []),
  ];
  const worst = story.checks.find((check) => checkTone(check) === 'bad');
  return html`<article class="card column" id="${id}" data-text="${column.name} ${column.type}" data-tags="${tags.join(' ')}">
<header><h3 class="mono">${column.name === '' ? '(no name)' : column.name}</h3>${column.redacted ? chip('none', 'classified') : undefined}${
    moved ? chip(driftTone('drifted', moved.severity ?? story.driftSeverity), 'drifted') : undefined
  }${findings > 0 ? chip(worst ? 'bad' : 'warn', formatQuantity(findings, 'finding')) : undefined}${chip('none', column.type)}</header>
${facts(column)}
${chart(column, reference)}
${column.numeric ? numbersTable(column, reference) : undefined}
${checkList(story)}</article>`;
}

function facts({ rows, missing, invalid, distinct, length, redacted }: ColumnProfile): Html {
  const share = rows === 0 ? 0 : missing / rows;
  const about = distinct.exact ? '' : '≈ ';
  return html`<div class="facts"><span><b>${about}${formatNumber(distinct.count)}</b> distinct</span><span><b>${
    missing === 0 ? 'none' : formatPercent(share)
  }</b> missing</span>${invalid > 0 ? html`<span><b>${formatCount(invalid)}</b> not of the type</span>` : undefined}${
    length && !redacted
      ? html`<span>length <b>${formatNumber(length.min)} to ${formatNumber(length.max)}</b>, mean <b>${formatNumber(length.mean, 3)}</b></span>`
      : undefined
  }</div>`;
}

function chart(column: ColumnProfile, reference: ColumnProfile | undefined): Html | undefined {
  if (column.redacted) return html`<p class="quiet small">Its values are classified and not shown.</p>`;
  if (isMostlyUnique(column))
    return html`<p class="quiet small">Identifiers or free text: most values occur once.</p>`;
  const drawn = histogram(column, reference) ?? valuesTable(column, reference);
  if (drawn === undefined) {
    const why = column.type === 'empty' ? 'No values.' : 'Too many different values to count each.';
    return html`<p class="quiet small">${why}</p>`;
  }
  return reference === undefined
    ? drawn
    : html`${drawn}<div class="legend"><span><i></i>now</span><span><i class="ref"></i>reference</span></div>`;
}

/** Bars of values that occur once or twice tell nothing. */
const isMostlyUnique = ({ numeric, distinct, rows, missing, invalid, top }: ColumnProfile): boolean =>
  numeric === undefined &&
  top.length > 0 &&
  distinct.count > 20 &&
  distinct.count > (rows - missing - invalid) / 2;

function valuesTable(column: ColumnProfile, reference: ColumnProfile | undefined): Html | undefined {
  const values = column.rows - column.missing - column.invalid;
  if (column.top.length === 0 || values <= 0) return undefined;
  const before = reference && countsOf(reference);
  const shown = column.top.slice(0, MAX_VALUES);
  const rest = column.distinct.count - shown.length;
  return html`<table class="values"><tbody>${shown.map(({ value, count }) => {
    const share = count / values;
    const was = before?.get(value);
    return html`<tr><td title="${value}">${value === '' ? '(empty)' : value}</td><td>${shareBar(share, was)}</td><td class="number">${formatPercent(share)}</td></tr>`;
  })}</tbody></table>${
    rest > 0
      ? html`<p class="quiet small">and ${column.distinct.exact ? '' : '≈ '}${formatQuantity(rest, 'more value')}</p>`
      : undefined
  }`;
}

/** Shares of the values of the reference; a value that it lacks has none. */
function countsOf({ rows, missing, invalid, distribution, top }: ColumnProfile): ReadonlyMap<string, number> {
  const values = Math.max(1, rows - missing - invalid);
  if (distribution?.kind === 'values')
    return new Map(
      distribution.values.map((value, index) => [String(value), (distribution.counts[index] ?? 0) / values]),
    );
  return new Map(top.map(({ value, count }) => [value, count / values]));
}

const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 1_000) / 10}%`;

const shareBar = (share: number, reference: number | undefined): Html =>
  html`<svg class="share" aria-hidden="true"><rect class="all" width="100%" height="100%" rx="2"/><rect class="now" width="${percent(share)}" height="100%" rx="2"/>${
    reference === undefined
      ? undefined
      : html`<line class="ref" x1="${percent(reference)}" x2="${percent(reference)}" y1="0" y2="100%"/>`
  }</svg>`;

const QUANTILES: readonly (readonly [name: string, p: number])[] = [
  ['1st quartile', 0.25],
  ['median', 0.5],
  ['3rd quartile', 0.75],
];

function numbersTable(column: ColumnProfile, reference: ColumnProfile | undefined): Html | undefined {
  if (column.redacted || column.numeric === undefined) return undefined;
  const sides = [column, ...(reference?.numeric ? [reference] : [])];
  const row = (name: string, read: (side: ColumnProfile) => string | undefined): Html | undefined => {
    const cells = sides.map(read);
    return cells.every((cell) => cell === undefined)
      ? undefined
      : html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell ?? ''}</td>`)}</tr>`;
  };
  const quantile = (side: ColumnProfile, p: number): string | undefined => {
    const found = side.numeric?.quantiles.find((one) => one.p === p);
    return found && `${side.numeric?.exact ? '' : '≈ '}${valueText(side.type, found.value)}`;
  };
  const own =
    (read: (numeric: NonNullable<ColumnProfile['numeric']>) => number | null, spread = false) =>
    (side: ColumnProfile): string | undefined => {
      const value = side.numeric ? read(side.numeric) : null;
      if (value === null) return undefined;
      return spread ? spreadText(side.type, value) : valueText(side.type, value);
    };
  return html`<table>${
    sides.length > 1
      ? html`<thead><tr><td></td><th class="number" scope="col">now</th><th class="number" scope="col">reference</th></tr></thead>`
      : undefined
  }<tbody>${[
    row(
      'min',
      own(({ min }) => min),
    ),
    ...QUANTILES.map(([name, p]) => row(name, (side) => quantile(side, p))),
    row(
      'max',
      own(({ max }) => max),
    ),
    row(
      'mean',
      own(({ mean }) => mean),
    ),
    row(
      'std. deviation',
      own(({ standardDeviation }) => standardDeviation, true),
    ),
  ]}</tbody></table>`;
}

/** What stands beside the demand of a check: what was found, or which check it is. */
function afterTitle(check: CheckResult): string {
  if (check.status === 'pass') return check.check;
  return check.status === 'fail' ? `${measuredText(check)}, limit ${limitText(check)}` : openText(check);
}

function checkList({ checks, drift, driftSeverity }: ColumnStory): Html {
  const items = [
    ...checks.map(
      (check) =>
        html`<li>${checkMark(check)}<span>${check.title} <span class="quiet">${afterTitle(
          check,
        )}</span></span></li>`,
    ),
    ...drift.map(
      (result) =>
        html`<li>${mark(driftTone(result.status, result.severity ?? driftSeverity), result.status)}<span>${
          result.test === 'completeness' ? 'drift of missing values' : 'drift'
        } <span class="quiet">${
          result.effect === undefined
            ? (result.reason ?? result.status)
            : `${measureText(result)} ${effectText(result)}, limit ${formatNumber(result.threshold ?? 0)}${result.change === undefined ? '' : `; ${result.change}`}`
        }</span></span></li>`,
    ),
  ];
  return items.length === 0
    ? html`<p class="checks quiet">Nothing is checked here.</p>`
    : html`<ul class="checks">${items}</ul>`;
}
