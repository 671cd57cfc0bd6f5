import type { ColumnProfile } from '../lib/documents/profile.ts';
import { formatNumber } from '../lib/report/format-number.ts';
import { dateText, timestampText, timeText } from '../lib/tabular/calendar.ts';

/** The greatest distance from 1970 that a date can have, in milliseconds. */
const MAX_INSTANT = 8.64e15;

type Show = (ms: number) => string;
const TEMPORAL: ReadonlyMap<string, Show> = new Map<string, Show>([
  ['date', dateText],
  // To the minute: a card is narrow, and profile.json has the rest.
  ['timestamp', (ms) => timestampText(ms).slice(0, 16).replace('T', ' ')],
  ['time', (ms) => timeText(Math.round(ms / 1_000) * 1_000)],
]);

/** A number of a column as people read it: a date where the column holds dates. */
export function valueText(type: ColumnProfile['type'], value: number): string {
  const show = TEMPORAL.get(type);
  if (show === undefined) return formatNumber(value);
  return Math.abs(value) <= MAX_INSTANT ? show(value) : formatNumber(value);
}

/** A spread of a column: days where it holds dates. */
export function spreadText(type: ColumnProfile['type'], value: number): string {
  if (!TEMPORAL.has(type)) return formatNumber(value, 3);
  return type === 'time'
    ? `${formatNumber(value / 3_600_000, 3)} h`
    : `${formatNumber(value / 86_400_000, 3)} days`;
}
