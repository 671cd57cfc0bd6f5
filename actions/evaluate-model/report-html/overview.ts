import type { MetricsDocument } from '../../lib/documents/metrics.ts';
import { formatBytes, formatCount, formatQuantity } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { badge, mark, VERDICT_TONE } from '../../lib/report/page-marks.ts';
import { type HtmlExtras, intervalText, levelText, numberText, overallMetrics } from './words.ts';

/** Metrics that are shown large. */
const MAX_TILES = 5;

/** The verdict, why it is so, the first metrics, and what was measured. */
export function overviewSection(document: MetricsDocument, extras: HtmlExtras): Html {
  const tone = VERDICT_TONE[document.verdict];
  return html`<section id="overview" aria-labelledby="verdict">
<div class="card hero">${badge(tone)}<div><h1 id="verdict">${extras.headline}</h1>${notes(extras)}</div></div>
<div class="tiles">${tiles(document, extras)}</div>
<div class="below">${facts(document)}</div></section>`;
}

const notes = ({ reasons, warnings }: HtmlExtras): Html | undefined =>
  reasons.length + warnings.length === 0
    ? undefined
    : html`<ul class="plain notes">${reasons.map((reason) => html`<li>${mark('bad', 'reason')} ${reason}</li>`)}${warnings.map(
        (warning) => html`<li>${mark('warn', 'warning')} ${warning}</li>`,
      )}</ul>`;

const tiles = (document: MetricsDocument, { describe }: HtmlExtras): readonly Html[] => [
  html`<div class="tile"><b>${formatCount(document.dataset.rows)}</b><span>${document.dataset.rows === 1 ? 'row' : 'rows'}</span></div>`,
  ...overallMetrics(document)
    .slice(0, MAX_TILES)
    .map(
      (metric) =>
        html`<div class="tile"><b>${metric.value === null ? '–' : numberText(metric.value, metric.unit)}</b><span>${
          describe(metric.name)?.title ?? metric.name
        }${metric.ci === undefined ? undefined : html`<br>${intervalText(metric)}`}</span></div>`,
    ),
];

function facts(document: MetricsDocument): Html {
  const { model, dataset, task, settings, baseline, created, source } = document;
  const entry = (name: string, value: Html | string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
  const named = (name: string, digest: string | undefined): Html =>
    html`<code>${name}</code>${digest === undefined ? undefined : html` <span class="quiet mono" title="${digest}">${digest.slice(7, 19)}</span>`}`;
  return html`<div class="card"><h2>What was measured</h2><dl>${[
    ...(model
      ? [entry('model', html`${named(model.name, model.digest)}, ${formatBytes(model.sizeBytes)}`)]
      : []),
    entry(
      'data',
      html`${named(dataset.path, dataset.digest)}, ${formatQuantity(dataset.rows, 'row')}${
        dataset.invalidRows > 0
          ? html`, <b class="warn">${formatCount(dataset.invalidRows)} could not be used</b>`
          : undefined
      }`,
    ),
    entry('task', `${task}${settings.taskReason === undefined ? '' : ` (${settings.taskReason})`}`),
    ...(settings.positiveLabel === undefined
      ? []
      : [entry('positive class', html`<code>${settings.positiveLabel}</code>`)]),
    ...(baseline ? [entry('baseline', named(baseline.name, baseline.digest))] : []),
    entry('intervals', `${levelText(document)}, each with the method beside it`),
    ...(source.repository === ''
      ? []
      : [
          entry(
            'commit',
            html`<code>${source.repository}@${source.commit.slice(0, 12)}</code> ${source.ref}`,
          ),
        ]),
    entry('measured', created),
  ]}</dl></div>`;
}
