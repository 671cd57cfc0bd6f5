import type { ClassCurves } from '../metrics/curves-classes.ts';
import type { Histogram } from '../metrics/curves-histogram.ts';
import type { LatencyCurve } from '../metrics/curves-latency.ts';
import type { ValueCurves } from '../metrics/curves-values.ts';
import { formatCount, formatNumber, formatQuantity } from '../report/format-number.ts';
import { barsOf, marginFor, numbers, ticksFor } from './axes.ts';
import type { Drawing, Panel, Plot, PlotFile } from './drawing.ts';
import { color } from './palette.ts';
import { fitted } from './text-width.ts';

const MAX_NAME = 360;

/** Bars of a histogram, and what else is to be drawn over them. */
export function histogramPanel(
  plot: Plot,
  histogram: Histogram,
  look: {
    readonly label: string;
    readonly height: number;
    readonly tone?: number;
    readonly heading?: string;
  },
  over: NonNullable<Panel['marks']> = [],
): Panel {
  return {
    ...(look.heading !== undefined && { heading: look.heading }),
    height: look.height,
    marginLeft: marginFor(Math.max(...histogram.counts)),
    x: {
      ...numbers(look.label, ticksFor(histogram.from, histogram.to)),
      grid: false,
      nice: false,
      domain: [histogram.from, histogram.to],
    },
    y: numbers('rows', 4),
    marks: [
      plot.rectY(barsOf(histogram), {
        x1: 'x1',
        x2: 'x2',
        y: 'count',
        inset: 0.5,
        fill: color(look.tone ?? 0),
      }),
      plot.ruleY([0]),
      ...over,
    ],
  };
}

/** Rows of a binary task by score, the negatives and the positives; the threshold as a line. */
export function scoresPlot(
  { plot, draw }: Drawing,
  { scores, operating }: ClassCurves,
): PlotFile | undefined {
  if (scores.length === 0) return undefined;
  const title = 'Scores by true class';
  const threshold = operating?.threshold;
  const most = Math.max(...scores.flatMap(({ counts }) => counts));
  const svg = draw({
    title,
    note: threshold === undefined ? undefined : `┊ threshold ${formatNumber(threshold, 3)}`,
    panels: scores.map((one, index) => ({
      ...histogramPanel(
        plot,
        one,
        {
          label: 'score of the positive class',
          height: 190,
          tone: index,
          heading: `actual: ${fitted(one.label, MAX_NAME)} (${formatCount(one.counts.reduce((sum, count) => sum + count, 0))})`,
        },
        threshold === undefined
          ? []
          : [plot.ruleX([threshold], { strokeDasharray: '2,3', strokeWidth: 1.5 })],
      ),
      marginLeft: marginFor(most),
    })),
  });
  return { file: 'scores.svg', title, svg };
}

/** Rows by the values that metrics or ready-made scores give them. */
export function valuesPlot({ plot, draw }: Drawing, { values, task }: ValueCurves): PlotFile | undefined {
  if (values.length === 0) return undefined;
  const title = task === 'text' ? 'Values of the rows' : 'Scores of the rows';
  const left = Math.max(...values.map(({ counts }) => marginFor(Math.max(...counts))));
  const svg = draw({
    title,
    note: '┊ mean',
    panels: values.map((one) => ({
      ...histogramPanel(
        plot,
        one,
        { label: fitted(one.name, MAX_NAME), height: 160, heading: fitted(one.name, MAX_NAME) },
        [plot.ruleX([one.mean], { strokeDasharray: '2,3', strokeWidth: 1.5 })],
      ),
      marginLeft: left,
    })),
  });
  return { file: 'values.svg', title, svg };
}

/** How long requests or runs took, and the percentiles people promise each other. */
export function latencyPlot({ plot, draw }: Drawing, latency: LatencyCurve): PlotFile {
  const title = 'Latency';
  const marks = [
    { name: 'p50', at: latency.p50 },
    { name: 'p95', at: latency.p95 },
    { name: 'p99', at: latency.p99 },
  ];
  const svg = draw({
    title,
    note: `${formatQuantity(latency.count, 'measurement')}: ${marks.map(({ name, at }) => `${name} ${formatNumber(at, 3)} ms`).join(', ')}`,
    panels: [
      {
        ...histogramPanel(plot, latency, { label: 'milliseconds', height: 260 }, [
          plot.ruleX(marks, { x: 'at', stroke: color(1), strokeWidth: 1.5 }),
          // One above the other: the last ones may lie close together.
          ...marks.map((mark, index) =>
            plot.text([mark], {
              x: 'at',
              text: 'name',
              frameAnchor: 'top',
              dy: -9 - 12 * index,
              fill: 'currentColor',
            }),
          ),
        ]),
        marginTop: 46,
        y: numbers('requests', 4),
      },
    ],
  });
  return { file: 'latency.svg', title, svg };
}
