import { formatInterval, formatNumber } from '../report/format-number.ts';
import { numbers } from './axes.ts';
import type { Panel, Plot } from './drawing.ts';
import { color, GUIDE } from './palette.ts';
import { fittedNames, textWidth } from './text-width.ts';

/** One line of a forest plot: a value with its interval. */
export interface ForestLine {
  readonly name: string;
  /** Set beside the name, such as how many rows there are. */
  readonly note?: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Number of its colour. */
  readonly tone: number;
}

const ROW_HEIGHT = 24;
const MAX_NAME = 230;
const MAX_NOTE = 90;
const AXIS_WIDTH = 330;

/**
 * Values with their intervals, one below the other, names at the left and figures at the right.
 *
 * @param reference - a value that all are compared with, drawn as a line
 */
export function forestPanel(
  plot: Plot,
  label: string,
  lines: readonly ForestLine[],
  reference?: number,
): Panel {
  const names = fittedNames(
    lines.map(({ name }) => name),
    MAX_NAME,
  );
  const entries = lines.map((one, at) => ({
    ...one,
    at,
    figures: `${formatNumber(one.value, 3)}${one.low === undefined || one.high === undefined ? '' : ` ${formatInterval({ low: one.low, high: one.high })}`}`,
  }));
  type Entry = (typeof entries)[number];
  const nameWidth = Math.max(40, ...names.map(textWidth));
  const noteWidth = Math.min(MAX_NOTE, Math.max(0, ...lines.map(({ note = '' }) => textWidth(note) + 16)));
  const figureWidth = Math.max(...entries.map(({ figures }) => textWidth(figures)));
  const tone = ({ tone: own }: Entry): string => color(own);
  return {
    width: Math.ceil(nameWidth + noteWidth + AXIS_WIDTH + figureWidth + 52),
    height: 62 + ROW_HEIGHT * entries.length,
    marginLeft: Math.ceil(nameWidth + noteWidth + 26),
    marginRight: Math.ceil(figureWidth + 26),
    x: numbers(label),
    y: {
      type: 'band',
      label: null,
      domain: entries.map(({ at }) => at),
      tickFormat: (at: number) => names[at] ?? '',
      tickSize: 0,
      tickPadding: noteWidth + 12,
    },
    marks: [
      ...(reference === undefined ? [] : [plot.ruleX([reference], GUIDE)]),
      plot.ruleY(
        entries.filter(({ low, high }) => low !== undefined && high !== undefined),
        { y: 'at', x1: 'low', x2: 'high', stroke: tone, strokeWidth: 3, strokeOpacity: 0.55 },
      ),
      plot.dot(entries, { y: 'at', x: 'value', r: 4.5, fill: tone }),
      plot.text(entries, {
        y: 'at',
        text: ({ note = '' }: Entry) => note,
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -10,
        fill: 'currentColor',
        fillOpacity: 0.7,
      }),
      plot.text(entries, {
        y: 'at',
        text: 'figures',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 12,
        fill: 'currentColor',
      }),
    ],
  };
}
