import { textWidth } from '../plots/text-width.ts';
import type { HistoryValue } from '../policy/history.ts';
import { formatNumber } from '../report/format-number.ts';
import { type Html, html } from '../report/html.ts';
import { VERDICT_TONE } from '../report/page-marks.ts';
import type { Verdict } from '../verdict.ts';
import { valueAxis } from './value-axis.ts';

/** One commit of a metric's line. */
export interface PlottedPoint extends Omit<HistoryValue, 'name' | 'slice'> {
  readonly commit: string;
  readonly created: string;
  readonly verdict: Verdict;
}

const WIDTH = 440;
const HEIGHT = 190;
const EDGE = { right: 12, top: 12, bottom: 26 } as const;
const LEAST_LEFT = 40;
/** With more points than this their marks would cover the line. */
const MANY = 60;

/** A metric over the commits, evenly spaced, with the intervals as bars and a mark for each verdict. */
export function historyPlot(name: string, points: readonly PlottedPoint[]): Html {
  const axis = valueAxis(points.flatMap(({ value, low = value, high = value }) => [value, low, high]));
  const labels = tickLabels(axis.ticks);
  const left = Math.max(LEAST_LEFT, 8 + Math.ceil(Math.max(...labels.map(textWidth))));
  const x = (index: number): number =>
    points.length === 1
      ? (left + WIDTH - EDGE.right) / 2
      : left + (index * (WIDTH - left - EDGE.right)) / (points.length - 1);
  const y = (value: number): number =>
    HEIGHT - EDGE.bottom - ((value - axis.low) / (axis.high - axis.low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const bars = points.map(({ low, high }, index) =>
    low === undefined || high === undefined ? '' : `M${px(x(index))} ${px(y(low))}V${px(y(high))}`,
  );
  const line = points.map(({ value }, index) => `${index === 0 ? 'M' : 'L'}${px(x(index))} ${px(y(value))}`);
  const grid = axis.ticks.map((tick) => `M${left} ${px(y(tick))}H${WIDTH - EDGE.right}`);
  return html`<svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description(name, points)}">
<path class="grid-lines" d="${grid.join('')}"/>
${axis.ticks.map((tick, index) => html`<text x="${left - 6}" y="${px(y(tick) + 3.5)}" text-anchor="end">${labels[index]}</text>`)}
<path class="range" d="${bars.join('')}"/><path class="line" d="${line.join('')}"/>
${points.map((point, index) => mark(point, x(index), y(point.value), points.length > MANY))}
${dates(points, x)}
</svg>`;
}

const px = (length: number): string => String(Math.round(length * 10) / 10);

/** Just so many digits that neighbouring ticks differ. */
function tickLabels(ticks: readonly number[]): readonly string[] {
  const texts = (digits: number) => ticks.map((value) => formatNumber(value, digits));
  const digits = [3, 4, 5, 6, 8].find((count) => new Set(texts(count)).size === ticks.length) ?? 12;
  return texts(digits);
}

const dayOf = (created: string): string => created.slice(0, 10);

function dates(points: readonly PlottedPoint[], x: (index: number) => number): Html {
  const [first, last] = [points[0], points.at(-1)];
  const y = HEIGHT - 6;
  if (first === undefined || last === undefined) return html``;
  if (points.length === 1)
    return html`<text x="${px(x(0))}" y="${y}" text-anchor="middle">${dayOf(first.created)}</text>`;
  return html`<text x="${px(x(0))}" y="${y}">${dayOf(first.created)}</text><text x="${WIDTH - EDGE.right}" y="${y}" text-anchor="end">${dayOf(last.created)}</text>`;
}

/** Shapes that differ without colours too: a dot, a triangle, a cross. */
function mark(point: PlottedPoint, x: number, y: number, many: boolean): Html {
  const size = many ? 2 : 3.2;
  const title = html`<title>${pointWords(point)}</title>`;
  const tone = VERDICT_TONE[point.verdict];
  if (tone === 'good') {
    const ring = point.verdict === 'waived' ? ' ring' : '';
    return html`<circle class="good${ring}" cx="${px(x)}" cy="${px(y)}" r="${size}">${title}</circle>`;
  }
  const reach = size + 1.8;
  const [left, right, top, bottom] = [x - reach, x + reach, y - reach, y + reach].map(px);
  const shape =
    tone === 'bad'
      ? `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`
      : `M${px(x)} ${top}L${right} ${bottom}H${left}Z`;
  return html`<path class="${tone}" d="${shape}">${title}</path>`;
}

/** A value with its interval: `0.912 (0.894 to 0.931)`. */
export const valueWords = ({ value, low, high }: Pick<PlottedPoint, 'value' | 'low' | 'high'>): string =>
  low === undefined || high === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;

const pointWords = (point: PlottedPoint): string =>
  `${valueWords(point)} at ${point.commit.slice(0, 7)}, ${dayOf(point.created)}: ${point.verdict}`;

function description(name: string, points: readonly PlottedPoint[]): string {
  const values = points.map(({ value }) => value);
  const last = points.at(-1);
  if (last === undefined) return name;
  return `${name} over ${points.length} commits: from ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}, last ${pointWords(last)}`;
}
