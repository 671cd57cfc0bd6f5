import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import type { ContractObject, FieldsMatch } from './contract.ts';
import { customProperty, items, number, refusal, text, valueAt } from './fields.ts';
import { readColumn } from './read-column.ts';
import { readRule } from './read-rule.ts';

const FIELDS_MATCH: readonly FieldsMatch[] = ['exact', 'equal', 'subset', 'superset', 'partial'];

/**
 * Reads one object of a contract's schema.
 *
 * @param unchecked - gets a line for each part that is not checked
 * @throws ActionError invalid-file for rules and options that cannot be checked
 */
export function readObject(document: ParsedText, path: ValuePath, unchecked: string[]): ContractObject {
  const properties = items(document, [...path, 'properties']);
  const columns = properties.map((property) => readColumn(document, property, unchecked));
  const name = text(document, [...path, 'name']) ?? '';
  const names = new Map(
    properties.map((property, index) => [logicalName(document, property), columns[index]?.name ?? '']),
  );
  if (valueAt(document, [...path, 'relationships']) !== undefined) unchecked.push(`${name}: relationships`);
  const fieldsMatch = readFieldsMatch(document, path);
  return {
    name,
    columns,
    primaryKey: primaryKey(document, properties).map((key) => names.get(key) ?? key),
    rules: items(document, [...path, 'quality']).flatMap((rule) =>
      readRule(document, rule, { level: 'object', names }, unchecked),
    ),
    ...(fieldsMatch && { fieldsMatch }),
    nullTexts: readNullTexts(document, path),
  };
}

const logicalName = (document: ParsedText, property: ValuePath): string =>
  text(document, [...property, 'name']) ?? '';

function primaryKey(document: ParsedText, properties: readonly ValuePath[]): readonly string[] {
  return properties
    .filter((property) => valueAt(document, [...property, 'primaryKey']) === true)
    .map((property) => ({
      name: logicalName(document, property),
      position: number(document, [...property, 'primaryKeyPosition']) ?? Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => (a.position === b.position ? 0 : a.position - b.position))
    .map(({ name }) => name);
}

function readFieldsMatch(document: ParsedText, path: ValuePath): FieldsMatch | undefined {
  const given = customProperty(document, path, 'fieldsMatch');
  if (given === undefined) return undefined;
  const known = FIELDS_MATCH.find((term) => term === given);
  if (known) return known;
  const hint = didYouMean(String(given), FIELDS_MATCH);
  throw refusal(
    document,
    path,
    `fieldsMatch: expected one of ${FIELDS_MATCH.join(', ')}, found ${JSON.stringify(given)}${hint}`,
  );
}

function readNullTexts(document: ParsedText, path: ValuePath): readonly string[] {
  const given = customProperty(document, path, 'missingValues');
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every((item) => typeof item === 'string')) return given;
  throw refusal(document, path, 'missingValues: expected a list of texts');
}
