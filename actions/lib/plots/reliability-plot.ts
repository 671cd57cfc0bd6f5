import type { ClassCurves } from '../metrics/curves-classes.ts';
import type { ReliabilityBin } from '../metrics/curves-reliability.ts';
import { formatPercent } from '../report/format-number.ts';
import { numbers, shares } from './axes.ts';
import { baselineLegend } from './baseline-legend.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { color, FRAME, GUIDE } from './palette.ts';

const LABELS = {
  binary: ['mean predicted probability', 'observed share of positives'],
  multiclass: ['mean probability of the predicted class', 'share of right predictions'],
} as const;

/** What was claimed and what was seen, with Wilson's interval of each bin; below, how many rows are in each. */
export function reliabilityPlot(drawing: Drawing, curves: ClassCurves): PlotFile | undefined {
  const { plot } = drawing;
  const { reliability: bins, baseline, task } = curves;
  if (bins.length === 0) return undefined;
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  const shareOf = bins.map((bin) => ({ ...bin, share: bin.weight / total }));
  const before = baseline?.reliability ?? [];
  const [x, y] = LABELS[task];
  const line = (own: readonly ReliabilityBin[], index: number) =>
    plot.line(own, {
      x: 'meanProbability',
      y: 'observedShare',
      stroke: color(index),
      strokeWidth: 1.5,
      ...(index > 0 && { strokeDasharray: '6,3' }),
    });
  const title = 'Reliability: is a probability what it says?';
  const svg = drawing.draw({
    title,
    legend: baselineLegend(before.length > 0 ? baseline?.name : undefined),
    panels: [
      {
        height: 370,
        x: shares(x),
        y: shares(y),
        marks: [
          plot.frame(FRAME),
          plot.line(
            [
              [0, 0],
              [1, 1],
            ],
            GUIDE,
          ),
          ...(before.length > 0 ? [line(before, 1)] : []),
          plot.ruleX(bins, {
            x: 'meanProbability',
            y1: 'low',
            y2: 'high',
            stroke: color(0),
            strokeWidth: 2.5,
            strokeOpacity: 0.45,
          }),
          line(bins, 0),
          plot.dot(bins, { x: 'meanProbability', y: 'observedShare', r: 4, fill: color(0) }),
        ],
      },
      {
        height: 130,
        x: { ...shares('probability'), grid: false },
        y: { ...numbers('rows', 3), tickFormat: (share: number) => formatPercent(share, 0) },
        marks: [
          plot.rectY(shareOf, { x1: 'from', x2: 'to', y: 'share', inset: 0.5, fill: color(0) }),
          plot.ruleY([0]),
        ],
      },
    ],
  });
  return { file: 'reliability.svg', title: 'Reliability', svg };
}
