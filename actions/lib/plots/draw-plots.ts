import type { MetricsDocument } from '../documents/metrics.ts';
import type { Curves } from '../metrics/curves.ts';
import type { ClassCurves } from '../metrics/curves-classes.ts';
import { comparisonPlot } from './comparison-plot.ts';
import { confusionPlot } from './confusion-plot.ts';
import { curvePlots } from './curve-plots.ts';
import { type Drawing, openDrawing, type PlotFile } from './drawing.ts';
import { fairnessPlots } from './fairness-plots.ts';
import { forecastPlots } from './forecast-plots.ts';
import { latencyPlot, scoresPlot, valuesPlot } from './histogram-plots.ts';
import { labelSetPlots } from './label-set-plots.ts';
import { rankingPlot } from './ranking-plot.ts';
import { regressionPlots } from './regression-plots.ts';
import { reliabilityPlot } from './reliability-plot.ts';
import { slicesPlot } from './slices-plot.ts';

/** The parts of the document that are drawn. */
export type DrawnParts = Pick<MetricsDocument, 'metrics' | 'baseline' | 'fairness'>;

/**
 * Every plot of an evaluation that has anything to show: those of the task, then slices, comparison, fairness and
 * latency. Loads the drawing library.
 *
 * @returns files with names of their own, each a whole SVG; `inlinePlot` makes parts of a page of them
 */
export async function drawPlots(curves: Curves, parts: DrawnParts): Promise<readonly PlotFile[]> {
  const drawing = await openDrawing();
  const { latency } = curves;
  return [
    ...taskPlots(drawing, curves),
    slicesPlot(drawing, parts.metrics),
    parts.baseline && comparisonPlot(drawing, parts.baseline),
    ...fairnessPlots(drawing, parts.fairness ?? []),
    latency && latencyPlot(drawing, latency),
  ].filter((plot) => plot !== undefined);
}

function taskPlots(drawing: Drawing, curves: Curves): readonly (PlotFile | undefined)[] {
  switch (curves.task) {
    case 'binary':
    case 'multiclass':
      return classPlots(drawing, curves);
    case 'multilabel':
      return labelSetPlots(drawing, curves);
    case 'regression':
      return regressionPlots(drawing, curves);
    case 'ranking':
      return [rankingPlot(drawing, curves)];
    case 'forecast':
      return forecastPlots(drawing, curves);
    case 'text':
    case 'scores':
      return [valuesPlot(drawing, curves)];
    default:
      return curves satisfies never;
  }
}

const classPlots = (drawing: Drawing, curves: ClassCurves): readonly (PlotFile | undefined)[] => [
  confusionPlot(drawing, curves.confusion),
  ...curvePlots(drawing, curves),
  reliabilityPlot(drawing, curves),
  scoresPlot(drawing, curves),
];
