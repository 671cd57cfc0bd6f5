import { isDay } from './calendar.ts';

/** What people write for dates and times, and why it is none; the first that fits is said. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^\s|\s$/, 'white space around the value'],
  [/^\d{4}-?W\d/i, 'dates by week are not read'],
  [/^\d{4}-\d{3}$/, 'dates by the day of the year are not read'],
  [/^\d{8}$/, 'year, month and day are written with hyphens between them'],
  [/^-?\d{9,10}(?:\.\d+)?$/, 'a number, maybe of seconds since 1970'],
  [/^-?\d{12,13}$/, 'a number, maybe of milliseconds since 1970'],
  [/^\d{4}-(?:\d-|\d\d-\d(?!\d))/, 'months and days have two digits'],
  [/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/, 'the year comes first; another order needs a format in the contract'],
  [/^\d{4}[./]\d/, 'year, month and day are written with hyphens between them'],
  [/^0000-/, 'years begin with 0001'],
  [/^\d{4}-(?:00|1[3-9]|[2-9]\d)-/, 'there is no such month'],
  [/(?:^|[T ])24:/, 'the day ends at 23:59; write 00:00 of the next day'],
  [/(?:^|[T ])(?:2[5-9]|[3-9]\d):/, 'hours end at 23'],
  [/:[6-9]\d/, 'minutes and seconds end at 59'],
  [/:\d\d.*[+-](?:1[89]|[2-9]\d):?\d\d$/, 'offsets end at 18 hours'],
];

const DAY = /^(\d{4})-(\d{2})-(\d{2})(.?)/;

/** Why a text is no date, timestamp or time in ISO 8601, without saying what it holds; empty when there is nothing to add. */
export function dateHint(text: string, type: 'date' | 'timestamp' | 'time'): string {
  const hint = HINTS.find(([pattern]) => pattern.test(text));
  if (hint !== undefined) return hint[1];
  const day = DAY.exec(text);
  if (day === null) return '';
  const [, year, month, date, behind] = day;
  if (!isDay(Number(year), Number(month), Number(date))) return 'there is no such day in that month';
  if (type === 'date' && /[T ]/.test(behind ?? '')) return 'there is a time of day beside the date';
  return type === 'timestamp' && behind === '' ? 'there is no time of day beside the date' : '';
}
