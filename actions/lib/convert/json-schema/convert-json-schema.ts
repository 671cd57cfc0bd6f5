import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ParsedText } from '../../schema/parsed-text.ts';
import type { ContractDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, refusal, textsOf } from '../source-fields.ts';
import { TableBuilder } from '../table-builder.ts';
import { convertProperty } from './convert-property.ts';
import { type PlacedSchema, resolved } from './references.ts';

const WORDS = [
  '$schema',
  '$id',
  'title',
  'description',
  '$comment',
  'examples',
  '$defs',
  'definitions',
  'type',
];
const USED = ['properties', 'required', 'additionalProperties', 'uniqueCombinedWith'];
const LOST: Readonly<Record<string, string>> = {
  dynamicEnum: 'values of another file: make it an object of the contract and use "relationships"',
  unevaluatedProperties: 'use additionalProperties',
  patternProperties: 'columns by pattern of their names are not known; name them',
};

/** Converts a JSON Schema of rows (an object with properties, or an array of such objects). */
export function convertJsonSchema(document: ParsedText, losses: Losses): ContractDraft {
  const root = resolved(document, { schema: fieldsAt(document, [], document.value), path: [] });
  const row = rowOf(document, root);
  const properties = row.schema['properties'];
  if (!isFields(properties))
    throw refusal(document, row.path, 'the schema has no "properties" that could be columns');
  const name = textOf(row.schema['title']) ?? textOf(root.schema['title']) ?? 'rows';
  const table = new TableBuilder(name);
  const description = textOf(row.schema['description']) ?? textOf(root.schema['description']);
  if (description !== undefined) table.set({ description });
  const required = textsOf(row.schema['required'] ?? []);
  for (const [column, schema] of Object.entries(properties)) {
    const path = [...row.path, 'properties', column];
    convertProperty(
      document,
      { schema: fieldsAt(document, path, schema), path },
      table.column(column),
      losses,
    );
  }
  columnsOf(row, required, table, losses);
  uniqueKeys(row.schema, table);
  lostKeywords(row, losses);
  return { name, tables: [table.build()] };
}

function rowOf(document: ParsedText, root: PlacedSchema): PlacedSchema {
  const { schema, path } = root;
  if (schema['type'] !== 'array' && !isFields(schema['items'])) return root;
  const at = [...path, 'items'];
  return resolved(document, { schema: fieldsAt(document, at, schema['items']), path: at });
}

/**
 * Keys that are required are columns that must be there; "no value" is a matter of the type. Keys of a row that are
 * not required may be absent from some rows of JSON, which is "no value" here, but their column is expected.
 */
function columnsOf(
  { schema, path }: PlacedSchema,
  required: readonly string[],
  table: TableBuilder,
  losses: Losses,
): void {
  const names = Object.keys(fieldsOf(schema['properties']));
  const optional = names.filter((name) => !required.includes(name));
  for (const name of optional) table.column(name).required = false;
  for (const name of required.filter((one) => !names.includes(one))) table.column(name).required = true;
  const closed = schema['additionalProperties'] === false;
  if (closed && optional.length === 0) table.set({ fieldsMatch: 'equal' });
  else if (closed) table.set({ fieldsMatch: 'superset' });
  else table.set({ fieldsMatch: 'subset' });
  if (isFields(schema['additionalProperties']))
    losses.add([...path, 'additionalProperties'], 'columns that are not named cannot be held to a schema');
  if (closed && optional.length > 0 && required.length > 0)
    losses.add(
      [...path, 'required'],
      'that no other columns may be there (additionalProperties: false) and that these must be there cannot both be said while some are optional; a missing column is only found by its values',
    );
}

/** qsv's keyword: the values of several columns together are different in every row. */
function uniqueKeys(schema: Fields, table: TableBuilder): void {
  const properties = textsOf(schema['uniqueCombinedWith'] ?? []);
  if (properties.length === 0) return;
  table.rules.push({
    metric: 'duplicateValues',
    arguments: { properties },
    limit: { mustBe: 0 },
    dimension: 'uniqueness',
  });
}

function lostKeywords({ schema, path }: PlacedSchema, losses: Losses): void {
  for (const key of Object.keys(schema)) {
    if (WORDS.includes(key) || USED.includes(key)) continue;
    if (Array.isArray(schema[key]) && listOf(schema[key]).length === 0) continue;
    losses.add(
      [...path, key],
      LOST[key] ??
        `"${key}" is about several columns at once; keep the schema as row-schema, or write a rowCondition`,
    );
  }
}
