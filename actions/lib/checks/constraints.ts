import { ActionError } from '../errors.ts';
import { type ColumnType, conversion } from '../tabular/column-type.ts';
import { compileDateFormat, parseDate, parseTimestamp } from '../tabular/date-format.ts';
import { parseNumber } from '../tabular/number-text.ts';
import type { Scalar } from './arguments.ts';
import type { Demand, NumberTest } from './demand.ts';
import { textFormat } from './text-formats.ts';

/** Restrictions on the values of a column, named as in the Open Data Contract Standard. */
export type ConstraintOptions = {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression in the syntax of RE2, found anywhere in the value. */
  readonly pattern?: string;
  /** A known format of texts, such as `email`. Patterns of dates belong to the column's type. */
  readonly format?: string;
  /** Limits of numbers, or of dates and times written like the column's values or in ISO 8601. */
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly exclusiveMinimum?: number | string;
  readonly exclusiveMaximum?: number | string;
  readonly multipleOf?: number;
};

/** The column that is restricted: its type and how dates are written, as far as they are known. */
export interface TypedColumn {
  readonly type?: ColumnType | undefined;
  readonly format?: string | undefined;
}

type Maker = (options: ConstraintOptions, column: TypedColumn) => Demand | undefined;
type BoundName = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum';

const isTemporal = (type: ColumnType | undefined): boolean =>
  type === 'date' || type === 'timestamp' || type === 'time';

const when = <T>(limit: T | undefined, make: (limit: T) => Demand): Demand | undefined =>
  limit === undefined ? undefined : make(limit);

const MAKERS: readonly Maker[] = [
  ({ minLength }) =>
    when(minLength, (min) => ({ expected: `at least ${min} characters`, texts: { kind: 'length', min } })),
  ({ maxLength }) =>
    when(maxLength, (max) => ({ expected: `at most ${max} characters`, texts: { kind: 'length', max } })),
  ({ pattern }) =>
    when(pattern, (source) => ({ expected: `a match of ${source}`, texts: { kind: 'pattern', source } })),
  ({ format }, { type }) => (isTemporal(type) ? undefined : when(format, formatDemand)),
  bound('minimum', 'at least', (value, limit) => value >= limit),
  bound('maximum', 'at most', (value, limit) => value <= limit),
  bound('exclusiveMinimum', 'more than', (value, limit) => value > limit),
  bound('exclusiveMaximum', 'less than', (value, limit) => value < limit),
  ({ multipleOf }) =>
    when(multipleOf, (step) => {
      if (!(step > 0))
        throw new ActionError('invalid-file', `multipleOf: expected more than 0, found ${step}`);
      return {
        expected: `a multiple of ${step}`,
        numbers: () => (value, exact) => isMultiple(exact ?? value, step),
      };
    }),
];

/**
 * What options demand of a column's values.
 *
 * @throws ActionError invalid-file for a limit that is not of the type, and for an unknown format
 */
export const constraintsOf = (options: ConstraintOptions, column: TypedColumn): readonly Demand[] =>
  MAKERS.map((make) => make(options, column)).filter((demand) => demand !== undefined);

const formatDemand = (name: string): Demand => ({
  expected: `the format ${name}`,
  texts: { kind: 'test', holds: textFormat(name) },
});

function bound(name: BoundName, words: string, holds: (value: number, limit: number) => boolean): Maker {
  return (options, column) =>
    when(options[name], (limit) => {
      const number = typeof limit === 'number' ? limit : instantLimit(limit, column);
      return {
        expected: `${words} ${limit}`,
        limits: { [name]: number },
        // A column without a declared type may turn out to be text: then it should at least hold numbers.
        ...(column.type === undefined && {
          texts: {
            kind: 'test',
            holds: (text) => {
              const value = typeof limit === 'number' ? parseNumber(text) : instant(text, column);
              return value !== undefined && holds(value, number);
            },
          },
        }),
      };
    });
}

/** A text as the number its column's type makes of it. */
export function instant(text: string, { type, format }: TypedColumn): number | undefined {
  const custom = isTemporal(type) && format !== undefined ? compileDateFormat(format) : undefined;
  const own = typeof custom === 'function' ? custom(text) : undefined;
  if (own !== undefined) return own;
  if (type === undefined || type === 'date' || type === 'timestamp') {
    const found = parseDate(text) ?? parseTimestamp(text);
    if (found !== undefined || type !== undefined) return found;
  }
  const value = conversion(type ?? 'number', true)(text);
  return typeof value === 'number' ? value : undefined;
}

function instantLimit(text: string, column: TypedColumn): number {
  const value = instant(text, column);
  if (value !== undefined) return value;
  throw new ActionError(
    'invalid-file',
    `the limit "${text}" is not a ${column.type ?? 'number or date'}; write it like the column's values`,
  );
}

/** Membership of a set; numbers and dates are compared as such, so that 1 and 1.0 are one. */
export const oneOf = (values: readonly Scalar[], column: TypedColumn): Demand => ({
  expected: `one of ${shownValues(values)}`,
  texts: { kind: 'values', values: values.filter((value) => value !== null).map(String) },
  numbers: (type) => membership(values, { type, format: column.format }),
});

/** Absence from a set. */
export function noneOf(values: readonly Scalar[], column: TypedColumn): Demand {
  const texts = new Set(values.filter((value) => value !== null).map(String));
  return {
    expected: `none of ${shownValues(values)}`,
    texts: { kind: 'test', holds: (text) => !texts.has(text) },
    numbers: (type) => {
      const holds = membership(values, { type, format: column.format });
      return (value, exact) => !holds(value, exact);
    },
  };
}

const shownValues = (values: readonly Scalar[]): string =>
  `${values.slice(0, 10).map(String).join(', ')}${values.length > 10 ? `, … (${values.length} values)` : ''}`;

/** Whether a number is the reading of one of some values. */
export function membership(values: readonly Scalar[], column: TypedColumn): NumberTest {
  const numbers = new Set<number>();
  const exactTexts = new Set<string>();
  for (const value of values) {
    const number = numberOf(value, column);
    if (number === undefined) continue;
    numbers.add(number);
    exactTexts.add(String(value));
  }
  return (value, exact) => (exact === undefined ? numbers.has(value) : exactTexts.has(String(exact)));
}

function numberOf(value: Scalar, column: TypedColumn): number | undefined {
  if (value === null) return undefined;
  if (column.type === 'boolean') return BOOLEANS.get(String(value).toLowerCase());
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? instant(value, column) : undefined;
}

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
]);

/** Doubles hold 0.07 and 0.01 only nearly, so that quotients within a billionth of a whole number count as whole. */
function isMultiple(value: number | bigint, step: number): boolean {
  if (typeof value === 'bigint')
    return Number.isInteger(step) ? value % BigInt(step) === 0n : isMultiple(Number(value), step);
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}
