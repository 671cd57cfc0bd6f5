import type { NumberCurves } from '../metrics/curves.ts';
import type { PlotFile } from './classification-plots.ts';
import { color, type Drawing, GUIDE } from './drawing.ts';

function predictedPlot({ plot, draw }: Drawing, { points }: NumberCurves): string {
  const values = points.flatMap(({ actual, predicted }) => [actual, predicted]);
  const ends = [Math.min(...values), Math.max(...values)] as const;
  return draw('Predicted and actual values', {
    marginLeft: 64,
    x: { label: 'actual', grid: true, nice: true },
    y: { label: 'predicted', grid: true, nice: true },
    marks: [
      plot.line(
        ends.map((end) => [end, end] as const),
        GUIDE,
      ),
      plot.dot(points, { x: 'actual', y: 'predicted', r: 3, fill: color(0), fillOpacity: 0.6 }),
    ],
  });
}

function residualsPlot({ plot, draw }: Drawing, { residuals }: NumberCurves): string {
  const width = (residuals.to - residuals.from) / residuals.counts.length;
  const bars = residuals.counts.map((count, bin) => ({
    count,
    x1: residuals.from + bin * width,
    x2: residuals.from + (bin + 1) * width,
  }));
  return draw('Errors: actual minus predicted', {
    height: 320,
    x: { label: 'error', nice: true },
    y: { label: 'rows', grid: true },
    marks: [
      plot.rectY(bars, { x1: 'x1', x2: 'x2', y: 'count', inset: 0.5, fill: color(0) }),
      plot.ruleX([0], { stroke: color(1), strokeWidth: 2 }),
      plot.ruleY([0]),
    ],
  });
}

/** The plots of a regression: predictions against the truth, and how errors are spread. */
export function regressionPlots(drawing: Drawing, curves: NumberCurves): PlotFile[] {
  if (curves.points.length === 0) return [];
  const plots: PlotFile[] = [
    { file: 'predicted.svg', title: 'Predicted and actual', svg: predictedPlot(drawing, curves) },
  ];
  if (curves.residuals.to > curves.residuals.from)
    plots.push({ file: 'residuals.svg', title: 'Errors', svg: residualsPlot(drawing, curves) });
  return plots;
}
