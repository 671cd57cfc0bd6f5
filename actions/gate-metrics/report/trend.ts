import type { Trend } from '../../lib/documents/gate.ts';
import { formatNumber, formatQuantity } from '../../lib/report/format-number.ts';
import { trendLine } from '../../lib/report/text-plots.ts';
import { userHtml, userText } from './text.ts';

/** Newest points that are drawn. */
const POINTS = 30;

/** A primary metric over the newest commits: a line of blocks that shows everywhere, and a Mermaid chart folded below. */
export function trendText({ metric, points: all }: Trend): string {
  const points = all.slice(-POINTS).filter(({ value }) => Number.isFinite(value));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return '';
  const values = points.map(({ value }) => value);
  const said = (name: string): string =>
    `${name} over ${formatQuantity(points.length - 1, 'commit')} and this one: <code>${trendLine(values)}</code> ${formatNumber(first.value)} → ${formatNumber(last.value)}`;
  const chart = chartText(metric, values);
  return chart === ''
    ? said(userText(metric))
    : `<details><summary>${said(userHtml(metric))}</summary>\n\n${chart}\n\n</details>`;
}

/** Mermaid reads plain decimals only: what they cannot show to three digits stays a line of blocks. */
const DRAWABLE = { least: 1e-6, most: 1e12 } as const;

/** Mermaid's own line is nearly white on white. */
const STYLE = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#1f6feb"}}}}%%';

function chartText(metric: string, values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size > DRAWABLE.most || (size > 0 && size < DRAWABLE.least)) return '';
  const spread = high > low ? high - low : size || 1;
  const margin = spread * 0.1;
  const decimals = Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(spread))));
  const names = [...values.keys()].map((index) => `"${index + 1 === values.length ? 'this' : index + 1}"`);
  const number = (value: number): string => value.toFixed(decimals);
  return [
    '```mermaid',
    STYLE,
    'xychart-beta',
    `  title "${plain(metric)}, commit by commit"`,
    `  x-axis "commits, oldest first" [${names.join(', ')}]`,
    `  y-axis ${number(low - margin)} --> ${number(high + margin)}`,
    `  line [${values.map(number).join(', ')}]`,
    '```',
  ].join('\n');
}

/** A text of unknown origin inside of quotes in a chart: letters, digits and a few signs, nothing that ends them. */
const plain = (text: string): string => text.replace(/[^\p{L}\p{N} ._()%/-]/gu, '_').slice(0, 60);
