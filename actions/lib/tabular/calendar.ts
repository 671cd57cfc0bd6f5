const DAY_MS = 86_400_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether a day exists in the proleptic Gregorian calendar; years 1 to 9999. */
export const isDay = (year: number, month: number, day: number): boolean =>
  year >= 1 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= (DAYS[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year; // years that begin in March keep the leap day last
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

/** Parts of a date and time; what a format lacks stays at its default. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** Milliseconds since 1970 (UTC) of a date and time, or `undefined` when there is no such time. */
export function instantOf(parts: DateParts): number | undefined {
  const { year, month, day, hour, minute, second, millisecond, offset } = parts;
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 || Math.abs(offset) > 18 * 60)
    return undefined;
  return (
    daysSinceEpoch(year, month, day) * DAY_MS +
    ((hour * 60 + minute - offset) * 60 + second) * 1_000 +
    millisecond
  );
}

/** `2024-02-29` for milliseconds since 1970. */
export const dateText = (ms: number): string => new Date(ms).toISOString().replace(/T.*/, '');

/** `12:30:00` for milliseconds since midnight. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/^.*T|(\.000)?Z$/g, '');

/** `2024-02-29T12:30:00Z` for milliseconds since 1970. */
export const timestampText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
