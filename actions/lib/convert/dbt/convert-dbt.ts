import { type Fields, fieldsOf, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractDraft, TableDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, noteUnknownKeys, refusal, textAt, textsOf } from '../source-fields.ts';
import { type ColumnParts, TableBuilder } from '../table-builder.ts';
import { typeNamed } from '../type-names.ts';
import { convertTests, items, type Owner } from './read-tests.ts';

const ROOT_KEYS = ['version', 'models', 'sources', 'seeds', 'snapshots'];
const MODEL_KEYS = ['name', 'description', 'columns', 'tests', 'data_tests', 'constraints', 'config'];
/** What dbt does with a model, and where it is shown: nothing of it is a demand on data. */
const DESCRIPTIVE = [
  'docs',
  'meta',
  'tags',
  'group',
  'access',
  'latest_version',
  'identifier',
  'quote',
  'quoting',
  'external',
  'loader',
  'database',
  'schema',
  'time_spine',
  'granularity',
  'policy_tags',
];
const COLUMN_KEYS = ['name', 'description', 'data_type', 'tests', 'data_tests', 'constraints', 'config'];

/** Converts a `schema.yml` of dbt (version 2): models, seeds, snapshots and tables of sources become objects. */
export function convertDbt(document: ParsedText, losses: Losses): ContractDraft {
  const root = fieldsAt(document, [], document.value);
  noteUnknownKeys(root, ROOT_KEYS, [], losses);
  const tables: TableDraft[] = [];
  for (const kind of ['models', 'seeds', 'snapshots'] as const)
    for (const [index, model] of items(document, [kind], root[kind]))
      tables.push(convertModel(document, [kind, index], model, losses));
  for (const [index, source] of items(document, ['sources'], root['sources']))
    tables.push(...convertSource(document, ['sources', index], source, losses));
  const [first] = tables;
  if (first === undefined)
    throw refusal(document, [], 'it has no models, seeds, snapshots or sources with tables');
  return { name: tables.length === 1 ? first.name : 'dbt', tables };
}

function convertSource(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
  losses: Losses,
): readonly TableDraft[] {
  const source = fieldsAt(document, path, value);
  noteUnknownKeys(source, ['name', 'description', 'tables', ...DESCRIPTIVE], path, losses);
  return items(document, [...path, 'tables'], source['tables']).map(([index, table]) =>
    convertModel(document, [...path, 'tables', index], table, losses),
  );
}

function convertModel(document: ParsedText, path: ValuePath, value: unknown, losses: Losses): TableDraft {
  const model = fieldsAt(document, path, value);
  noteUnknownKeys(model, [...MODEL_KEYS, ...DESCRIPTIVE], path, losses);
  const table = new TableBuilder(textAt(document, [...path, 'name'], model['name']));
  const owner: Owner = { document, table, losses };
  const description = textOf(model['description']);
  if (description !== undefined) table.set({ description });
  for (const [index, column] of items(document, [...path, 'columns'], model['columns']))
    convertColumn(owner, [...path, 'columns', index], column);
  convertTests(owner, path, model, undefined);
  for (const [index, constraint] of items(document, [...path, 'constraints'], model['constraints']))
    modelConstraint(owner, [...path, 'constraints', index], fieldsOf(constraint));
  // Without an enforced contract a model may have columns that are not listed.
  const enforced = fieldsOf(fieldsOf(model['config'])['contract'])['enforced'] === true;
  table.set({ fieldsMatch: enforced ? 'equal' : 'subset' });
  return table.build();
}

function convertColumn(owner: Owner, path: ValuePath, value: unknown): void {
  const column = fieldsAt(owner.document, path, value);
  noteUnknownKeys(column, [...COLUMN_KEYS, ...DESCRIPTIVE], path, owner.losses);
  const parts = owner.table.column(textAt(owner.document, [...path, 'name'], column['name']));
  const [description, dataType] = [textOf(column['description']), textOf(column['data_type'])];
  if (description !== undefined) parts.description = description;
  if (dataType !== undefined) {
    parts.physicalType = dataType;
    const type = typeNamed(dataType);
    if (type === undefined)
      owner.losses.add([...path, 'data_type'], `no type here is called ${dataType}; give a logicalType`);
    else parts.type = type;
  }
  for (const [index, constraint] of items(owner.document, [...path, 'constraints'], column['constraints']))
    columnConstraint(owner, [...path, 'constraints', index], fieldsOf(constraint), parts);
  convertTests(owner, path, column, parts.name);
}

function columnConstraint(owner: Owner, path: ValuePath, constraint: Fields, column: ColumnParts): void {
  const type = textOf(constraint['type']);
  if (type === 'not_null') column.required = true;
  else if (type === 'unique') column.unique = true;
  else if (type === 'primary_key') column.primaryKeyPosition = 1;
  else lostConstraint(owner, path, type, constraint);
}

function modelConstraint(owner: Owner, path: ValuePath, constraint: Fields): void {
  const names = textsOf(constraint['columns'] ?? []);
  const type = textOf(constraint['type']);
  if (type === 'primary_key')
    for (const [index, name] of names.entries()) owner.table.column(name).primaryKeyPosition = index + 1;
  else if (type === 'not_null') for (const name of names) owner.table.column(name).required = true;
  else if (type === 'unique' && names.length > 0)
    owner.table.rules.push({
      metric: 'duplicateValues',
      arguments: { properties: names },
      limit: { mustBe: 0 },
      dimension: 'uniqueness',
    });
  else lostConstraint(owner, path, type, constraint);
}

const lostConstraint = (owner: Owner, path: ValuePath, type: string | undefined, constraint: Fields): void =>
  owner.losses.add(
    path,
    `a constraint of type ${type ?? 'unknown'} (${textOf(constraint['expression']) ?? 'no expression'}) is for the database; write a rowCondition or a relationship`,
  );
