import type { ForecastCurves, SeriesCurve } from '../metrics/curves-forecast.ts';
import { formatNumber } from '../report/format-number.ts';
import { marginFor, numbers } from './axes.ts';
import type { Drawing, LegendEntry, Panel, Plot, PlotFile } from './drawing.ts';
import { histogramPanel } from './histogram-plots.ts';
import { color } from './palette.ts';
import { fitted } from './text-width.ts';

const MAX_NAME = 360;

function seriesPanel(plot: Plot, { name, skipped, actual, predicted, band }: SeriesCurve): Panel {
  const points = actual.map((value, at) => ({
    step: skipped + at + 1,
    actual: value,
    predicted: predicted[at],
    low: band?.low[at],
    high: band?.high[at],
  }));
  // A line needs two points.
  const line = (y: 'actual' | 'predicted', index: number) =>
    points.length > 1
      ? plot.line(points, { x: 'step', y, stroke: color(index), strokeWidth: 1.8 })
      : plot.dot(points, { x: 'step', y, fill: color(index) });
  return {
    heading: fitted(name, MAX_NAME),
    height: 190,
    marginLeft: marginFor(...actual, ...predicted),
    x: { ...numbers('step'), nice: false, grid: false },
    y: numbers(null, 4),
    marks: [
      ...(band
        ? [plot.areaY(points, { x: 'step', y1: 'low', y2: 'high', fill: color(1), fillOpacity: 0.2 })]
        : []),
      line('actual', 0),
      line('predicted', 1),
    ],
  };
}

function seriesPlot({ plot, draw }: Drawing, { series, seriesCount }: ForecastCurves): PlotFile {
  const title = 'Forecast and what came';
  const levels = series.find(({ band }) => band)?.band?.levels;
  const legend: LegendEntry[] = [
    { label: 'actual', color: color(0) },
    {
      label: levels
        ? `forecast, band from the ${levels.map((level) => `${formatNumber(level * 100, 3)} %`).join(' to the ')} quantile`
        : 'forecast',
      color: color(1),
    },
  ];
  const note =
    seriesCount > series.length ? `The first ${series.length} of ${seriesCount} series` : undefined;
  const left = Math.max(...series.map(({ actual, predicted }) => marginFor(...actual, ...predicted)));
  const panels = series.map((one) => ({ ...seriesPanel(plot, one), marginLeft: left }));
  return { file: 'forecast.svg', title, svg: draw({ title, legend, note, panels }) };
}

function stepsPlot({ plot, draw }: Drawing, { errorByStep }: ForecastCurves): PlotFile | undefined {
  if (errorByStep.length === 0) return undefined;
  const title = 'Mean absolute error by step of the series';
  const svg = draw({
    title,
    panels: [
      {
        height: 280,
        marginLeft: marginFor(...errorByStep.map(([, error]) => error)),
        x: { ...numbers('step'), nice: false },
        y: { ...numbers('mean absolute error'), zero: true },
        marks: [
          plot.ruleY([0]),
          plot.line(errorByStep, { stroke: color(0), strokeWidth: 2 }),
          plot.dot(errorByStep, { r: errorByStep.length > 40 ? 1.5 : 3, fill: color(0) }),
        ],
      },
    ],
  });
  return { file: 'error-by-step.svg', title, svg };
}

function errorsPlot({ plot, draw }: Drawing, { residuals }: ForecastCurves): PlotFile | undefined {
  if (!residuals) return undefined;
  const title = 'Errors: actual minus forecast';
  const panel = histogramPanel(plot, residuals, { label: 'error', height: 280 }, [
    plot.ruleX([0], { stroke: color(1), strokeWidth: 2 }),
  ]);
  return { file: 'residuals.svg', title, svg: draw({ title, panels: [panel] }) };
}

/** The plots of a forecast. */
export const forecastPlots = (drawing: Drawing, curves: ForecastCurves): PlotFile[] =>
  curves.series.length === 0
    ? []
    : [seriesPlot(drawing, curves), stepsPlot(drawing, curves), errorsPlot(drawing, curves)].filter(
        (plot) => plot !== undefined,
      );
