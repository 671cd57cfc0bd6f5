import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { visibleText } from '../report/visible-text.ts';
import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';

/** The value at a path of a document, `undefined` when there is none. */
export function valueAt(document: ParsedText, path: ValuePath): unknown {
  let value: unknown = document.value;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}

/** The paths of the items of a list; none where there is no list. */
export function items(document: ParsedText, path: ValuePath): readonly ValuePath[] {
  const value = valueAt(document, path);
  return Array.isArray(value) ? value.map((_, index) => [...path, index]) : [];
}

/** The text at a path, `undefined` when there is none. */
export function text(document: ParsedText, path: ValuePath): string | undefined {
  const value = valueAt(document, path);
  return typeof value === 'string' ? value : undefined;
}

/** The number at a path, `undefined` when there is none. */
export function number(document: ParsedText, path: ValuePath): number | undefined {
  const value = valueAt(document, path);
  return typeof value === 'number' ? value : undefined;
}

/** The keys of the object at a path. */
export function keys(document: ParsedText, path: ValuePath): readonly string[] {
  const value = valueAt(document, path);
  return isRecord(value) ? Object.keys(value) : [];
}

/** Whether a value is an object with keys. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The texts of a list, or the one text that stands for a list of one; `undefined` for anything else. */
export function textList(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

/** Whether a path is absolute or climbs out of the folder it is relative to. */
export const leavesFolder = (path: string): boolean =>
  /^([/\\]|[a-z]:[/\\])|(^|[/\\])\.\.([/\\]|$)/i.test(path);

/** A value in a message: short and on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value) ?? String(value);
  return visibleText(json.length > 80 ? `${json.slice(0, 80)}…` : json);
}

/** A problem at a place of a contract. */
export class Refusal extends ActionError {
  readonly path: ValuePath;

  constructor(message: string, path: ValuePath) {
    super('invalid-file', message);
    this.path = path;
  }
}

/** An error about a place in a document. */
export const refusal = (document: ParsedText, path: ValuePath, message: string): Refusal =>
  new Refusal(`${document.at(path)}: ${pathText(path)}: ${message}`, path);

/** A line for the report about a part of a contract that is not checked. */
export const uncheckedNote = (document: ParsedText, path: ValuePath, words: string): string =>
  `${document.at(path)}: ${pathText(path)}: ${words}`;

/**
 * The one of several words that stands at a path.
 *
 * @returns `fallback` where nothing stands
 * @throws Refusal for any other value
 */
export function choice<T extends string, F>(
  document: ParsedText,
  path: ValuePath,
  choices: readonly T[],
  fallback: F,
): T | F {
  const value = valueAt(document, path);
  if (value === undefined) return fallback;
  const found = choices.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw refusal(
    document,
    path,
    `expected one of ${choices.join(', ')}, found ${shown(value)}${didYouMean(String(value), choices)}`,
  );
}
