import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { isRecord, text, valueAt } from '../fields.ts';

/** Prefixes of keys where a document's context gives no short name. */
const PREFIXES = ['', 'cr:', 'sc:', 'ml:', 'http://mlcommons.org/croissant/', 'https://schema.org/'];

/** The path of a property of a node, under its short name or a prefixed one. */
export function property(document: ParsedText, node: ValuePath, name: string): ValuePath {
  const prefix = PREFIXES.find(
    (candidate) => valueAt(document, [...node, `${candidate}${name}`]) !== undefined,
  );
  return [...node, `${prefix ?? ''}${name}`];
}

/** The paths of the values of a property: JSON-LD writes one value and a list of one alike. */
export function values(document: ParsedText, node: ValuePath, name: string): readonly ValuePath[] {
  const path = property(document, node, name);
  const value = valueAt(document, path);
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((_, index) => [...path, index]) : [path];
}

/** A text property. */
export const textOf = (document: ParsedText, node: ValuePath, name: string): string | undefined =>
  text(document, property(document, node, name));

/** The name a node is referred to by: its `@id`, before 1.0 its name. */
export const idOf = (document: ParsedText, node: ValuePath): string =>
  text(document, [...node, '@id']) ?? textOf(document, node, 'name') ?? '';

/** What a value refers to: `{ "@id": "x" }`, or the text itself. */
export function reference(document: ParsedText, path: ValuePath): string | undefined {
  const value = valueAt(document, path);
  const id = isRecord(value) ? value['@id'] : value;
  return typeof id === 'string' ? id.replace(/^#/, '') : undefined;
}

/** Names of a vocabulary without their prefix: `cr:Label`, `https://schema.org/Text`. */
const localName = (name: string): string => /[^:/#]*$/.exec(name)?.[0] ?? name;

/** The data types of a node, without prefixes. */
export const dataTypes = (document: ParsedText, node: ValuePath): readonly string[] =>
  values(document, node, 'dataType').map((path) => localName(text(document, path) ?? ''));
