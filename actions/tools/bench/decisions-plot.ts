import { numbers, shares } from '../../lib/plots/axes.ts';
import { type Drawing, openDrawing } from '../../lib/plots/drawing.ts';
import { color, FRAME, GUIDE } from '../../lib/plots/palette.ts';
import type { Rates } from './decisions-rates.ts';
import { PEER_RULES } from './decisions-rules.ts';
import type { Line } from './decisions-setup.ts';

/** Our bars: at most this share of equal models blocked, at least that share of losses of twice the margin. */
const FALSE_BLOCKS = 0.05;
const CAUGHT = 0.95;

const OURS = 'gate-metrics';
const RULES: readonly string[] = [OURS, ...PEER_RULES.map(({ name }) => name)];
/** Numbers of colours that are told apart where lines cross. */
const TONES: readonly number[] = [0, 1, 2, 3, 4, 9, 8];
const colorOf = (rule: string): string => color(TONES[RULES.indexOf(rule)] ?? 9);

interface Point {
  readonly rule: string;
  readonly loss: number;
  readonly blocked: number;
}

/**
 * How often each rule blocks against the true loss, a panel for each number of rows.
 *
 * @param lines - of one metric and one number of gates
 */
export async function decisionsPlot(lines: readonly Line<Rates>[], title: string): Promise<string> {
  const drawing = await openDrawing();
  return drawing.draw({
    title,
    note: 'Left of 1 a block is false, right of 1 it is wanted. Lines at 5 and 95 %.',
    legend: RULES.map((label) => ({ label, color: colorOf(label) })),
    panels: [...new Set(lines.map(({ rows }) => rows))].map((rows) =>
      panel(
        drawing,
        `${rows.toLocaleString('en')} rows behind each gate`,
        lines.filter((line) => line.rows === rows).flatMap(pointsOf),
      ),
    ),
  });
}

/** Ours last, above the others. */
const pointsOf = ({ loss, rates: { runs, endings, peers } }: Line<Rates>): Point[] => [
  ...PEER_RULES.map(({ name }, at) => ({ rule: name, loss, blocked: (peers[at] ?? 0) / runs })),
  { rule: OURS, loss, blocked: endings.blocked / runs },
];

const panel = ({ plot }: Drawing, heading: string, points: readonly Point[]) => ({
  heading,
  width: 620,
  height: 250,
  x: numbers('true loss, in margins', 7),
  y: shares('blocked'),
  marks: [
    plot.frame(FRAME),
    plot.ruleY([FALSE_BLOCKS, CAUGHT], GUIDE),
    plot.line(points, {
      x: 'loss',
      y: 'blocked',
      z: 'rule',
      stroke: ({ rule }: Point) => colorOf(rule),
      strokeWidth: ({ rule }: Point) => (rule === OURS ? 3.5 : 1.5),
    }),
  ],
});
