import type { ColumnType } from '../tabular/column-type.ts';
import { parseDate, parseTimestamp } from '../tabular/date-format.ts';
import { parseInteger, parseNumber } from '../tabular/number-text.ts';

/** A value that an inferred type does not hold: the pass begins anew with a type that does. */
export class TypeSurprise extends Error {
  readonly column: string;
  readonly type: ColumnType;

  constructor(column: string, type: ColumnType) {
    super(`${column} is ${type}`);
    this.column = column;
    this.type = type;
  }
}

/** The narrowest type of a text of CSV. Digits that begin with zero are names, such as post codes. */
export function typeOfText(text: string): ColumnType {
  if (!/^[+-]?0\d/.test(text)) {
    if (parseInteger(text) !== undefined) return 'integer';
    if (parseNumber(text) !== undefined) return 'number';
    if (/^(true|false)$/i.test(text)) return 'boolean';
  }
  if (parseDate(text) !== undefined) return 'date';
  return parseTimestamp(text) === undefined ? 'string' : 'timestamp';
}

/** The narrowest type of a value of JSON. */
export function typeOfJson(value: unknown): ColumnType {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  const text = String(value);
  if (parseDate(text) !== undefined) return 'date';
  return parseTimestamp(text) === undefined ? 'string' : 'timestamp';
}

/** The narrowest type that holds values of both. */
export function joinTypes(a: ColumnType | undefined, b: ColumnType): ColumnType {
  if (a === undefined || a === b) return b;
  const both = (one: ColumnType, other: ColumnType): boolean =>
    (a === one && b === other) || (a === other && b === one);
  if (both('integer', 'number')) return 'number';
  return both('date', 'timestamp') ? 'timestamp' : 'string';
}
