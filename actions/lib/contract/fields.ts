import { ActionError } from '../errors.ts';
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

/** The texts at several paths; `undefined` for those that hold no text. */
export const texts = (document: ParsedText, paths: readonly ValuePath[]): readonly (string | undefined)[] =>
  paths.map((path) => text(document, path));

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
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The value of a custom property by name. */
export function customProperty(document: ParsedText, owner: ValuePath, name: string): unknown {
  const path = items(document, [...owner, 'customProperties']).find(
    (item) => text(document, [...item, 'property']) === name,
  );
  return path === undefined ? undefined : valueAt(document, [...path, 'value']);
}

/** An error about a place in a document. */
export const refusal = (document: ParsedText, path: ValuePath, message: string): ActionError =>
  new ActionError('invalid-file', `${document.at(path)}: ${pathText(path)}: ${message}`);
