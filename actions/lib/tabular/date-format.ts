import { type DateParts, instantOf } from './calendar.ts';

type Part = keyof DateParts;

/** Reads a text; milliseconds since 1970, or `undefined` when it is no such date. */
export type DateParser = (text: string) => number | undefined;

/** The letters of java.time's DateTimeFormatter that are read, with what they match. */
const SYMBOLS: ReadonlyMap<string, readonly [pattern: string, part: Part | 'zone']> = new Map([
  ['yyyy', ['(\\d{4})', 'year']],
  ['uuuu', ['(\\d{4})', 'year']],
  ['MM', ['(\\d{2})', 'month']],
  ['M', ['(\\d{1,2})', 'month']],
  ['dd', ['(\\d{2})', 'day']],
  ['d', ['(\\d{1,2})', 'day']],
  ['HH', ['(\\d{2})', 'hour']],
  ['H', ['(\\d{1,2})', 'hour']],
  ['mm', ['(\\d{2})', 'minute']],
  ['ss', ['(\\d{2})', 'second']],
  ['S', ['(\\d)', 'millisecond']],
  ['SSS', ['(\\d{3})', 'millisecond']],
  ['SSSSSS', ['(\\d{6})', 'millisecond']],
  ['SSSSSSSSS', ['(\\d{9})', 'millisecond']],
  ['X', ['(Z|[+-]\\d{2}(?:\\d{2})?)', 'zone']],
  ['XX', ['(Z|[+-]\\d{4})', 'zone']],
  ['XXX', ['(Z|[+-]\\d{2}:\\d{2})', 'zone']],
  ['Z', ['([+-]\\d{4})', 'zone']],
]);

const EPOCH: DateParts = {
  year: 1970,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 0,
  offset: 0,
};

/**
 * Compiles a date pattern such as `dd/MM/yyyy HH:mm`; a time without a zone is UTC, a time without a date is on
 * 1970-01-01.
 *
 * @returns the parser, or the piece of the pattern that is not supported
 */
export function compileDateFormat(pattern: string): DateParser | { readonly unsupported: string } {
  const parts: (Part | 'zone')[] = [];
  let source = '';
  for (const [piece, quoted] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)) {
    const symbol = SYMBOLS.get(piece);
    if (symbol) {
      source += symbol[0];
      parts.push(symbol[1]);
    } else if (quoted !== undefined) source += escaped(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (/^[A-Za-z']/.test(piece)) return { unsupported: piece };
    else source += escaped(piece);
  }
  return parserOf(new RegExp(`^${source}$`), parts);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function parserOf(expression: RegExp, parts: readonly (Part | 'zone')[]): DateParser {
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const found: { -readonly [K in Part]: number } = { ...EPOCH };
    for (const [index, part] of parts.entries()) {
      const value = match[index + 1] ?? '';
      if (part === 'zone') found.offset = zoneMinutes(value);
      else found[part] = part === 'millisecond' ? fraction(value) : Number(value);
    }
    return instantOf(found);
  };
}

const fraction = (digits: string): number => Math.floor(Number(`0.${digits}`) * 1_000 + 1e-9);

function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;

/** A calendar day in ISO 8601, `2024-02-29`, as milliseconds since 1970. */
export const parseDate: DateParser = (text) => {
  const match = DATE.exec(text);
  return match === null
    ? undefined
    : instantOf({ ...EPOCH, year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
};

/** A date and time in ISO 8601, `2024-02-29T12:30:00Z` or with a space and any offset; UTC without one. */
export const parseTimestamp: DateParser = (text) => {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, digits, zone] = match;
  return instantOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    millisecond: fraction(digits ?? '0'),
    offset: zoneMinutes(zone ?? ''),
  });
};

/** A time of day in ISO 8601, `12:30:00`, as milliseconds since midnight. */
export const parseTime: DateParser = (text) => {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hour, minute, second, digits] = match;
  return instantOf({
    ...EPOCH,
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    millisecond: fraction(digits ?? '0'),
  });
};
