import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, noteUnknownKeys, refusal, textsOf } from '../source-fields.ts';
import { type ColumnParts, TableBuilder } from '../table-builder.ts';
import { typeNamed } from '../type-names.ts';
import { convertChecks } from './checks.ts';

const ROOT_KEYS = [
  'schema_type',
  'version',
  'columns',
  'checks',
  'index',
  'dtype',
  'coerce',
  'strict',
  'name',
  'ordered',
  'unique',
  'report_duplicates',
  'unique_column_names',
  'add_missing_columns',
  'title',
  'description',
  'metadata',
  'drop_invalid_rows',
];
const COLUMN_KEYS = [
  'title',
  'description',
  'dtype',
  'nullable',
  'checks',
  'unique',
  'coerce',
  'required',
  'regex',
  'name',
  'report_duplicates',
  'metadata',
  'default',
  'drop_invalid_rows',
];

/** Converts a schema of Pandera as `to_yaml` writes it. */
export function convertPandera(document: ParsedText, losses: Losses): ContractDraft {
  const schema = fieldsAt(document, [], document.value);
  if (schema['schema_type'] !== 'dataframe')
    throw refusal(document, ['schema_type'], 'expected "dataframe"; other schemas describe no table');
  noteUnknownKeys(schema, ROOT_KEYS, [], losses);
  const name = textOf(schema['name']) ?? 'dataframe';
  const table = new TableBuilder(name);
  const columns = schema['columns'] ?? {};
  for (const [column, fields] of Object.entries(fieldsAt(document, ['columns'], columns)))
    convertColumn(document, ['columns', column], column, fields, table, losses);
  const index = schema['index'];
  for (const [position, level] of (Array.isArray(index) ? index : isFields(index) ? [index] : []).entries())
    convertIndex(fieldsOf(level), ['index', position], table, losses);
  if (schema['checks'] !== null && schema['checks'] !== undefined)
    losses.add(['checks'], 'checks of the whole table are functions of Python; write them as rowCondition');
  tableOptions(schema, table, losses);
  return { name, tables: [table.build()] };
}

function convertColumn(
  document: ParsedText,
  path: ValuePath,
  name: string,
  value: unknown,
  table: TableBuilder,
  losses: Losses,
): void {
  const fields = fieldsAt(document, path, value);
  noteUnknownKeys(fields, COLUMN_KEYS, path, losses);
  if (fields['regex'] === true) {
    losses.add(path, `columns by pattern of their names are not known; name each of them`);
    return;
  }
  const column = table.column(name);
  convertValues(fields, path, column, losses);
  if (fields['required'] === false)
    losses.add(
      [...path, 'required'],
      `a column that may be absent is expected here; use fieldsMatch superset where columns are optional`,
    );
  if (fields['default'] !== undefined && fields['default'] !== null)
    losses.add([...path, 'default'], `values that are missing are not filled in`);
  if (fields['drop_invalid_rows'] === true)
    losses.add([...path, 'drop_invalid_rows'], `rows are reported, never dropped`);
}

/** What columns and levels of an index have in common. */
function convertValues(fields: Fields, path: ValuePath, column: ColumnParts, losses: Losses): void {
  const [title, description] = [textOf(fields['title']), textOf(fields['description'])];
  if (title !== undefined) column.title = title;
  if (description !== undefined) column.description = description;
  const dtype = textOf(fields['dtype']);
  if (dtype !== undefined) {
    column.physicalType = dtype;
    const type = typeNamed(dtype);
    if (type === undefined)
      losses.add([...path, 'dtype'], `no type here is called ${dtype}; give a logicalType`);
    else column.type = type;
  }
  // Nothing is converted before it is checked: a file's texts are read as the type, which is what coerce does.
  if (fields['nullable'] !== true) column.required = true;
  if (fields['unique'] === true) column.unique = true;
  convertChecks(fields['checks'], [...path, 'checks'], column, losses);
}

function convertIndex(fields: Fields, path: ValuePath, table: TableBuilder, losses: Losses): void {
  const name = textOf(fields['name']);
  noteUnknownKeys(fields, COLUMN_KEYS, path, losses);
  if (name === undefined) {
    const says = ['checks', 'unique'].some((key) => Boolean(fields[key]));
    if (says) losses.add(path, 'an index without a name is no column of a file; its checks were left out');
    return;
  }
  convertValues(fields, path, table.column(name), losses);
  losses.add(path, `the index became a column; write it into the file as one`);
}

function tableOptions(schema: Fields, table: TableBuilder, losses: Losses): void {
  const [title, description] = [textOf(schema['title']), textOf(schema['description'])];
  const strict = schema['strict'] === true;
  table.set({
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(schema['ordered'] === true
      ? { fieldsMatch: 'exact' }
      : strict
        ? { fieldsMatch: 'equal' }
        : { fieldsMatch: 'subset' }),
  });
  if (schema['ordered'] === true && !strict)
    losses.add(
      ['ordered'],
      'the order holds together with "no other columns" only; other columns are findings now',
    );
  if (schema['strict'] === 'filter') losses.add(['strict'], 'columns are reported or let be, never removed');
  for (const key of ['add_missing_columns', 'drop_invalid_rows'])
    if (schema[key] === true) losses.add([key], 'data are checked, never changed');
  const dtype = textOf(schema['dtype']);
  if (dtype !== undefined) losses.add(['dtype'], `a type for all columns: give each column its logicalType`);
  const unique = textsOf(listOf(schema['unique']).length > 0 ? schema['unique'] : (schema['unique'] ?? []));
  if (unique.length > 0)
    table.rules.push({
      metric: 'duplicateValues',
      arguments: { properties: unique },
      limit: { mustBe: 0 },
      dimension: 'uniqueness',
    });
}
