import { timestampText } from '../tabular/calendar.ts';
import { type ColumnType, type Convert, conversion, Misfit, valueText } from '../tabular/column-type.ts';
import { parseDate, parseTimestamp } from '../tabular/date-format.ts';
import { parseInteger, parseNumber } from '../tabular/number-text.ts';
import type { Cell } from '../tabular/table.ts';
import type { Key } from './value-counts.ts';

/** What a value looks like, and the number behind it where there is one. */
export interface Kind {
  readonly type: ColumnType | 'invalid';
  readonly number?: number;
}

/** The value of a cell as it is counted. */
export function keyOf(cell: Exclude<Cell, null>): Key {
  if (typeof cell !== 'object') return Object.is(cell, -0) ? 0 : cell;
  return cell instanceof Date && !Number.isNaN(cell.getTime())
    ? timestampText(cell.getTime())
    : valueText(cell);
}

/** Tells what a counted value is. */
export type Classify = (key: Key) => Kind;

/**
 * Reads values as a declared type; dates and times of typed formats are counted as ISO texts, which read back.
 */
export function declared(type: ColumnType, textual: boolean, convert?: Convert): Classify {
  const structured = type === 'object' || type === 'array'; // counted as JSON text
  const read = convert ?? conversion(type, textual);
  return (key) => {
    if (structured) return { type };
    let value = read(key);
    if (value instanceof Misfit && typeof key === 'string' && type === 'date')
      value = parseTimestamp(key) ?? value;
    if (value === null || value instanceof Misfit) return { type: 'invalid' };
    const numeric = typeof value === 'number' || typeof value === 'bigint';
    return numeric && type !== 'string' ? { type, number: Number(value) } : { type };
  };
}

/** Finds the narrowest type of a value. Numbers with leading zeros are names, such as post codes. */
export const inferred =
  (textual: boolean): Classify =>
  (key) => {
    switch (typeof key) {
      case 'bigint':
        return { type: 'integer', number: Number(key) };
      case 'number':
        if (!Number.isFinite(key)) return { type: 'invalid' };
        return { type: Number.isInteger(key) ? 'integer' : 'number', number: key };
      case 'boolean':
        return { type: 'boolean' };
      default:
        return textKind(key, textual);
    }
  };

function textKind(text: string, textual: boolean): Kind {
  if (textual && !/^[+-]?0\d/.test(text)) {
    const whole = parseInteger(text);
    if (whole !== undefined) return { type: 'integer', number: Number(whole) };
    const number = parseNumber(text);
    if (number !== undefined) return { type: 'number', number };
    if (/^(true|false)$/i.test(text)) return { type: 'boolean' };
  }
  const date = parseDate(text);
  if (date !== undefined) return { type: 'date', number: date };
  const timestamp = parseTimestamp(text);
  return timestamp === undefined ? { type: 'string' } : { type: 'timestamp', number: timestamp };
}
