import type { RankingCurves } from '../metrics/curves-ranking.ts';
import { numbers, shares } from './axes.ts';
import { baselineLegend } from './baseline-legend.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { color, FRAME } from './palette.ts';

/** NDCG of the first 1, 2, 3, … items, with that of the baseline. */
export function rankingPlot(
  { plot, draw }: Drawing,
  { ndcg, baseline }: RankingCurves,
): PlotFile | undefined {
  if (ndcg.length === 0) return undefined;
  const line = (values: readonly number[], index: number) => {
    const points = values.map((value, at) => ({ depth: at + 1, value }));
    const look = { x: 'depth', y: 'value' } as const;
    return [
      plot.line(points, {
        ...look,
        stroke: color(index),
        strokeWidth: 2,
        ...(index > 0 && { strokeDasharray: '6,3' }),
      }),
      plot.dot(points, { ...look, r: points.length > 25 ? 2 : 3.5, fill: color(index) }),
    ];
  };
  const before = baseline?.ndcg ?? [];
  const title = 'NDCG by depth';
  const svg = draw({
    title,
    legend: baselineLegend(before.length > 0 ? baseline?.name : undefined),
    panels: [
      {
        height: 340,
        x: { ...numbers('first k items'), nice: false },
        y: shares('NDCG at k'),
        marks: [plot.frame(FRAME), ...line(before, 1), ...line(ndcg, 0)],
      },
    ],
  });
  return { file: 'ndcg.svg', title, svg };
}
