import type { MetricValue } from '../documents/metrics.ts';
import { formatCount } from '../report/format-number.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { type ForestLine, forestPanel } from './forest.ts';

/** More slices than this are a table's business. */
const MAX_SLICES = 40;

const nameOf = ({ slice }: MetricValue): string =>
  Object.entries(slice ?? {})
    .map(([column, own]) => `${column} = ${own}`)
    .join(', ') || 'all rows';

/**
 * A forest plot: the primary metric on all rows and on each slice, the worst first, with intervals.
 *
 * @param values - all metrics, the first of them the primary one on all rows
 * @returns `undefined` without slices that have a value
 */
export function slicesPlot({ plot, draw }: Drawing, values: readonly MetricValue[]): PlotFile | undefined {
  const [primary] = values;
  if (!primary) return undefined;
  const worstFirst = primary.direction === 'higher' ? 1 : -1;
  const own = values.filter(({ name }) => name === primary.name).flatMap(lineOf);
  const overall = own.find(({ tone }) => tone === 1);
  const slices = own.filter(({ tone }) => tone === 0).sort((a, b) => worstFirst * (a.value - b.value));
  if (slices.length === 0) return undefined;
  const shown = slices.slice(0, MAX_SLICES);
  const title = `${primary.name} by slice`;
  const svg = draw({
    title,
    ...(shown.length < slices.length && {
      note: `The ${shown.length} worst of ${formatCount(slices.length)} slices`,
    }),
    panels: [forestPanel(plot, primary.name, overall ? [overall, ...shown] : shown, overall?.value)],
  });
  return { file: 'slices.svg', title, svg };
}

const lineOf = (metric: MetricValue): ForestLine[] =>
  metric.value === null
    ? []
    : [
        {
          name: nameOf(metric),
          note: `n = ${formatCount(metric.n)}`,
          value: metric.value,
          low: metric.ci?.low,
          high: metric.ci?.high,
          tone: metric.slice === undefined ? 1 : 0,
        },
      ];
