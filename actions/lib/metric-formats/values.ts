import { canonicalJson, type Digest, sha256 } from '../digest.ts';
import type { Fields } from '../schema/fields.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { adviceOn, type EntryFacts, measured, Problems } from './entry.ts';
import type { Measured } from './format.ts';

/** Whether a value may say on what a number rests. */
export const isParam = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

/** The members of an object that may say on what a number rests. */
export const paramsOf = (fields: Fields): Readonly<Record<string, string | number | boolean>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (isParam(value) ? [[key, value] as const] : [])),
  );

/** The sha256 of a value of a document; numbers that are not finite count as null, as JSON writes them. */
export const digestOfValue = (value: unknown): Digest =>
  sha256(canonicalJson(JSON.parse(JSON.stringify(value))));

/** A whole number of rows, where a value is one. */
export const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/**
 * The numbers of an object by name; what is no number is an error.
 *
 * @param factsOf - what is known of a number by its key; `undefined` for a key that is no metric
 * @throws ActionError invalid-file with every member that is not a number, by line and column
 */
export function numbersOf(
  parsed: ParsedText,
  path: ValuePath,
  fields: Fields,
  factsOf: (key: string) => (EntryFacts & { readonly name?: string }) | undefined,
): readonly Measured[] {
  const problems = new Problems();
  const found = Object.entries(fields).flatMap(([key, value]) => {
    const facts = factsOf(key);
    if (facts === undefined) return [];
    const place = (): string => parsed.at([...path, key]);
    if (typeof value !== 'number') {
      problems.add(`${place()}: ${key}: ${adviceOn(value)}`);
      return [];
    }
    const { name = key, ...rest } = facts;
    return [measured(name, value, place, rest)];
  });
  problems.throwAny();
  return found;
}
