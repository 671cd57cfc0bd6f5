import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Fields, isFields } from '../schema/fields.ts';
import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';
import type { Losses } from './losses.ts';

/** The number that a value is. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** A value that may stand in a list of values. */
export type Scalar = string | number | boolean;

/** Whether a value may stand in a list of values. */
export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'boolean' || numberOf(value) !== undefined;

/** The texts of a list, or a single text as a list. */
export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');

/** An error about a place in a document that cannot be converted at all. */
export const refusal = (document: ParsedText, path: ValuePath, message: string): ActionError =>
  new ActionError('invalid-file', `${document.at(path)}: ${pathText(path)}: ${message}`);

/** The object at a path. @throws ActionError invalid-file when something else stands there */
export function fieldsAt(document: ParsedText, path: ValuePath, value: unknown): Fields {
  if (isFields(value)) return value;
  throw refusal(document, path, `expected an object with keys, found ${describe(value)}`);
}

/** The list at a path. @throws ActionError invalid-file when something else stands there */
export function listAt(document: ParsedText, path: ValuePath, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refusal(document, path, `expected a list, found ${describe(value)}`);
}

/** The text at a path. @throws ActionError invalid-file when something else stands there */
export function textAt(document: ParsedText, path: ValuePath, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(document, path, `expected a text, found ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isFields(value) ? 'an object' : JSON.stringify(value);
}

/** Notes every key of an object that the conversion does not know: nothing vanishes in silence. */
export function noteUnknownKeys(
  fields: Fields,
  known: readonly string[],
  path: ValuePath,
  losses: Losses,
): void {
  for (const key of Object.keys(fields))
    if (!known.includes(key) && fields[key] !== null && fields[key] !== undefined)
      losses.add([...path, key], `not known to the conversion and left out${didYouMean(key, known)}`);
}
