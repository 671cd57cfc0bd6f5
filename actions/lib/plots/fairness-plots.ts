import type { Fairness } from '../documents/metrics.ts';
import { formatCount } from '../report/format-number.ts';
import type { Drawing, Panel, Plot, PlotFile } from './drawing.ts';
import { type ForestLine, forestPanel } from './forest.ts';
import { fitted } from './text-width.ts';

/** Rates and groups beyond these are a table's business. */
const MAX_RATES = 4;
const MAX_GROUPS = 15;
/** Rows of a group, which are no rate. */
const COUNT = 'count';

/** For each sensitive column, the rates of its groups beside each other with their intervals. */
export const fairnessPlots = ({ plot, draw }: Drawing, fairness: readonly Fairness[]): PlotFile[] =>
  fairness.flatMap((one, index) => {
    const panels = panelsOf(plot, one);
    if (panels.length === 0) return [];
    const title = `Rates by ${fitted(one.by, 300)}`;
    const note =
      one.groups.length > MAX_GROUPS
        ? `The ${MAX_GROUPS} largest of ${formatCount(one.groups.length)} groups`
        : undefined;
    return [{ file: `fairness-${index + 1}.svg`, title, svg: draw({ title, note, panels }) }];
  });

function panelsOf(plot: Plot, { groups }: Fairness): readonly Panel[] {
  const largest = groups.toSorted((a, b) => b.n - a.n).slice(0, MAX_GROUPS);
  const shown = groups.filter((group) => largest.includes(group));
  const rates = new Set(shown.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
  rates.delete(COUNT);
  const panels = [...rates].slice(0, MAX_RATES).flatMap((rate, index) => {
    const lines = shown.flatMap(({ group, n, metrics }): ForestLine[] => {
      const metric = metrics.find(({ name }) => name === rate);
      if (!metric || metric.value === null) return [];
      const { value, ci } = metric;
      return [
        { name: group, note: `n = ${formatCount(n)}`, value, low: ci?.low, high: ci?.high, tone: index },
      ];
    });
    return lines.length === 0 ? [] : [{ heading: rate, ...forestPanel(plot, rate, lines) }];
  });
  return aligned(panels);
}

/** Panels of one picture have one width, and their axes one left end. */
function aligned(panels: readonly Panel[]): readonly Panel[] {
  const most = (key: 'width' | 'marginLeft' | 'marginRight'): number =>
    Math.max(0, ...panels.map((panel) => panel[key] ?? 0));
  const [width, marginLeft, marginRight] = [most('width'), most('marginLeft'), most('marginRight')];
  return panels.map((panel) => ({ ...panel, width, marginLeft, marginRight }));
}
