import { parseDuration } from '../duration.ts';
import { errorMessage } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { linearPattern } from '../schema/regular-expressions.ts';
import type { Json, Parameter, ParameterKind, Rule, TableSpec } from './check.ts';
import { refusal } from './planned.ts';

/** A value of a list in a rule. */
export type Scalar = string | number | boolean | null;

/** The arguments of a rule, checked against the parameters of its check. */
export interface Arguments {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  /** Absent means no. */
  flag(name: string): boolean;
  texts(name: string): readonly string[] | undefined;
  values(name: string): readonly Scalar[] | undefined;
  bound(name: string): number | string | undefined;
  /** Milliseconds. */
  duration(name: string): number | undefined;
  json(name: string): Json | undefined;
}

/**
 * Reads the arguments of a rule by the parameters of its check.
 *
 * @throws ActionError invalid-file for an unknown, missing or unfitting argument, an unknown column or split
 */
export function readArguments(rule: Rule, parameters: readonly Parameter[], table: TableSpec): Arguments {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const [name, value] of Object.entries(rule.arguments)) {
    const parameter = known.get(name);
    if (parameter === undefined)
      throw refusal(
        rule,
        `unknown argument "${name}"${didYouMean(name, known.keys()) || `; it takes ${[...known.keys()].join(', ') || 'none'}`}`,
      );
    const problem = argumentProblem(parameter.kind, value, table);
    if (problem !== undefined) throw refusal(rule, `${name}: ${problem}`);
  }
  for (const { name, required, about } of parameters)
    if (required && rule.arguments[name] === undefined)
      throw refusal(rule, `the argument "${name}" is missing: ${about}`);
  return accessors(rule.arguments);
}

function accessors(given: Rule['arguments']): Arguments {
  const pick = <T extends Json>(name: string, fits: (value: Json) => value is T): T | undefined => {
    const value = given[name];
    return value !== undefined && fits(value) ? value : undefined;
  };
  return {
    text: (name) => pick(name, isText),
    number: (name) => pick(name, isNumber),
    flag: (name) => given[name] === true,
    texts: (name) => pick(name, isTexts),
    values: (name) => pick(name, isScalars),
    bound: (name) => pick(name, isBound),
    duration: (name) => parseDuration(pick(name, isText) ?? ''),
    json: (name) => given[name],
  };
}

const isText = (value: Json): value is string => typeof value === 'string';
const isNumber = (value: Json): value is number => typeof value === 'number' && Number.isFinite(value);
const isBound = (value: Json): value is number | string => isText(value) || isNumber(value);
const isScalar = (value: Json): value is Scalar => value === null || typeof value !== 'object';
const isTexts = (value: Json): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isScalars = (value: Json): value is readonly Scalar[] =>
  Array.isArray(value) && value.length > 0 && value.every(isScalar);

type NamedKind = Extract<ParameterKind, string>;
type Problem = (value: Json, table: TableSpec) => string | undefined;

const expected =
  (words: string, fits: (value: Json) => boolean): Problem =>
  (value) =>
    fits(value) ? undefined : `expected ${words}, found ${JSON.stringify(value)}`;

/** What each kind of argument must be. */
const KINDS: Readonly<Record<NamedKind, Problem>> = {
  number: expected('a number', isNumber),
  count: expected(
    'a whole number of at least 0',
    (value) => isNumber(value) && Number.isInteger(value) && value >= 0,
  ),
  text: expected('a text', isText),
  boolean: expected('true or false', (value) => typeof value === 'boolean'),
  column: (value, table) => (isText(value) ? columnProblem(value, table) : 'expected the name of a column'),
  columns: (value, table) =>
    isTexts(value) && value.length > 0
      ? value.map((name) => columnProblem(name, table)).find((problem) => problem !== undefined)
      : 'expected a list of names of columns',
  values: expected('a list of texts, numbers or booleans', isScalars),
  bound: expected("a number, or a text written like the column's values", isBound),
  pattern: (value) => (isText(value) ? patternProblem(value) : 'expected a regular expression'),
  duration: expected(
    'a length of time such as 36h or 7d',
    (value) => isText(value) && parseDuration(value) !== undefined,
  ),
  split: (value, table) => (isText(value) ? splitProblem(value, table) : 'expected the name of a split'),
  splits: (value, table) =>
    isTexts(value) && value.length >= 2 && new Set(value).size === value.length
      ? value.map((name) => splitProblem(name, table)).find((problem) => problem !== undefined)
      : 'expected a list of two or more different splits',
  reference: (value, table) => {
    if (value === 'baseline') return undefined;
    return isText(value) ? splitProblem(value, table, ' (or "baseline")') : 'expected "baseline" or a split';
  },
  expression: expected('an expression', isText),
  table: expected('the name of a table', isText),
  schema: expected('a JSON Schema', (value) => typeof value === 'object' || typeof value === 'boolean'),
  internal: () => undefined,
};

/** What is wrong with an argument, in words; `undefined` when it fits. The contract reader asks this too. */
export function argumentProblem(kind: ParameterKind, value: Json, table: TableSpec): string | undefined {
  if (typeof kind === 'string') return KINDS[kind](value, table);
  const [choices, given] = 'oneOf' in kind ? [kind.oneOf, [value]] : [kind.manyOf, value];
  if (!Array.isArray(given) || given.length === 0) return `expected a list of ${choices.join(', ')}`;
  const wrong = given.find((item) => typeof item !== 'string' || !choices.includes(item));
  return wrong === undefined
    ? undefined
    : `unknown ${JSON.stringify(wrong)}${didYouMean(String(wrong), choices) || `; one of ${choices.join(', ')}`}`;
}

function columnProblem(name: string, { columns }: TableSpec): string | undefined {
  if (columns.length === 0 || columns.some((column) => column.name === name)) return undefined;
  const names = columns.map((column) => column.name);
  return `unknown column "${name}"${didYouMean(name, names) || listed('; the columns are ', names)}`;
}

function splitProblem(name: string, { splits }: TableSpec, more = ''): string | undefined {
  if (splits.includes(name)) return undefined;
  if (splits.length === 0)
    return `unknown split "${name}"${more}; the table has no splits, name them with their files in the contract`;
  return `unknown split "${name}"${more}${didYouMean(name, splits) || listed('; the splits are ', splits)}`;
}

const listed = (words: string, names: readonly string[]): string =>
  names.length > 20 ? '' : `${words}${names.join(', ')}`;

function patternProblem(source: string): string | undefined {
  try {
    linearPattern(source, 'u');
    return undefined;
  } catch (error) {
    return `not a regular expression of the RE2 syntax (no lookaround, no back references): ${errorMessage(error)}`;
  }
}
