import type { LabelSetCurves } from '../metrics/curves-label-sets.ts';
import { formatNumber, formatQuantity } from '../report/format-number.ts';
import { numbers, shares } from './axes.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { color } from './palette.ts';
import { fitted, fittedNames, textWidth } from './text-width.ts';

/** Labels beyond this are a table's business. */
const MAX_LABELS = 40;
const MAX_PAIRS = 12;
const ROW_HEIGHT = 24;
const MAX_NAME = 200;

/** F1 of each label as a bar, precision and recall as marks on it; the worst first. */
function labelsPlot({ plot, draw }: Drawing, { labels }: LabelSetCurves): PlotFile | undefined {
  const known = labels.filter(({ f1 }) => f1 !== undefined);
  if (known.length === 0) return undefined;
  const shown = known.toSorted((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0)).slice(0, MAX_LABELS);
  const names = fittedNames(
    shown.map(({ label }) => label),
    MAX_NAME,
  );
  const entries = shown.map((figures, at) => ({
    ...figures,
    at,
    text: `${formatNumber(figures.f1 ?? 0, 3)}   n = ${formatNumber(figures.actual, 3)}`,
  }));
  const [left, right] = [names, entries.map(({ text }) => text)].map((texts) =>
    Math.ceil(Math.max(40, ...texts.map(textWidth)) + 26),
  );
  const title = 'F1 by label';
  const mark = (key: 'precision' | 'recall', tone: number) =>
    plot.tickX(
      entries.filter(({ [key]: value }) => value !== undefined),
      { y: 'at', x: key, stroke: color(tone), strokeWidth: 3 },
    );
  const svg = draw({
    title,
    ...(shown.length < labels.length && {
      note: `${formatQuantity(shown.length, 'label')} of ${labels.length}, the worst first`,
    }),
    legend: [
      { label: 'F1', color: color(5) },
      { label: 'precision', color: color(0) },
      { label: 'recall', color: color(1) },
    ],
    panels: [
      {
        width: (left ?? 0) + (right ?? 0) + 320,
        height: 62 + ROW_HEIGHT * entries.length,
        ...(left !== undefined && { marginLeft: left }),
        ...(right !== undefined && { marginRight: right }),
        x: shares('share'),
        y: {
          type: 'band',
          label: null,
          domain: entries.map(({ at }) => at),
          tickFormat: (at: number) => names[at] ?? '',
          tickSize: 0,
          padding: 0.25,
        },
        marks: [
          plot.barX(entries, { y: 'at', x1: 0, x2: 'f1', fill: color(5), fillOpacity: 0.45 }),
          mark('precision', 0),
          mark('recall', 1),
          plot.text(entries, {
            y: 'at',
            text: 'text',
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 10,
            fill: 'currentColor',
          }),
          plot.ruleX([0]),
        ],
      },
    ],
  });
  return { file: 'labels.svg', title, svg };
}

/** The pairs of labels of which one was missed and another given instead. */
function mixedUpPlot({ plot, draw }: Drawing, { labels, mixedUp }: LabelSetCurves): PlotFile | undefined {
  if (mixedUp.length === 0) return undefined;
  const nameOf = (at: number): string => fitted(labels[at]?.label ?? '', MAX_NAME / 2);
  const entries = mixedUp.slice(0, MAX_PAIRS).map(([missed, given, weight], at) => ({
    at,
    weight,
    name: `${nameOf(missed)} → ${nameOf(given)}`,
  }));
  const left = Math.ceil(Math.max(40, ...entries.map(({ name }) => textWidth(name))) + 26);
  const title = 'Labels mixed up: missed → given instead';
  const svg = draw({
    title,
    panels: [
      {
        width: left + 320,
        height: 62 + ROW_HEIGHT * entries.length,
        marginLeft: left,
        x: numbers('rows'),
        y: {
          type: 'band',
          label: null,
          domain: entries.map(({ at }) => at),
          tickFormat: (at: number) => entries[at]?.name ?? '',
          tickSize: 0,
          padding: 0.25,
        },
        marks: [plot.barX(entries, { y: 'at', x1: 0, x2: 'weight', fill: color(1) }), plot.ruleX([0])],
      },
    ],
  });
  return { file: 'mixed-up.svg', title, svg };
}

/** The plots of a multilabel task. */
export const labelSetPlots = (drawing: Drawing, curves: LabelSetCurves): PlotFile[] =>
  [labelsPlot(drawing, curves), mixedUpPlot(drawing, curves)].filter((plot) => plot !== undefined);
