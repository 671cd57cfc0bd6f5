import type { ErrorObject } from 'ajv';
import { didYouMean } from '../nearest-name.ts';
import { visibleText } from '../report/visible-text.ts';

const MAX_SHOWN = 60;

/** What a schema expected and what was there instead, in words. */
export const describeProblem = (error: ErrorObject): string =>
  (
    SENTENCES[error.keyword] ??
    ((other) => `${other.message ?? `does not satisfy "${other.keyword}"`}, found ${shown(other.data)}`)
  )(error);

type Sentence = (error: ErrorObject) => string;

const unknownKey =
  (parameter: string): Sentence =>
  (error) => {
    const key = String(error.params[parameter]);
    const known = Object.keys(asRecord(error.parentSchema?.['properties']));
    const hint =
      didYouMean(key, known) ||
      (known.length > 0 && known.length <= 20 ? `; known keys: ${known.join(', ')}` : '');
    return `unknown key ${shown(key)}${hint}`;
  };

const limit =
  (words: string): Sentence =>
  (error) =>
    `expected ${words} ${error.params['limit']}, found ${shown(error.data)}`;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  additionalProperties: unknownKey('additionalProperty'),
  unevaluatedProperties: unknownKey('unevaluatedProperty'),
  required: (error) => `the key "${error.params['missingProperty']}" is missing`,
  dependentRequired: (error) =>
    `the key "${error.params['missingProperty']}" is missing; it goes with "${error.params['property']}"`,
  type: (error) => `expected ${[error.params['type']].flat().join(' or ')}, found ${shown(error.data)}`,
  enum: (error) => {
    const allowed: readonly unknown[] = error.params['allowedValues'];
    const listed = allowed.slice(0, 20).map((value) => shown(value));
    const hint =
      typeof error.data === 'string'
        ? didYouMean(
            error.data,
            allowed.filter((value) => typeof value === 'string'),
          )
        : '';
    return `expected one of ${listed.join(', ')}${allowed.length > 20 ? ', …' : ''}, found ${shown(error.data)}${hint}`;
  },
  const: (error) => `expected ${shown(error.params['allowedValue'])}, found ${shown(error.data)}`,
  minimum: limit('a number of at least'),
  maximum: limit('a number of at most'),
  exclusiveMinimum: limit('a number greater than'),
  exclusiveMaximum: limit('a number less than'),
  multipleOf: (error) => `expected a multiple of ${error.params['multipleOf']}, found ${shown(error.data)}`,
  minLength: (error) => `expected at least ${error.params['limit']} characters, found ${shown(error.data)}`,
  maxLength: (error) => `expected at most ${error.params['limit']} characters, found ${shown(error.data)}`,
  minItems: (error) => `expected at least ${error.params['limit']} items, found ${countOf(error.data)}`,
  maxItems: (error) => `expected at most ${error.params['limit']} items, found ${countOf(error.data)}`,
  minProperties: (error) => `expected at least ${error.params['limit']} keys, found ${countOf(error.data)}`,
  uniqueItems: (error) => `the items ${error.params['j']} and ${error.params['i']} are equal`,
  pattern: (error) => `expected ${patternText(error)}, found ${shown(error.data)}`,
  format: (error) => `expected a text in the format ${error.params['format']}, found ${shown(error.data)}`,
  oneOf: (error) => `expected exactly one of several forms, found ${shown(error.data)}`,
  anyOf: (error) => `expected one of several forms, found ${shown(error.data)}`,
  'false schema': (error) => `nothing may stand here, found ${shown(error.data)}`,
};

/** A schema that gives examples says more by the first of them than by its pattern. */
function patternText({ params, parentSchema }: ErrorObject): string {
  const examples: unknown = parentSchema?.['examples'];
  return Array.isArray(examples) && examples.length > 0
    ? `a text such as ${shown(examples[0])}`
    : `a text that matches ${params['pattern']}`;
}

const asRecord = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

const countOf = (value: unknown): number =>
  Array.isArray(value) ? value.length : Object.keys(asRecord(value)).length;

/** A value in a message: short, on one line, nothing invisible. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return visibleText(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
