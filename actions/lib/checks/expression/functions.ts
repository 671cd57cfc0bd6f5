import { codePoints } from '../text-predicate.ts';
import type { ValueType } from './value-type.ts';
import {
  isNone,
  type NumberVector,
  numbers,
  pick,
  type TextVector,
  texts,
  UNKNOWN,
  type Vector,
} from './vectors.ts';

/** A function of the expression language. */
export interface ExpressionFunction {
  readonly name: string;
  readonly about: string;
  /** Types of its parts; the last repeats when `repeats`. `same`: of the type of the whole. */
  readonly parts: readonly (ValueType | 'same')[];
  readonly repeats?: boolean;
  /** Type of the result; `same`: of the parts called so. */
  readonly result: ValueType | 'same';
  apply(parts: readonly Vector[], rows: number): Vector;
}

const DAY_MS = 86_400_000;

const numeric = (vector: Vector | undefined): Float64Array =>
  vector?.kind === 'numbers' ? vector.values : new Float64Array();

const onNumbers =
  (change: (value: number) => number) =>
  ([part]: readonly Vector[]): NumberVector =>
    numbers(numeric(part).map((value) => (Number.isNaN(value) ? value : change(value))));

const textual = (vector: Vector | undefined): TextVector['values'] =>
  vector?.kind === 'texts' ? vector.values : [];

const onTexts =
  (change: (text: string) => string) =>
  ([part]: readonly Vector[]): TextVector =>
    texts(textual(part).map((text) => (text === null ? null : change(text))));

const calendar = (name: string, about: string, part: (date: Date) => number): ExpressionFunction => ({
  name,
  about,
  parts: ['instant'],
  result: 'number',
  apply: onNumbers((ms) => part(new Date(ms))),
});

const FUNCTIONS: readonly ExpressionFunction[] = [
  {
    name: 'abs',
    about: 'The size of a number',
    parts: ['number'],
    result: 'number',
    apply: onNumbers(Math.abs),
  },
  {
    name: 'round',
    about: 'The nearest whole number, halves away from zero',
    parts: ['number'],
    result: 'number',
    apply: onNumbers((value) => Math.sign(value) * Math.round(Math.abs(value))),
  },
  {
    name: 'length',
    about: 'How many characters a text has',
    parts: ['text'],
    result: 'number',
    apply: ([part]) =>
      numbers(Float64Array.from(textual(part), (text) => (text === null ? Number.NaN : codePoints(text)))),
  },
  {
    name: 'lower',
    about: 'A text in small letters',
    parts: ['text'],
    result: 'text',
    apply: onTexts((text) => text.toLowerCase()),
  },
  {
    name: 'upper',
    about: 'A text in capital letters',
    parts: ['text'],
    result: 'text',
    apply: onTexts((text) => text.toUpperCase()),
  },
  {
    name: 'trim',
    about: 'A text without white space around it',
    parts: ['text'],
    result: 'text',
    apply: onTexts((text) => text.trim()),
  },
  {
    name: 'coalesce',
    about: 'The first of its parts that has a value',
    parts: ['same'],
    repeats: true,
    result: 'same',
    apply: (parts, rows) => pick(rows, parts, (row) => parts.findIndex((part) => !isNone(part, row))),
  },
  {
    name: 'if',
    about: 'The second part where the first holds, else the third',
    parts: ['truth', 'same', 'same'],
    result: 'same',
    apply: ([condition, ...parts], rows) =>
      pick(rows, parts, (row) =>
        condition?.kind === 'truths' && (condition.values[row] ?? UNKNOWN) === 1 ? 0 : 1,
      ),
  },
  {
    name: 'date',
    about: 'The day of a timestamp (UTC); a text in ISO 8601 is read',
    parts: ['instant'],
    result: 'instant',
    apply: onNumbers((ms) => Math.floor(ms / DAY_MS) * DAY_MS),
  },
  calendar('year', 'The year of a date (UTC)', (date) => date.getUTCFullYear()),
  calendar('month', 'The month of a date (UTC), from 1', (date) => date.getUTCMonth() + 1),
  calendar('day', 'The day of the month of a date (UTC)', (date) => date.getUTCDate()),
];

/** All functions by name. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  FUNCTIONS.map((one) => [one.name, one]),
);
