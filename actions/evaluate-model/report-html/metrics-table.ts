import type { MetricsDocument, MetricValue } from '../../lib/documents/metrics.ts';
import { formatCount } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { intervalBar } from './interval-bar.ts';
import {
  arrow,
  type HtmlExtras,
  intervalText,
  levelText,
  numberText,
  scrollCard,
  valueCell,
} from './words.ts';

/** Metrics with their intervals as texts and as bars, and how those were made. */
export const metricsTable = (
  document: MetricsDocument,
  metrics: readonly MetricValue[],
  extras: Pick<HtmlExtras, 'describe'>,
): Html =>
  scrollCard(
    'Metrics',
    html`<table class="metrics"><thead><tr><th scope="col">Metric</th><th scope="col"></th><th scope="col" class="number">Value</th><th scope="col">on its range</th><th scope="col" class="number">${levelText(document)} interval</th><th scope="col">Method</th><th scope="col" class="number">n</th></tr></thead><tbody>${metrics.map(
      (metric) => row(metric, extras),
    )}</tbody></table>`,
  );

function row(metric: MetricValue, { describe }: Pick<HtmlExtras, 'describe'>): Html {
  const about = describe(metric.name);
  const name = html`<th scope="row">${about?.title ?? metric.name} <code class="quiet">${metric.name}</code>${params(metric)}</th><td>${arrow(metric.direction)}</td>`;
  if (metric.value === null)
    return html`<tr>${name}<td class="number">${valueCell(metric)}</td><td colspan="3" class="quiet why">${metric.undefined ?? 'no value'}</td><td class="number">${formatCount(metric.n)}</td></tr>`;
  return html`<tr>${name}<td class="number"><b>${numberText(metric.value, metric.unit)}</b></td><td class="bar-cell">${
    about && intervalBar(metric, about.range)
  }</td><td class="number">${intervalText(metric)}</td><td>${metric.ci?.method ?? ''}</td><td class="number">${formatCount(metric.n)}</td></tr>`;
}

const params = ({ params: own }: MetricValue): Html | undefined =>
  own === undefined || Object.keys(own).length === 0
    ? undefined
    : html`<br><span class="quiet small">${Object.entries(own)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ')}</span>`;
