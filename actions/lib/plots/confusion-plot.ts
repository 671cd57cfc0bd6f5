import type { ClassCurves } from '../metrics/curves-classes.ts';
import { formatCount, formatNumber } from '../report/format-number.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { color } from './palette.ts';
import { fittedNames, textWidth } from './text-width.ts';

/** Above so many classes the largest are drawn. */
const MAX_CLASSES = 40;
/** Up to so many classes a cell has room for its count and share, and for its count. */
const WITH_SHARES = 9;
const WITH_COUNTS = 20;
const MAX_NAME = 130;

interface Cell {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Of the rows of the actual class. */
  readonly share: number;
}

/** Counts of actual and predicted classes; colours by the share of the actual class. */
export function confusionPlot(drawing: Drawing, { labels, cells }: ClassCurves['confusion']): PlotFile {
  const { plot } = drawing;
  const shown = largest(cells);
  const entries = cellsOf(cells, shown);
  const names = fittedNames(
    shown.map((at) => labels[at] ?? ''),
    MAX_NAME,
  );
  const longest = Math.max(...names.map(textWidth));
  const side = Math.max(16, Math.min(92, 540 / shown.length));
  const turned = longest > side - 8;
  const [left, bottom] = [longest + 42, turned ? longest * 0.72 + 62 : 46];
  const marks = [
    plot.cell(entries, {
      x: 'predicted',
      y: 'actual',
      fill: ({ actual, predicted }: Cell) => color(actual === predicted ? 0 : 1),
      fillOpacity: ({ share }: Cell) => 0.05 + 0.5 * share,
    }),
    ...(shown.length <= WITH_COUNTS ? [countsOf(drawing, entries, shown.length)] : []),
    ...(shown.length <= WITH_SHARES
      ? [
          plot.text(entries, {
            x: 'predicted',
            y: 'actual',
            text: ({ share }: Cell) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`,
            fontSize: 11,
            dy: 10,
            fill: 'currentColor',
          }),
        ]
      : []),
  ];
  const axis = {
    type: 'band',
    tickFormat: (at: number) => names[at] ?? '',
    tickSize: 0,
    padding: 0.03,
  } as const;
  const domain = shown.map((_, at) => at);
  const svg = drawing.draw({
    title: 'Confusion matrix',
    ...(shown.length < labels.length && {
      note: `The ${shown.length} largest of ${formatCount(labels.length)} classes`,
    }),
    panels: [
      {
        width: Math.max(300, Math.ceil(left + side * shown.length + (turned ? 40 : 22))),
        height: Math.ceil(12 + side * shown.length + bottom),
        marginLeft: left,
        marginBottom: bottom,
        marginRight: turned ? 40 : 22,
        x: {
          ...axis,
          domain,
          label: 'predicted',
          labelOffset: bottom - 8,
          ...(turned && { tickRotate: -45 }),
        },
        y: { ...axis, domain, label: 'actual' },
        marks,
      },
    ],
  });
  return { file: 'confusion.svg', title: 'Confusion matrix', svg };
}

const countsOf = ({ plot }: Drawing, entries: readonly Cell[], classes: number) =>
  plot.text(entries, {
    x: 'predicted',
    y: 'actual',
    // Weights may be any number.
    text: ({ count }: Cell) => (count === 0 && classes > WITH_SHARES ? '' : formatNumber(count, 3)),
    fontSize: classes <= 5 ? 14 : classes <= WITH_SHARES ? 12 : 9,
    fontWeight: 600,
    dy: classes <= WITH_SHARES ? -7 : 0,
    fill: 'currentColor',
  });

/** Which classes are drawn, in their order. */
function largest(cells: ClassCurves['confusion']['cells']): readonly number[] {
  const all = cells.map((_, at) => at);
  if (all.length <= MAX_CLASSES) return all;
  const rows = cells.map((row) => row.reduce((sum, count) => sum + count, 0));
  return all
    .toSorted((a, b) => (rows[b] ?? 0) - (rows[a] ?? 0))
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b);
}

/** The cells of these classes; of many classes only those that hold anything. */
function cellsOf(cells: ClassCurves['confusion']['cells'], shown: readonly number[]): Cell[] {
  return shown.flatMap((from, actual) => {
    const row = cells[from] ?? [];
    const total = row.reduce((sum, count) => sum + count, 0);
    return shown.flatMap((to, predicted) => {
      const count = row[to] ?? 0;
      const share = total > 0 ? count / total : 0;
      return count > 0 || shown.length <= WITH_COUNTS ? [{ actual, predicted, count, share }] : [];
    });
  });
}
