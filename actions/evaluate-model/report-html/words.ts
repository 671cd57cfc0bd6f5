import type { MetricsDocument, MetricValue } from '../../lib/documents/metrics.ts';
import { formatBytes, formatInterval, formatNumber } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';

/** What the catalog says about a metric. */
export interface MetricDescription {
  readonly title: string;
  readonly definition: string;
  /** The least and the greatest possible value. */
  readonly range: readonly [number, number];
}

/** What the page needs beside the document. All texts are shown as texts. */
export interface HtmlExtras {
  /** The verdict and the primary metric in one line. */
  readonly headline: string;
  /** Why the verdict is not `pass`. */
  readonly reasons: readonly string[];
  /** What a reader should know, though nothing fails for it. */
  readonly warnings: readonly string[];
  /** The catalog's entry of a metric of the document's task, by name. */
  readonly describe: (name: string) => MetricDescription | undefined;
}

/** `sex = female, region = north`. */
export const sliceText = (slice: Readonly<Record<string, string>>): string =>
  Object.entries(slice)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');

/** A value in its unit: `0.912`, `18.2 MiB`, `20.1 ms`. */
export const numberText = (value: number, unit: string | undefined): string =>
  unit === 'byte' ? formatBytes(value) : `${formatNumber(value)}${unit === undefined ? '' : ` ${unit}`}`;

/** A value, or a dash that tells why there is none. */
export const valueCell = ({ value, unit, undefined: why }: MetricValue): Html =>
  value === null
    ? html`<span class="quiet" title="${why ?? 'no value'}">–</span>`
    : html`${numberText(value, unit)}`;

export const intervalText = ({ ci }: Pick<MetricValue, 'ci'>): string =>
  ci === undefined ? '' : formatInterval(ci);

const ARROWS = {
  higher: ['↑', 'higher is better'],
  lower: ['↓', 'lower is better'],
} as const;

/** In which direction a metric is better. */
export function arrow(direction: MetricValue['direction']): Html {
  const [sign, words] = ARROWS[direction];
  return html`<span class="quiet" role="img" aria-label="${words}" title="${words}">${sign}</span>`;
}

/** The metrics on all rows, without the model's own cost. */
export const overallMetrics = ({ metrics }: Pick<MetricsDocument, 'metrics'>): readonly MetricValue[] =>
  metrics.filter(({ slice, kind }) => slice === undefined && kind !== 'resource');

/** `95 %`. */
export const levelText = ({ settings }: Pick<MetricsDocument, 'settings'>): string =>
  `${formatNumber(settings.confidence * 100)} %`;

/** A part of the page with a heading. */
export const section = (id: string, title: string, content: Html): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;

/** A wide table in a card that scrolls by itself. */
export const scrollCard = (label: string, content: Html): Html =>
  html`<div class="card scroll below" tabindex="0" role="region" aria-label="${label}">${content}</div>`;
