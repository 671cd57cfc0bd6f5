import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractDraft, TableDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, listAt, noteUnknownKeys, refusal, textsOf } from '../source-fields.ts';
import { TableBuilder } from '../table-builder.ts';
import { convertField, wordsOf } from './convert-field.ts';

const SCHEMA_KEYS = [
  '$schema',
  'fields',
  'fieldsMatch',
  'missingValues',
  'primaryKey',
  'uniqueKeys',
  'foreignKeys',
  'name',
  'title',
  'description',
];
const FIELDS_MATCH = ['exact', 'equal', 'subset', 'superset', 'partial'] as const;

/** Converts a Table Schema (v1 and v2). */
export function convertTableSchema(document: ParsedText, losses: Losses): ContractDraft {
  const schema = fieldsAt(document, [], document.value);
  const name = textOf(schema['name']) ?? textOf(schema['title']) ?? 'table';
  return { name, tables: [tableOf(document, [], schema, new TableBuilder(name), losses)] };
}

/** Converts the schema of a table. */
export function tableOf(
  document: ParsedText,
  path: ValuePath,
  schema: Fields,
  table: TableBuilder,
  losses: Losses,
): TableDraft {
  noteUnknownKeys(schema, SCHEMA_KEYS, path, losses);
  const missing = schema['missingValues'];
  table.set({
    ...wordsOf(schema),
    ...(missing !== undefined && { missingValues: missingTexts(missing) }),
  });
  for (const [index, field] of listAt(document, [...path, 'fields'], schema['fields']).entries())
    convertField(document, [...path, 'fields', index], field, table, losses);
  fieldsMatch(document, [...path, 'fieldsMatch'], schema['fieldsMatch'], table);
  for (const [index, name] of textsOf(schema['primaryKey'] ?? []).entries())
    table.column(name).primaryKeyPosition = index + 1;
  for (const key of listOf(schema['uniqueKeys'])) uniqueKey(textsOf(key), table);
  for (const [index, key] of listOf(schema['foreignKeys']).entries())
    foreignKey(fieldsOf(key), [...path, 'foreignKeys', index], table, losses);
  return table.build();
}

/** In v2 a text may be an object with a label. */
const missingTexts = (value: unknown): readonly string[] =>
  listOf(value)
    .map((item) => (isFields(item) ? item['value'] : item))
    .filter((item) => typeof item === 'string');

function fieldsMatch(document: ParsedText, path: ValuePath, value: unknown, table: TableBuilder): void {
  // Without it, v1 and v2 ask for the same columns in the same order.
  const given = value === undefined ? 'exact' : Array.isArray(value) ? value[0] : value;
  const known = FIELDS_MATCH.find((term) => term === given);
  if (known === undefined) throw refusal(document, path, `expected one of ${FIELDS_MATCH.join(', ')}`);
  table.set({ fieldsMatch: known });
}

function uniqueKey(properties: readonly string[], table: TableBuilder): void {
  const [only, second] = properties;
  if (only !== undefined && second === undefined) table.column(only).unique = true;
  else if (properties.length > 0)
    table.rules.push({
      metric: 'duplicateValues',
      arguments: { properties },
      limit: { mustBe: 0 },
      dimension: 'uniqueness',
    });
}

const REFERENCE_NAME = /^[A-Za-z_]\w*$/;

function foreignKey(key: Fields, path: ValuePath, table: TableBuilder, losses: Losses): void {
  const reference = fieldsOf(key['reference']);
  const [from, to] = [textsOf(key['fields']), textsOf(reference['fields'])];
  const resource = textOf(reference['resource']) ?? '';
  const target = resource === '' ? table.name : resource;
  if (![table.name, target, ...from, ...to].every((name) => REFERENCE_NAME.test(name))) {
    losses.add(path, 'names in references of the standard hold letters, digits and "_" only; rename them');
    return;
  }
  const [column, second] = from;
  if (column !== undefined && second === undefined)
    table.column(column).references.push(`${target}.${to[0] ?? ''}`);
  else table.references.push({ from, to, table: target });
}
