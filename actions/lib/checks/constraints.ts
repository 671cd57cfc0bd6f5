import { ActionError } from '../errors.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { linearPattern } from '../schema/regular-expressions.ts';
import { type ColumnType, conversion, type Value, valueText } from '../tabular/column-type.ts';
import { compileDateFormat } from '../tabular/date-format.ts';

/** One demand on a value, with the words for it. */
export interface Constraint {
  readonly expected: string;
  holds(value: Value): boolean;
}

/** Restrictions on the values of a type, named as in the Open Data Contract Standard. */
export interface ConstraintOptions {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly exclusiveMinimum?: number | string;
  readonly exclusiveMaximum?: number | string;
  readonly multipleOf?: number;
}

type Maker = (options: ConstraintOptions, type: ColumnType | undefined) => Constraint | undefined;

const TEMPORAL: readonly (ColumnType | undefined)[] = ['date', 'timestamp', 'time'];

const when = <T>(limit: T | undefined, make: (limit: T) => Constraint): Constraint | undefined =>
  limit === undefined ? undefined : make(limit);

const MAKERS: readonly Maker[] = [
  ({ minLength }) =>
    when(minLength, (limit) => onText(`at least ${limit} characters`, (text) => characters(text) >= limit)),
  ({ maxLength }) =>
    when(maxLength, (limit) => onText(`at most ${limit} characters`, (text) => characters(text) <= limit)),
  ({ pattern }) =>
    when(pattern, (source) => {
      const compiled = linearPattern(source, 'u');
      return onText(
        `a match of ${source}`,
        remembered((text) => compiled.test(text)),
      );
    }),
  ({ format }, type) => {
    if (TEMPORAL.includes(type)) return undefined; // part of the type: values were read by it
    return when(format, (name) => {
      const validate = compileSchema({ type: 'string', format: name }, `format ${name}`);
      return onText(
        `the format ${name}`,
        remembered((text) => validate(text).length === 0),
      );
    });
  },
  bound('minimum', 'at least', (value, limit) => value >= limit),
  bound('maximum', 'at most', (value, limit) => value <= limit),
  bound('exclusiveMinimum', 'more than', (value, limit) => value > limit),
  bound('exclusiveMaximum', 'less than', (value, limit) => value < limit),
  ({ multipleOf }) =>
    when(multipleOf, (step) => ({
      expected: `a multiple of ${step}`,
      holds: (value) => !isNumeric(value) || isMultiple(value, step),
    })),
];

/**
 * What the options of a type demand of a value that is of that type.
 *
 * @throws ActionError invalid-file for a limit that is not of the type
 */
export const constraintsOf = (
  type: ColumnType | undefined,
  options: ConstraintOptions,
): readonly Constraint[] =>
  MAKERS.map((make) => make(options, type)).filter((constraint) => constraint !== undefined);

/** Membership of a set; values are compared as their type writes them, so that 1 and 1.0 are one number. */
export function oneOf(
  values: readonly (string | number | boolean)[],
  type: ColumnType | undefined,
): Constraint {
  const allowed = new Set(values.map(String));
  const shown = values.slice(0, 10).map(String).join(', ');
  return {
    expected: `one of ${shown}${values.length > 10 ? `, … (${values.length} values)` : ''}`,
    holds: (value) => allowed.has(valueText(value, type)),
  };
}

const onText = (expected: string, holds: (text: string) => boolean): Constraint => ({
  expected,
  holds: (value) => typeof value !== 'string' || holds(value),
});

/** Code points, as JSON Schema counts. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const isNumeric = (value: Value): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

function bound(
  option: 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum',
  words: string,
  compare: (value: number | bigint, limit: number) => boolean,
): Maker {
  return (options, type) =>
    when(options[option], (limit) => {
      const parsed = typeof limit === 'number' ? limit : boundOf(limit, type, options);
      return { expected: `${words} ${limit}`, holds: (value) => !isNumeric(value) || compare(value, parsed) };
    });
}

/** A limit written as text, read like the column's values. */
function boundOf(text: string, type: ColumnType | undefined, options: ConstraintOptions): number {
  const custom =
    TEMPORAL.includes(type) && options.format !== undefined ? compileDateFormat(options.format) : undefined;
  const read = (parse: typeof custom) =>
    conversion(type ?? 'number', true, typeof parse === 'function' ? parse : undefined)(text);
  const value = [read(custom), read(undefined)].find((candidate) => typeof candidate === 'number');
  if (typeof value === 'number') return value;
  throw new ActionError(
    'invalid-file',
    `the limit "${text}" is not a ${type ?? 'number'}; write it like the column's values`,
  );
}

/** Doubles hold 0.07 and 0.01 only nearly, so that quotients within a billionth of a whole number count as whole. */
function isMultiple(value: number | bigint, step: number): boolean {
  if (typeof value === 'bigint')
    return Number.isInteger(step) ? value % BigInt(step) === 0n : isMultiple(Number(value), step);
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}

const REMEMBERED = 10_000;

/** Columns repeat their values: an answer for a text is kept, up to a number of texts. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = test(text);
    if (answers.size < REMEMBERED && text.length < 100) answers.set(text, answer);
    return answer;
  };
}
