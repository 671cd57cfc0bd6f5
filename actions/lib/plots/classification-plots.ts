import type { ClassCurve, ClassCurves } from '../metrics/curves.ts';
import { color, type Drawing, GUIDE } from './drawing.ts';

/** A plot's file name and its SVG. */
export interface PlotFile {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

const pointsOf = (curves: readonly ClassCurve[]): Point[] =>
  curves.flatMap(({ label, points }) => points.map(([x, y]) => ({ x, y, label })));

const unit = (label: string) => ({ domain: [0, 1], label, grid: true, nice: false }) as const;

/** Longer labels are cut in a plot; the documents hold them whole. */
const MAX_LABEL = 18;
const short = (label: string): string =>
  label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label;

/** Names of the classes in their colours, one below the other, where the curves leave room. */
function legend({ plot }: Drawing, labels: readonly string[], x: number, fromY: number) {
  if (labels.length < 2) return [];
  const at = labels.map((label, index) => ({ label: short(label), x, y: fromY - index * 0.055, index }));
  return [
    plot.dot(at, { x: 'x', y: 'y', r: 4, fill: ({ index }: { index: number }) => color(index) }),
    plot.text(at, { x: 'x', y: 'y', text: 'label', textAnchor: 'start', dx: 8, fill: 'currentColor' }),
  ];
}

function curvePlot(
  drawing: Drawing,
  title: string,
  curves: readonly ClassCurve[],
  axes: { readonly x: string; readonly y: string; readonly stepped: boolean; readonly diagonal: boolean },
): string {
  const { plot } = drawing;
  const labels = curves.map(({ label }) => label);
  return drawing.draw(title, {
    x: unit(axes.x),
    y: unit(axes.y),
    marks: [
      plot.frame({ stroke: 'currentColor', strokeOpacity: 0.2 }),
      ...(axes.diagonal
        ? [
            plot.line(
              [
                [0, 0],
                [1, 1],
              ],
              GUIDE,
            ),
          ]
        : []),
      plot.line(pointsOf(curves), {
        x: 'x',
        y: 'y',
        z: 'label',
        stroke: ({ label }: Point) => color(labels.indexOf(label)),
        strokeWidth: 2,
        curve: axes.stepped ? 'step-before' : 'linear',
      }),
      ...legend(drawing, labels, axes.diagonal ? 0.62 : 0.05, 0.06 + 0.055 * (labels.length - 1)),
    ],
  });
}

function confusionPlot(drawing: Drawing, { labels, cells }: ClassCurves['confusion']): string {
  const { plot } = drawing;
  const names = labels.map(short);
  const entries = cells.flatMap((row, actual) => {
    const total = row.reduce((sum, cell) => sum + cell, 0);
    return row.map((count, predicted) => ({
      actual,
      predicted,
      count,
      share: total > 0 ? count / total : 0,
      right: actual === predicted,
    }));
  });
  type Entry = (typeof entries)[number];
  const size = Math.min(560, 150 + 90 * Math.max(2, labels.length));
  const longest = Math.max(...names.map((name) => name.length));
  const axis = { tickFormat: (index: number) => names[index] ?? '', tickSize: 0 };
  return drawing.draw('Confusion matrix', {
    width: size + 7 * longest,
    height: size,
    marginLeft: 28 + 7 * longest,
    x: { ...axis, type: 'band', label: 'predicted', padding: 0.03 },
    y: { ...axis, type: 'band', label: 'actual', padding: 0.03 },
    marks: [
      plot.cell(entries, {
        x: 'predicted',
        y: 'actual',
        fill: ({ right }: Entry) => color(right ? 0 : 1),
        fillOpacity: ({ share }: Entry) => 0.06 + 0.5 * share,
      }),
      plot.text(entries, {
        x: 'predicted',
        y: 'actual',
        text: ({ count }: Entry) => String(Number(count.toFixed(2))),
        fontSize: labels.length > 6 ? 10 : 14,
        fontWeight: 600,
        dy: -7,
        fill: 'currentColor',
      }),
      plot.text(entries, {
        x: 'predicted',
        y: 'actual',
        text: ({ share }: Entry) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`,
        fontSize: labels.length > 6 ? 8 : 11,
        dy: 9,
        fill: 'currentColor',
      }),
    ],
  });
}

function reliabilityPlot(drawing: Drawing, curves: ClassCurves): string {
  const { plot } = drawing;
  const most = Math.max(...curves.reliability.map(({ weight }) => weight));
  return drawing.draw('Reliability: is a probability what it says?', {
    x: unit(
      curves.task === 'binary' ? 'mean predicted probability' : 'mean probability of the predicted class',
    ),
    y: unit(curves.task === 'binary' ? 'observed share of positives' : 'share of right predictions'),
    r: { range: [0, 9], domain: [0, most] },
    marks: [
      plot.frame({ stroke: 'currentColor', strokeOpacity: 0.2 }),
      plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        GUIDE,
      ),
      plot.ruleX(curves.reliability, {
        x: 'meanProbability',
        y1: 'meanProbability',
        y2: 'observedShare',
        stroke: color(1),
        strokeWidth: 2,
      }),
      plot.line(curves.reliability, {
        x: 'meanProbability',
        y: 'observedShare',
        stroke: color(0),
        strokeWidth: 1.5,
      }),
      plot.dot(curves.reliability, { x: 'meanProbability', y: 'observedShare', r: 'weight', fill: color(0) }),
    ],
  });
}

function scoresPlot(drawing: Drawing, curves: ClassCurves): string {
  const { plot } = drawing;
  const bars = curves.scores.flatMap(({ label, counts }, index) =>
    counts.map((count, bin) => ({
      label,
      index,
      count,
      x1: bin / counts.length,
      x2: (bin + 1) / counts.length,
    })),
  );
  const labels = curves.scores.map(({ label }) => label);
  return drawing.draw('Scores by true class', {
    height: 340,
    x: { ...unit('score of the positive class'), grid: false },
    y: { label: 'rows', grid: true },
    fy: { label: null, axis: null },
    marks: [
      plot.rectY(bars, {
        x1: 'x1',
        x2: 'x2',
        y2: 'count',
        y1: 0,
        fy: 'index',
        inset: 0.5,
        fill: ({ index }: { index: number }) => color(index),
      }),
      plot.text(labels, {
        fy: (_: string, index: number) => index,
        text: (label: string) => `actual: ${short(label)}`,
        frameAnchor: 'top',
        fontWeight: 600,
        fill: 'currentColor',
      }),
      plot.ruleY([0]),
    ],
  });
}

/** The plots of a classification: confusion matrix and, where there are probabilities, the curves. */
export function classificationPlots(drawing: Drawing, curves: ClassCurves): PlotFile[] {
  const plots: PlotFile[] = [
    { file: 'confusion.svg', title: 'Confusion matrix', svg: confusionPlot(drawing, curves.confusion) },
  ];
  const roc = curves.roc.filter(({ points }) => points.length > 0);
  const precisionRecall = curves.precisionRecall.filter(({ points }) => points.length > 0);
  if (roc.length > 0)
    plots.push({
      file: 'roc.svg',
      title: 'ROC curve',
      svg: curvePlot(drawing, 'ROC curve', roc, {
        x: 'false positive rate',
        y: 'true positive rate',
        stepped: false,
        diagonal: true,
      }),
    });
  if (precisionRecall.length > 0)
    plots.push({
      file: 'precision-recall.svg',
      title: 'Precision and recall',
      svg: curvePlot(drawing, 'Precision and recall', precisionRecall, {
        x: 'recall',
        y: 'precision',
        stepped: true,
        diagonal: false,
      }),
    });
  if (curves.reliability.length > 0)
    plots.push({ file: 'reliability.svg', title: 'Reliability', svg: reliabilityPlot(drawing, curves) });
  if (curves.scores.length > 0)
    plots.push({ file: 'scores.svg', title: 'Scores by true class', svg: scoresPlot(drawing, curves) });
  return plots;
}
