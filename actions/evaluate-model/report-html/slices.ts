import type { MetricsDocument, MetricValue } from '../../lib/documents/metrics.ts';
import { formatCount, formatQuantity } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { intervalBar } from './interval-bar.ts';
import {
  type HtmlExtras,
  intervalText,
  levelText,
  numberText,
  overallMetrics,
  scrollCard,
  section,
  sliceText,
  valueCell,
} from './words.ts';

/** Slices and excluded groups beyond this fill the page without being read; metrics.json holds all of them. */
const MAX_SLICES = 500;
const MAX_EXCLUDED = 100;
const ALL = 'all rows';

interface Slice {
  readonly name: string;
  readonly values: ReadonlyMap<string, MetricValue>;
  readonly primary: MetricValue;
}

/** Every metric on every slice, the worst first; `undefined` without slices. */
export function slicesSection(
  document: MetricsDocument,
  extras: HtmlExtras,
  plots: Html | undefined,
): Html | undefined {
  const overall = overallMetrics(document);
  const [primary] = overall;
  const slices = primary ? slicesOf(document, primary) : [];
  const { excludedGroups } = document;
  if (!primary || slices.length + excludedGroups.length === 0) return undefined;
  const all = { name: ALL, primary, values: new Map(overall.map((metric) => [metric.name, metric])) };
  const rest = slices.length - MAX_SLICES;
  return section(
    'slices',
    'Slices',
    html`${
      slices.length === 0
        ? undefined
        : html`<p class="quiet">${formatQuantity(slices.length, 'slice')}, the worst by ${primary.name} first. Small slices look worse or better than others by chance: mind the intervals.</p>${plots}
${table(document, [all, ...slices.slice(0, MAX_SLICES)], overall, extras)}`
    }${rest > 0 ? html`<p class="quiet">${formatCount(rest)} more are in metrics.json.</p>` : undefined}${excluded(excludedGroups)}`,
  );
}

function slicesOf({ metrics }: MetricsDocument, primary: MetricValue): readonly Slice[] {
  const found = new Map<string, { name: string; values: Map<string, MetricValue> }>();
  for (const metric of metrics) {
    if (metric.slice === undefined) continue;
    const key = JSON.stringify(metric.slice);
    const own = found.get(key) ?? { name: sliceText(metric.slice), values: new Map() };
    own.values.set(metric.name, metric);
    found.set(key, own);
  }
  const sign = primary.direction === 'higher' ? 1 : -1;
  // A slice without a value is doubtful, not the worst.
  const place = ({ value }: MetricValue): number =>
    value === null ? Number.POSITIVE_INFINITY : sign * value;
  return [...found.values()]
    .flatMap(({ name, values }) => {
      const own = values.get(primary.name);
      return own ? [{ name, values, primary: own }] : [];
    })
    .sort((a, b) => place(a.primary) - place(b.primary) || 0);
}

function table(
  document: MetricsDocument,
  slices: readonly Slice[],
  overall: readonly MetricValue[],
  { describe }: HtmlExtras,
): Html {
  const [primary, ...others] = overall;
  const range = primary && describe(primary.name)?.range;
  return scrollCard(
    'Metrics by slice',
    html`<table class="metrics slices"><thead><tr><th scope="col">Slice</th><th scope="col" class="number">n</th><th scope="col" class="number">${primary?.name}</th><th scope="col">on its range</th><th scope="col" class="number">${levelText(document)} interval</th>${others.map(
      ({ name }) => html`<th scope="col" class="number">${name}</th>`,
    )}</tr></thead><tbody>${slices.map(
      (slice) =>
        html`<tr${slice.name === ALL ? html` class="all"` : undefined}><th scope="row">${slice.name}</th><td class="number">${formatCount(slice.primary.n)}</td><td class="number"><b>${valueCell(slice.primary)}</b></td><td class="bar-cell">${
          range && intervalBar(slice.primary, range)
        }</td><td class="number">${intervalText(slice.primary)}</td>${others.map(({ name }) =>
          otherCell(slice.values.get(name)),
        )}</tr>`,
    )}</tbody></table>`,
  );
}

function otherCell(metric: MetricValue | undefined): Html {
  if (!metric) return html`<td></td>`;
  if (metric.value === null) return html`<td class="number">${valueCell(metric)}</td>`;
  const title = metric.ci === undefined ? undefined : html` title="${intervalText(metric)}"`;
  return html`<td class="number"${title}>${numberText(metric.value, metric.unit)}</td>`;
}

const excluded = (groups: MetricsDocument['excludedGroups']): Html | undefined =>
  groups.length === 0
    ? undefined
    : html`<div class="card below"><h3>Not measured: ${formatQuantity(groups.length, 'slice')}</h3><ul class="plain">${groups
        .slice(0, MAX_EXCLUDED)
        .map(
          ({ slice, n, reason }) =>
            html`<li>${sliceText(slice)} <span class="quiet">${formatQuantity(n, 'row')}: ${reason}</span></li>`,
        )}</ul>${
        groups.length > MAX_EXCLUDED
          ? html`<p class="quiet">${formatCount(groups.length - MAX_EXCLUDED)} more are in metrics.json.</p>`
          : undefined
      }</div>`;
