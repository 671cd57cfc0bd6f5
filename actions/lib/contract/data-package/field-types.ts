import type { ColumnType } from '../../tabular/column-type.ts';
import { compileDateFormat } from '../../tabular/date-format.ts';
import { javaPattern } from './strptime.ts';

/** What a field's type says, in the terms of checks. */
export interface FieldType {
  /** `undefined` where no type of ours means the same; then `pattern` or `values` hold what is known. */
  readonly type?: ColumnType;
  /** Pattern of java.time, for dates and times that are not in ISO 8601. */
  readonly format?: string;
  /** A known format of texts. */
  readonly textFormat?: string;
  /** A regular expression for whole values. */
  readonly pattern?: string;
  readonly values?: readonly string[];
  /** What of the type is not checked, in words. */
  readonly loss?: string;
}

/** A field as its descriptor has it. */
export type Field = Readonly<Record<string, unknown>>;

type Reading = (field: Field, format: string) => FieldType;

const plain =
  (type: ColumnType): Reading =>
  () => ({ type });

const STRING_FORMATS: ReadonlyMap<string, FieldType> = new Map([
  ['default', { type: 'string' }],
  ['email', { type: 'string', textFormat: 'email' }],
  ['uri', { type: 'string', textFormat: 'uri' }],
  ['binary', { type: 'string', textFormat: 'byte' }],
  ['uuid', { type: 'string', textFormat: 'uuid' }],
]);

const temporal =
  (type: ColumnType): Reading =>
  (_field, format) => {
    if (format === 'default') return { type };
    if (format === 'any') return { loss: 'the format "any" allows whatever some reader understands' };
    const pattern = javaPattern(format.replace(/^fmt:/, ''));
    const unsupported =
      typeof pattern === 'string' ? unsupportedLetters(pattern) : `the directive ${pattern.unsupported}`;
    return typeof pattern === 'string' && unsupported === undefined
      ? { type, format: pattern }
      : { loss: `${unsupported} of the format "${format}" is not read` };
  };

const unsupportedLetters = (pattern: string): string | undefined => {
  const compiled = compileDateFormat(pattern);
  return typeof compiled === 'function' ? undefined : `the part ${compiled.unsupported}`;
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const textOf = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** Numbers written otherwise than computers do are texts here, held to a pattern; their limits are not checked. */
const numeric =
  (type: 'integer' | 'number'): Reading =>
  (field) => {
    const point = type === 'number' ? textOf(field['decimalChar'], '.') : '.';
    const group = textOf(field['groupChar'], '');
    const bare = field['bareNumber'] !== false;
    if (point === '.' && group === '' && bare) return { type };
    const whole = group === '' ? '\\d+' : `(?:\\d+|\\d{1,3}(?:${escaped(group)}\\d{3})+)`;
    const number =
      type === 'integer'
        ? whole
        : `(?:${whole}(?:${escaped(point)}\\d*)?|${escaped(point)}\\d+)(?:[eE][+-]?\\d+)?`;
    return {
      pattern: bare ? `[+-]?${number}` : `[^\\d+-]*[+-]?${number}\\D*`,
      loss: 'numbers with other signs than a point are held to their form, not to their value',
    };
  };

const texts = (value: unknown, fallback: readonly string[]): readonly string[] =>
  Array.isArray(value) ? value.map(String) : fallback;

const boolean: Reading = (field) => {
  const values = [
    ...texts(field['trueValues'], ['true', 'True', 'TRUE', '1']),
    ...texts(field['falseValues'], ['false', 'False', 'FALSE', '0']),
  ];
  return { values: [...new Set(values)] };
};

const COORDINATE = '[+-]?\\d+(?:\\.\\d+)?';
const geopoint: Reading = (_field, format) =>
  format === 'default'
    ? { type: 'string', pattern: `${COORDINATE}, ?${COORDINATE}` }
    : {
        type: format === 'array' ? 'array' : 'object',
        loss: 'the numbers inside of a geopoint are not checked',
      };

/** How each type of Table Schema, v1 and v2, is understood. */
const TYPES: Readonly<Record<string, Reading>> = {
  string: (_field, format) =>
    STRING_FORMATS.get(format) ?? { type: 'string', loss: `the format "${format}" of texts is not known` },
  number: numeric('number'),
  integer: numeric('integer'),
  boolean,
  date: temporal('date'),
  datetime: temporal('timestamp'),
  time: temporal('time'),
  year: () => ({ type: 'integer', pattern: '-?\\d{4,}' }),
  yearmonth: () => ({ type: 'string', pattern: '-?\\d{4,}-(?:0[1-9]|1[0-2])' }),
  duration: () => ({ type: 'string', textFormat: 'duration' }),
  object: plain('object'),
  array: plain('array'),
  list: () => ({ type: 'string', loss: 'the items of a list are not checked' }),
  geopoint,
  geojson: () => ({ type: 'object', loss: 'what is inside of geojson is not checked' }),
  any: () => ({}),
};

/** The names of all types. */
export const FIELD_TYPES: readonly string[] = Object.keys(TYPES);

/** What a type of Table Schema means here; `undefined` for an unknown one. */
export const fieldType = (name: string, field: Field): FieldType | undefined =>
  Object.hasOwn(TYPES, name) ? TYPES[name]?.(field, textOf(field['format'], 'default')) : undefined;
