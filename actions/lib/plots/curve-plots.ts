import type { ClassCurve, ClassCurves, OperatingPoint } from '../metrics/curves-classes.ts';
import { formatNumber } from '../report/format-number.ts';
import { shares } from './axes.ts';
import type { Drawing, LegendEntry, PlotFile } from './drawing.ts';
import { color, FRAME, GUIDE } from './palette.ts';
import { fitted, fittedNames } from './text-width.ts';

const MAX_NAME = 130;

/** How one of the two curves is drawn. */
interface Kind {
  readonly key: 'roc' | 'precisionRecall';
  readonly file: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly stepped: boolean;
  /** The place of what the predicted labels amount to. */
  readonly placeOf: (point: OperatingPoint) => readonly [number | undefined, number | undefined];
}

const KINDS: readonly Kind[] = [
  {
    key: 'roc',
    file: 'roc.svg',
    title: 'ROC curve',
    x: 'false positive rate',
    y: 'true positive rate',
    stepped: false,
    placeOf: ({ falsePositiveRate, recall }) => [falsePositiveRate, recall],
  },
  {
    key: 'precisionRecall',
    file: 'precision-recall.svg',
    title: 'Precision and recall',
    x: 'recall',
    y: 'precision',
    stepped: true,
    placeOf: ({ recall, precision }) => [recall, precision],
  },
];

interface Line {
  readonly name: string;
  readonly points: ClassCurve['points'];
  readonly index: number;
  readonly dashed: boolean;
}

/** ROC and precision-recall curves: of a binary task with that of the baseline, else one for each class. */
export const curvePlots = (drawing: Drawing, curves: ClassCurves): PlotFile[] =>
  KINDS.flatMap((kind) => {
    const lines = linesOf(curves, kind.key);
    if (lines.length === 0) return [];
    const { file, title } = kind;
    return [{ file, title, svg: curvePlot(drawing, kind, lines, curves) }];
  });

function linesOf({ task, baseline, ...curves }: ClassCurves, key: Kind['key']): Line[] {
  const own = curves[key];
  const names = fittedNames(
    own.map(({ label }) => label),
    MAX_NAME,
  );
  const lines = own.map(({ points }, index) => ({ name: names[index] ?? '', points, index, dashed: false }));
  const before = baseline?.[key][0];
  // Twice as many curves as classes would be too many to tell apart.
  if (task !== 'binary' || !baseline || !before) return lines;
  return [
    ...lines.map((line) => ({ ...line, name: 'this model' })),
    { name: `baseline: ${fitted(baseline.name, MAX_NAME)}`, points: before.points, index: 1, dashed: true },
  ];
}

function curvePlot(drawing: Drawing, kind: Kind, lines: readonly Line[], curves: ClassCurves): string {
  const { plot } = drawing;
  const [x, y] = curves.operating ? kind.placeOf(curves.operating) : [];
  const operating = x === undefined || y === undefined ? [] : [{ x, y }];
  const threshold = curves.operating?.threshold;
  const legend: LegendEntry[] =
    lines.length > 1 ? lines.map(({ name, index }) => ({ label: name, color: color(index) })) : [];
  const point = threshold === undefined ? 'as predicted' : `threshold ${formatNumber(threshold, 3)}`;
  return drawing.draw({
    title: kind.title,
    legend,
    ...(operating.length > 0 && { note: `○ ${point}` }),
    panels: [
      {
        x: shares(kind.x),
        y: shares(kind.y),
        marks: [
          plot.frame(FRAME),
          ...(kind.key === 'roc'
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
          ...lines.map(({ points, index, dashed }) =>
            plot.line(points, {
              stroke: color(index),
              strokeWidth: 2,
              ...(dashed && { strokeDasharray: '6,3' }),
              curve: kind.stepped ? 'step-before' : 'linear',
            }),
          ),
          plot.dot(operating, { x: 'x', y: 'y', r: 6, stroke: 'currentColor', strokeWidth: 2 }),
        ],
      },
    ],
  });
}
