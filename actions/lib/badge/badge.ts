import { formatNumber } from '../report/format-number.ts';
import { visibleText } from '../report/visible-text.ts';
import { xmlElement, xmlText } from '../report/xml.ts';
import type { Verdict } from '../verdict.ts';
import { verdanaWidth } from './verdana-width.ts';

/** A small sign for a README: what was measured, the number, and how the gate stands. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  /** Six hexadecimal digits; white text on it has a contrast of at least 4.5. */
  readonly color: string;
}

const COLORS: Readonly<Record<Verdict, string>> = {
  pass: '1a7f37',
  waived: '0969da',
  warn: '9a6700',
  inconclusive: '656d76',
  fail: 'cf222e',
};

/** Longest label and message: a badge is one glance wide. */
const MAX_CHARACTERS = 40;

/**
 * The badge of a metric. Every verdict but `pass` is also there in words, for those who do not see the colour.
 *
 * @param value - `undefined` when the candidate has no such number
 */
export function metricBadge(metric: string, value: number | undefined, verdict: Verdict): Badge {
  const number = value === undefined ? 'no value' : formatNumber(value);
  return {
    label: shortened(metric),
    message: verdict === 'pass' ? number : `${number}, ${verdict}`,
    color: value === undefined ? COLORS.inconclusive : COLORS[verdict],
  };
}

function shortened(text: string): string {
  const characters = [...visibleText(text)];
  return characters.length <= MAX_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}

/** The JSON that shields.io draws a badge from: its endpoint format, schema version 1. */
export const badgeJson = ({ label, message, color }: Badge): string =>
  `${JSON.stringify({ schemaVersion: 1, label, message, color }, null, 2)}\n`;

const HEIGHT = 20;
const PADDING = 6;
const GROUND = '#3b4148';

/** The badge as a picture that needs nobody's server; a screen reader reads it as `f1: 0.91`. */
export function badgeSvg({ label, message, color }: Badge): string {
  const left = Math.ceil(verdanaWidth(label) + 2 * PADDING);
  const right = Math.ceil(verdanaWidth(message) + 2 * PADDING);
  const name = `${label}: ${message}`;
  const part = (text: string, from: number) =>
    // The length holds the text in its field where another font takes the place of Verdana.
    xmlElement('text', { x: from + PADDING, y: 14, textLength: round(verdanaWidth(text)) }, [xmlText(text)]);
  return `${xmlElement(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: left + right,
      height: HEIGHT,
      viewBox: `0 0 ${left + right} ${HEIGHT}`,
      role: 'img',
      'aria-label': name,
    },
    [
      xmlElement('title', {}, [xmlText(name)]),
      xmlElement('path', { d: `M${left} 0H4Q0 0 0 4V16Q0 20 4 20H${left}Z`, fill: GROUND }),
      xmlElement('path', { d: `M${left} 0h${right - 4}q4 0 4 4v12q0 4-4 4H${left}Z`, fill: `#${color}` }),
      xmlElement(
        'g',
        { fill: '#fff', 'font-family': 'Verdana, "DejaVu Sans", Geneva, sans-serif', 'font-size': 11 },
        [part(label, 0), part(message, left)],
      ),
    ],
  )}\n`;
}

const round = (length: number): number => Math.round(length * 10) / 10;
