import type { MetricValue } from '../documents/metrics.ts';
import type { PlotFile } from './classification-plots.ts';
import { color, type Drawing, GUIDE } from './drawing.ts';

/** More slices than this are a table's business. */
const MAX_SLICES = 40;
const ROW_HEIGHT = 26;
const MAX_LABEL = 32;

const nameOf = (value: MetricValue): string => {
  const name =
    Object.entries(value.slice ?? {})
      .map(([column, own]) => `${column} = ${own}`)
      .join(', ') || 'all rows';
  return name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name;
};

/**
 * A forest plot: one metric on all rows and on each slice, with its interval.
 *
 * @param values - the metric on all rows and then on the slices
 * @returns `undefined` without slices that have a value
 */
export function slicesPlot({ plot, draw }: Drawing, values: readonly MetricValue[]): PlotFile | undefined {
  const entries = values.slice(0, MAX_SLICES + 1).flatMap(({ value, ...rest }, order) =>
    value === null
      ? []
      : [
          {
            name: `${nameOf({ ...rest, value })}  (n = ${rest.n})`,
            value,
            ci: rest.ci,
            order,
            slice: rest.slice,
          },
        ],
  );
  const overall = entries.find(({ slice }) => slice === undefined);
  const [first] = values;
  if (!first || entries.length < 2 || !entries.some(({ slice }) => slice !== undefined)) return undefined;
  type Entry = (typeof entries)[number];
  const title = `${first.name} by slice`;
  const longest = Math.max(...entries.map(({ name }) => name.length));
  const fill = ({ slice }: Entry): string => color(slice === undefined ? 1 : 0);
  const svg = draw(title, {
    width: 380 + 7 * longest,
    height: 100 + ROW_HEIGHT * entries.length,
    marginLeft: 16 + 7 * longest,
    x: { label: first.name, grid: true, nice: true },
    y: { type: 'band', label: null, domain: entries.map(({ name }) => name), tickSize: 0 },
    marks: [
      ...(overall ? [plot.ruleX([overall.value], GUIDE)] : []),
      plot.ruleY(
        entries.filter(({ ci }) => ci !== undefined),
        {
          y: 'name',
          x1: ({ ci }: Entry) => ci?.low,
          x2: ({ ci }: Entry) => ci?.high,
          stroke: fill,
          strokeWidth: 2.5,
          strokeOpacity: 0.7,
        },
      ),
      plot.dot(entries, { y: 'name', x: 'value', r: 4.5, fill }),
    ],
  });
  return { file: 'slices.svg', title, svg };
}
