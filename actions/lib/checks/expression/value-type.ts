import type { ColumnType } from '../../tabular/column-type.ts';

/** What an expression's values are. `instant`: dates and timestamps; `unknown`: only the data will tell. */
export type ValueType = 'number' | 'text' | 'truth' | 'instant' | 'time' | 'unknown';

/** With the article, for messages. */
export const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'a text',
  truth: 'a condition',
  instant: 'a date or timestamp',
  time: 'a time of day',
  unknown: 'a value of unknown type',
};

/** What the values of a column are in expressions. Objects and arrays are their JSON text. */
export const VALUE_TYPES: Readonly<Record<ColumnType, ValueType>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'truth',
  date: 'instant',
  timestamp: 'instant',
  time: 'time',
  object: 'text',
  array: 'text',
};
