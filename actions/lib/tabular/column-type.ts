import { dateText, timestampText, timeText } from './calendar.ts';
import { type DateParser, parseDate, parseTime, parseTimestamp } from './date-format.ts';
import { dateHint } from './date-hint.ts';
import { numberHint, parseInteger, parseNumber } from './number-text.ts';
import type { Cell, CellObject } from './table.ts';

/** The logical types of columns, named as in the Open Data Contract Standard. */
export type ColumnType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'object'
  | 'array';

/** A value as its type means it: dates and times are milliseconds (since 1970, since midnight). */
export type Value = string | number | bigint | boolean | CellObject;

/** A value that its column's type does not allow. */
export class Misfit {
  /** Why, in a few words; empty when there is nothing to add. */
  readonly hint: string;

  constructor(hint: string) {
    this.hint = hint;
  }
}

/** Gives the value a cell stands for; `null` stays `null`. */
export type Convert = (cell: Cell) => Value | Misfit | null;

const PLAIN_MISFIT = new Misfit('');

type FromText = (text: string) => Value | Misfit;
type FromValue = (value: Exclude<Cell, string | null>) => Value | Misfit;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

const misfit: FromValue & FromText = () => PLAIN_MISFIT;
const dates =
  (parse: DateParser): FromText =>
  (text) =>
    parse(text) ?? PLAIN_MISFIT;
const isoDates =
  (parse: DateParser, type: 'date' | 'timestamp' | 'time'): FromText =>
  (text) =>
    parse(text) ?? new Misfit(dateHint(text, type));
const fromDate: FromValue = (value) => (value instanceof Date ? value.getTime() : PLAIN_MISFIT);

/** How a text becomes a value in formats whose cells are all texts. */
const FROM_TEXT: Readonly<Record<ColumnType, FromText>> = {
  string: (text) => text,
  integer: (text) =>
    parseInteger(text) ??
    new Misfit(numberHint(text) || (parseNumber(text) === undefined ? '' : 'not a whole number')),
  number: (text) => parseNumber(text) ?? new Misfit(numberHint(text)),
  boolean: (text) =>
    BOOLEANS.get(text) ?? new Misfit(/^(yes|no|y|n|0|1|on|off)$/i.test(text) ? 'write true or false' : ''),
  date: isoDates(parseDate, 'date'),
  timestamp: isoDates(parseTimestamp, 'timestamp'),
  time: isoDates(parseTime, 'time'),
  object: (text) => parsedJson(text, (value) => !Array.isArray(value)),
  array: (text) => parsedJson(text, Array.isArray),
};

/** How a value of a format with types becomes the value its column's type means. */
const FROM_VALUE: Readonly<Record<ColumnType, FromValue>> = {
  string: misfit,
  integer: (value) =>
    typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
      ? value
      : PLAIN_MISFIT,
  number: (value) => {
    if (typeof value === 'bigint') return value;
    if (typeof value !== 'number') return PLAIN_MISFIT;
    return Number.isFinite(value) ? value : new Misfit('not a finite number');
  },
  boolean: (value) => (typeof value === 'boolean' ? value : PLAIN_MISFIT),
  date: fromDate,
  timestamp: fromDate,
  time: misfit,
  object: (value) =>
    typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? value : PLAIN_MISFIT,
  array: (value) => (Array.isArray(value) ? value : PLAIN_MISFIT),
};

/**
 * The conversion of a column's cells to the values of its type.
 *
 * @param textual - the cells are texts whatever they mean, as in CSV
 * @param parseDates - reads dates and times that are not in ISO 8601
 */
export function conversion(type: ColumnType, textual: boolean, parseDates?: DateParser): Convert {
  const temporal = type === 'date' || type === 'timestamp' || type === 'time';
  const fromText = temporal && parseDates ? dates(parseDates) : FROM_TEXT[type];
  const textMayMean = textual || temporal || type === 'string';
  const fromValue = FROM_VALUE[type];
  return (cell) => {
    if (cell === null) return null;
    if (typeof cell === 'string') return textMayMean ? fromText(cell) : new Misfit('a text');
    return fromValue(cell);
  };
}

function parsedJson(text: string, fits: (value: object) => boolean): Value | Misfit {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !fits(value)) return PLAIN_MISFIT;
    return Array.isArray(value) ? value : { ...value };
  } catch {
    return new Misfit('not valid JSON');
  }
}

/** A value as people write it, for messages and documents. */
export function valueText(value: Cell | Value, type?: ColumnType): string {
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'invalid date' : timestampText(value.getTime());
  if (typeof value === 'object') return JSON.stringify(value, jsonSafe);
  if (typeof value === 'number' && type === 'date') return dateText(value);
  if (typeof value === 'number' && type === 'timestamp') return timestampText(value);
  if (typeof value === 'number' && type === 'time') return timeText(value);
  return String(value);
}

const jsonSafe = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
