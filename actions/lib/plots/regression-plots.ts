import type { Histogram } from '../metrics/curves-histogram.ts';
import type { NumberCurves, Pairs } from '../metrics/curves-numbers.ts';
import { marginFor, numbers, ticksFor } from './axes.ts';
import { densityMark } from './density-mark.ts';
import type { Drawing, Panel, Plot, PlotFile } from './drawing.ts';
import { histogramPanel } from './histogram-plots.ts';
import { color, GUIDE } from './palette.ts';

/** Dots, or cells that are darker where there are more rows. */
const pairMarks = (plot: Plot, pairs: Pairs) =>
  pairs.kind === 'dots'
    ? [plot.dot(pairs.points, { r: 2.5, fill: color(0), fillOpacity: 0.55 })]
    : [densityMark(pairs)];

/** The ends of what is drawn: of both axes together, or of each. */
function endsOf(pairs: Pairs): { readonly x: [number, number]; readonly y: [number, number] } {
  if (pairs.kind === 'density') return { x: [pairs.x.from, pairs.x.to], y: [pairs.y.from, pairs.y.to] };
  const ends = (at: 0 | 1): [number, number] => {
    const values = pairs.points.map((point) => point[at]);
    return [Math.min(...values), Math.max(...values)];
  };
  return { x: ends(0), y: ends(1) };
}

const densityNote = (pairs: Pairs): string | undefined =>
  pairs.kind === 'density' ? 'darker: more rows; the outermost rows lie on the edge' : undefined;

function predictedPlot({ plot, draw }: Drawing, pairs: Pairs): PlotFile {
  const { x, y } = endsOf(pairs);
  const ends = [Math.min(x[0], y[0]), Math.max(x[1], y[1])] as const;
  const title = 'Predicted and actual values';
  const svg = draw({
    title,
    note: densityNote(pairs),
    panels: [
      {
        marginLeft: marginFor(...ends),
        x: { ...numbers('actual', ticksFor(...ends)), domain: ends },
        y: { ...numbers('predicted'), domain: ends },
        marks: [
          ...pairMarks(plot, pairs),
          plot.line(
            ends.map((end) => [end, end] as const),
            { ...GUIDE, strokeOpacity: 0.6 },
          ),
        ],
      },
    ],
  });
  return { file: 'predicted.svg', title, svg };
}

/** How errors are spread, and below, where they are. */
function errorsPlot({ plot, draw }: Drawing, pairs: Pairs, residuals: Histogram): PlotFile {
  const title = 'Errors: actual minus predicted';
  const { x, y } = endsOf(pairs);
  const left = Math.max(marginFor(...y), marginFor(Math.max(...residuals.counts)));
  const panels: Panel[] = [
    {
      ...histogramPanel(plot, residuals, { label: 'error', height: 230 }, [
        plot.ruleX([0], { stroke: color(1), strokeWidth: 2 }),
      ]),
      marginLeft: left,
    },
    {
      height: 270,
      marginLeft: left,
      x: { ...numbers('predicted', ticksFor(...x)), domain: x },
      y: { ...numbers('error'), domain: y },
      marks: [...pairMarks(plot, pairs), plot.ruleY([0], { stroke: color(1), strokeWidth: 2 })],
    },
  ];
  return { file: 'residuals.svg', title, svg: draw({ title, note: densityNote(pairs), panels }) };
}

/** The plots of a regression: predictions against the truth, and how errors are spread. */
export const regressionPlots = (
  drawing: Drawing,
  { predicted, errors, residuals }: NumberCurves,
): PlotFile[] =>
  residuals ? [predictedPlot(drawing, predicted), errorsPlot(drawing, errors, residuals)] : [];
