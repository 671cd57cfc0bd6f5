import type { BaselineComparison, ChangedRows, ComparedMetric } from '../../lib/documents/metrics.ts';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  formatQuantity,
} from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { chip, type Tone } from '../../lib/report/page-marks.ts';
import { arrow, scrollCard, section, sliceText } from './words.ts';

/** Slices beyond this fill the page without being read; metrics.json holds all of them. */
const MAX_SLICES = 100;
/** Up to so many are shown without asking. */
const OPEN_SLICES = 12;

const OUTCOMES: Readonly<Record<ComparedMetric['better'], readonly [Tone, string]>> = {
  baseline: ['bad', 'worse'],
  candidate: ['good', 'better'],
  unclear: ['none', 'unclear'],
};

const ORDER: readonly ComparedMetric['better'][] = ['baseline', 'candidate', 'unclear'];

/** What got better, what got worse, what cannot be told, and the rows behind it. */
export function comparisonSection(baseline: BaselineComparison, plots: Html | undefined): Html {
  const overall = baseline.metrics.filter(({ slice }) => slice === undefined);
  const decided = baseline.metrics.filter(({ slice, better }) => slice !== undefined && better !== 'unclear');
  return section(
    'comparison',
    'Against the baseline',
    html`<p class="quiet">${summary(overall)} than <code>${baseline.name}</code> on the same ${formatQuantity(baseline.rows, 'row')}. A metric is better or worse when the interval of its change does not hold 0.</p>
${table('Metrics against the baseline', sorted(overall), 'Metric')}${plots}${changedSlices(decided)}${baseline.fixed || baseline.broken ? html`<div class="two">${changed('Broken rows', 'only the baseline has right', baseline.broken)}${changed('Fixed rows', 'only this model has right', baseline.fixed)}</div>` : undefined}`,
  );
}

/** Folded when they are many: what all rows say comes first. */
function changedSlices(decided: readonly ComparedMetric[]): Html | undefined {
  if (decided.length === 0) return undefined;
  const worse = decided.filter(({ better }) => better === 'baseline').length;
  const rest = decided.length - MAX_SLICES;
  return html`<details class="fold"${decided.length <= OPEN_SLICES ? html` open` : undefined}><summary>Slices that changed: ${formatCount(worse)} worse, ${formatCount(decided.length - worse)} better</summary>${table('Slices against the baseline', sorted(decided).slice(0, MAX_SLICES), 'Slice')}${
    rest > 0 ? html`<p class="quiet">${formatCount(rest)} more are in metrics.json.</p>` : undefined
  }</details>`;
}

function summary(metrics: readonly ComparedMetric[]): string {
  const count = (better: ComparedMetric['better']): number =>
    metrics.filter((metric) => metric.better === better).length;
  return `${formatQuantity(count('candidate'), 'metric')} better, ${formatCount(count('baseline'))} worse, ${formatCount(count('unclear'))} unclear`;
}

const sorted = (metrics: readonly ComparedMetric[]): readonly ComparedMetric[] =>
  metrics.toSorted((a, b) => ORDER.indexOf(a.better) - ORDER.indexOf(b.better));

const shown = (value: number | null): Html =>
  value === null ? html`<span class="quiet">–</span>` : html`${formatNumber(value)}`;

const table = (label: string, metrics: readonly ComparedMetric[], first: string): Html =>
  scrollCard(
    label,
    html`<table class="metrics"><thead><tr><th scope="col">${first}</th><th scope="col"></th><th scope="col"></th><th scope="col" class="number">This model</th><th scope="col" class="number">Baseline</th><th scope="col" class="number">Change</th><th scope="col" class="number">Interval</th><th scope="col">Method</th><th scope="col" class="number">p</th><th scope="col" class="number">n</th></tr></thead><tbody>${metrics.map(
      (metric) => {
        const [tone, word] = OUTCOMES[metric.better];
        const { ci, change, p, slice } = metric;
        return html`<tr><th scope="row">${
          slice === undefined
            ? html`<code>${metric.name}</code>`
            : html`${sliceText(slice)} <code class="quiet">${metric.name}</code>`
        }</th><td>${arrow(metric.direction)}</td><td>${chip(tone, word)}</td><td class="number">${shown(metric.candidate)}</td><td class="number">${shown(metric.baseline)}</td><td class="number"><b>${
          change === undefined ? '' : formatDifference(change)
        }</b></td><td class="number">${ci === undefined ? '' : formatInterval(ci)}</td><td>${ci?.method ?? ''}</td><td class="number">${p === undefined ? '' : formatNumber(p, 2)}</td><td class="number">${formatCount(metric.n)}</td></tr>`;
      },
    )}</tbody></table>`,
  );

const changed = (title: string, words: string, rows: ChangedRows | undefined): Html | undefined =>
  rows &&
  html`<div class="card"><h3>${title}: ${formatCount(rows.count)}</h3><p class="quiet small">Rows that ${words}.</p>${
    rows.examples.length === 0
      ? undefined
      : html`<div class="scroll"><table><thead><tr><th scope="col">Row</th><th scope="col">Actual</th><th scope="col">This model</th><th scope="col">Baseline</th></tr></thead><tbody>${rows.examples.map(
          ({ id, actual, candidate, baseline }) =>
            html`<tr><td class="mono">${id}</td><td>${cell(actual)}</td><td>${cell(candidate)}</td><td>${cell(baseline)}</td></tr>`,
        )}</tbody></table></div>${
          rows.count > rows.examples.length
            ? html`<p class="quiet small">The first ${formatCount(rows.examples.length)} of ${formatCount(rows.count)}.</p>`
            : undefined
        }`
  }</div>`;

const cell = (value: string | number): string => (typeof value === 'number' ? formatNumber(value) : value);
