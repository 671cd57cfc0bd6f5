import type { ColumnProfile, NumericProfile } from '../lib/documents/profile.ts';
import { formatCount, formatPercent } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { valueText } from './report-html-values.ts';

const WIDTH = 300;
const HEIGHT = 96;
/** Room above the highest bar, for the line of the reference. */
const TOP = 3;

type Bins = NumericProfile['histogram'];

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (density: number) => number;
}

/**
 * A histogram of the values, with that of the reference as a line over it. Both are densities (share of the values by
 * width of the bin), so that bins of different width and samples of different size can be compared by eye.
 */
export function histogram(column: ColumnProfile, reference: ColumnProfile | undefined): Html | undefined {
  const now = column.numeric?.histogram ?? [];
  const before = reference?.numeric?.histogram ?? [];
  if (now.length === 0) return undefined;
  const scale = scaleOf(now, before);
  const low = Math.min(...[...now, ...before].map(({ from }) => from));
  const high = Math.max(...[...now, ...before].map(({ to }) => to));
  const show = (value: number): string => valueText(column.type, value);
  const label = `Histogram of ${column.name} from ${show(low)} to ${show(high)}, most values from ${show(fullest(now).from)} to ${show(fullest(now).to)}${before.length > 0 ? '; the line is the reference' : ''}`;
  return html`<div><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
${bars(now, scale, show)}${before.length > 0 ? outline(before, scale) : undefined}<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>
<div class="ends"><span>${show(low)}</span><span>${show(high)}</span></div></div>`;
}

const total = (bins: Bins): number => bins.reduce((sum, { count }) => sum + count, 0);

const fullest = (bins: Bins): Bins[number] =>
  bins.reduce((most, bin) => (bin.count > most.count ? bin : most), bins[0] ?? { from: 0, to: 0, count: 0 });

/** Bins without width (of a single value) are as wide as the others, or as everything. */
const widthOf = ({ from, to }: Bins[number], span: number): number => (to > from ? to - from : span || 1);

function scaleOf(now: Bins, before: Bins): Scale & { readonly span: number } {
  const all = [...now, ...before];
  const low = Math.min(...all.map(({ from }) => from));
  const high = Math.max(...all.map(({ to }) => to));
  // Halves, so that the span of the largest doubles is no infinity.
  const half = high / 2 - low / 2;
  const span = half * 2;
  const densest = Math.max(...densities(now, span), ...densities(before, span));
  return {
    span,
    x: (value) => round(half > 0 ? ((value / 2 - low / 2) / half) * WIDTH : value > low ? WIDTH : 0),
    y: (density) => round(HEIGHT - (densest > 0 ? (density / densest) * (HEIGHT - TOP) : 0)),
  };
}

const densities = (bins: Bins, span: number): readonly number[] => {
  const all = total(bins) || 1;
  return bins.map((bin) => bin.count / all / widthOf(bin, span));
};

const round = (value: number): number => Math.round(value * 10) / 10;

function bars(bins: Bins, scale: Scale & { readonly span: number }, show: (value: number) => string): Html[] {
  const all = total(bins);
  const heights = densities(bins, scale.span);
  return bins.flatMap((bin, index) => {
    if (bin.count === 0) return [];
    const left = scale.x(bin.from);
    const right = bin.to > bin.from ? scale.x(bin.to) : WIDTH;
    // A bar of a few values among very many is still to be seen.
    const top = Math.min(scale.y(heights[index] ?? 0), HEIGHT - 1.5);
    const gap = right - left > 3 ? 0.8 : 0;
    return [
      html`<rect class="now" x="${left}" y="${top}" width="${round(Math.max(0.6, right - left - gap))}" height="${round(HEIGHT - top)}"><title>${show(bin.from)} to ${show(bin.to)}: ${formatCount(bin.count)} (${formatPercent(bin.count / all)})</title></rect>`,
    ];
  });
}

/** The upper edge of a histogram. */
function outline(bins: Bins, scale: Scale & { readonly span: number }): Html {
  const heights = densities(bins, scale.span);
  const steps = bins.map((bin, index) => {
    const right = bin.to > bin.from ? scale.x(bin.to) : WIDTH;
    return `V${scale.y(heights[index] ?? 0)}H${right}`;
  });
  return html`<path class="ref" d="M${scale.x(bins[0]?.from ?? 0)} ${HEIGHT}${steps.join('')}V${HEIGHT}"/>`;
}
