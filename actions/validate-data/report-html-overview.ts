import type { CheckResult, ValidationDocument } from '../lib/documents/validation.ts';
import { changeText, comparisonLine, countNew, unknownText, worseGroups } from '../lib/findings/judge-new.ts';
import { subjectText } from '../lib/findings/place-text.ts';
import { formatBytes, formatCount, formatNumber, formatQuantity } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { badge, chip, VERDICT_TONE } from '../lib/report/page-marks.ts';
import type { ReportExtras } from './report-extras.ts';
import { checkTone, SEVERITY_TONE } from './report-html-marks.ts';
import { countsText, reasonText, verdictWords } from './report-words.ts';

/** The verdict, the figures that matter, and what was looked at. */
export function overviewSection(document: ValidationDocument, extras: ReportExtras): Html {
  const { verdict } = document;
  return html`<section id="overview" aria-labelledby="verdict">
<div class="card hero">${badge(VERDICT_TONE[verdict])}<div><h1 id="verdict">Data ${verdictWords(document, extras)}</h1>
<p>${reasonText(document, extras)}</p>${
    extras.comparison
      ? html`<p class="quiet">${extras.onlyNew ? `All in all ${countsText(document)}; only what is new decides.` : `${comparisonLine(extras.comparison)}.`}</p>`
      : undefined
  }</div></div>
<div class="tiles">${tiles(document, extras)}</div>
<div class="two">${dimensions(document.checks)}${subjects(document)}</div></section>`;
}

const tile = (figure: string, words: string, tone = ''): Html =>
  html`<div class="tile"><b class="${tone}">${figure}</b><span>${words}</span></div>`;

function tiles(
  { dataset, counts, checks, drift }: ValidationDocument,
  extras: ReportExtras,
): readonly Html[] {
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const drifted = new Set(
    drift?.results.filter(({ status }) => status === 'drifted').map(({ field }) => field),
  );
  const fresh = extras.comparison && countNew(extras.comparison);
  const news = fresh ? fresh.error + fresh.warning + fresh.info : 0;
  return [
    tile(formatCount(dataset.rows), dataset.rows === 1 ? 'row' : 'rows'),
    tile(formatCount(dataset.columns.length), dataset.columns.length === 1 ? 'column' : 'columns'),
    tile(`${formatCount(passed)} / ${formatCount(checks.length)}`, 'checks passed'),
    tile(
      formatCount(counts.errors),
      counts.errors === 1 ? 'error' : 'errors',
      counts.errors > 0 ? 'bad' : '',
    ),
    tile(
      formatCount(counts.warnings),
      counts.warnings === 1 ? 'warning' : 'warnings',
      counts.warnings > 0 ? 'warn' : '',
    ),
    ...(fresh ? [tile(formatCount(news), 'new findings', news > 0 ? 'bad' : 'good')] : []),
    ...(drift
      ? [
          tile(
            formatCount(drifted.size),
            'columns drifted',
            drifted.size > 0 ? SEVERITY_TONE[drift.severity] : '',
          ),
        ]
      : []),
  ];
}

/** Passed and failed checks of each dimension of quality, as bars. */
function dimensions(checks: readonly CheckResult[]): Html | undefined {
  const byDimension = new Map<string, CheckResult[]>();
  for (const check of checks) {
    const dimension = check.dimension ?? 'other';
    byDimension.set(dimension, [...(byDimension.get(dimension) ?? []), check]);
  }
  if (byDimension.size === 0) return undefined;
  const rows = [...byDimension].sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<div class="card"><h2>Checks by dimension</h2><table class="bars"><tbody>${rows.map(
    ([dimension, own]) => {
      const passed = own.filter(({ status }) => status === 'pass').length;
      return html`<tr><th scope="row">${dimension}</th><td>${stacked(own)}</td><td class="number">${formatCount(passed)} / ${formatCount(own.length)}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

const TONES = ['good', 'warn', 'bad', 'none'] as const;

function stacked(checks: readonly CheckResult[]): Html {
  let left = 0;
  const parts = TONES.flatMap((tone) => {
    const share = checks.filter((check) => checkTone(check) === tone).length / checks.length;
    const x = left;
    left += share;
    return share === 0
      ? []
      : [html`<rect class="${tone}" x="${percent(x)}" width="${percent(share)}" height="100%"/>`];
  });
  return html`<svg class="share" aria-hidden="true">${parts}</svg>`;
}

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

function subjects({ subjects: all, dataset, created, source }: ValidationDocument): Html {
  const bytes = dataset.files.reduce((sum, file) => sum + file.bytes, 0);
  const entry = (name: string, value: Html | string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<div class="card"><h2>What was looked at</h2><dl>${[
    entry('files', `${formatQuantity(dataset.files.length, 'file')}, ${formatBytes(bytes)}`),
    ...all.map(({ role, name, digest }) =>
      entry(
        role,
        html`<code>${name}</code> <span class="quiet mono" title="${digest}">${digest.slice(7, 19)}</span>`,
      ),
    ),
    ...(source.repository === ''
      ? []
      : [entry('commit', html`<code>${source.repository}@${source.commit.slice(0, 12)}</code>`)]),
    entry('made', `${created.slice(0, 16).replace('T', ' ')} UTC`),
  ]}</dl></div>`;
}

/** What is new against the base branch, by check and column. */
export function comparisonSection({ comparison, onlyNew }: ReportExtras): Html | undefined {
  if (comparison === undefined) return undefined;
  const { drift, base } = comparison;
  const { worse, unknown } = worseGroups(comparison);
  const from = base.commit === '' ? 'the base report' : `the report of commit ${base.commit.slice(0, 12)}`;
  return html`<section id="new" aria-labelledby="new-title"><h2 id="new-title">What is new</h2>
<p class="quiet">Compared with ${from}. ${onlyNew ? 'Only what is new decides the verdict.' : ''} ${comparisonLine(comparison)}.</p>${
    worse.length === 0
      ? undefined
      : html`<div class="card scroll" tabindex="0" role="region" aria-label="New findings by check"><table class="news"><thead><tr><th scope="col">Check</th><th scope="col">Column</th><th scope="col" class="number">Before</th><th scope="col" class="number">Now</th><th scope="col" class="number">New</th><th scope="col">Why</th></tr></thead><tbody>${worse.map(
          (group) =>
            html`<tr><td>${chip(SEVERITY_TONE[group.severity], group.severity)} ${group.check}</td><td class="mono">${subjectText(group)}</td><td class="number">${formatCount(group.before)}</td><td class="number">${formatCount(group.now)}</td><td class="number">${
              group.atLeast < group.atMost ? '≥ ' : ''
            }${formatNumber(group.atLeast)}</td><td class="wide">${changeText(group)}</td></tr>`,
        )}</tbody></table></div>`
  }${unknown === 0 ? undefined : html`<p class="quiet">${unknownText(unknown)}</p>`}${drift.length === 0 ? undefined : html`<p>Drifted only now: ${drift.map(({ field }) => html`<code>${field}</code> `)}</p>`}</section>`;
}

const CHANGE_TONE = { loosened: 'bad', tightened: 'good', changed: 'none' } as const;

/** How the pull request changes the contract. */
export function contractSection({ contractChanges = [] }: ReportExtras): Html | undefined {
  if (contractChanges.length === 0) return undefined;
  const loosened = contractChanges.filter(({ kind }) => kind === 'loosened').length;
  return html`<section id="contract" aria-labelledby="contract-title"><h2 id="contract-title">Contract changes</h2>
<p class="quiet">${loosened === 0 ? 'Nothing is loosened.' : `${formatQuantity(loosened, 'change')} ${loosened === 1 ? 'loosens' : 'loosen'} the contract: data that failed before may pass now.`}</p>
<ul class="card plain">${contractChanges.map(
    ({ kind, subject, words }) =>
      html`<li>${chip(CHANGE_TONE[kind], kind)} <b class="mono">${subject}</b> ${words}</li>`,
  )}</ul></section>`;
}
