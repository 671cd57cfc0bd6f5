import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { ContractDraft, OptionsDraft, TableDraft } from './contract-draft.ts';
import { datePattern } from './date-patterns.ts';
import { patternProblem, valuesOf } from './expectations/expectation.ts';
import type { Losses } from './losses.ts';
import {
  type Fields,
  fieldsAt,
  fieldsOf,
  isFields,
  isScalar,
  listAt,
  listOf,
  noteUnknownKeys,
  numberOf,
  refusal,
  textAt,
  textOf,
  textsOf,
} from './source-fields.ts';
import { type ColumnParts, TableBuilder } from './table-builder.ts';

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
const FIELD_KEYS = [
  'name',
  'type',
  'format',
  'title',
  'description',
  'constraints',
  'categories',
  'example',
  'rdfType',
];
/** Words for people about a package or resource. */
const PACKAGE_KEYS = [
  '$schema',
  'name',
  'title',
  'description',
  'version',
  'resources',
  'id',
  'profile',
  'created',
];
const RESOURCE_KEYS = [
  'name',
  'path',
  'title',
  'description',
  'schema',
  'profile',
  'type',
  'hash',
  'bytes',
  '$schema',
];
const FIELDS_MATCH = ['exact', 'equal', 'subset', 'superset', 'partial'] as const;

/** Types of Table Schema, and what differs where they are not quite ours. */
const TYPES: Readonly<Record<string, readonly [type: ColumnType, loss?: string]>> = {
  string: ['string'],
  number: ['number'],
  integer: ['integer'],
  boolean: ['boolean'],
  object: ['object'],
  array: ['array'],
  list: ['string', 'lists within a text are not taken apart; the column is a text'],
  date: ['date'],
  time: ['time'],
  datetime: ['timestamp'],
  year: ['integer'],
  yearmonth: ['string'],
  duration: ['string', 'durations are not checked; the column is a text'],
  geopoint: ['string', 'points are not checked; the column is a text'],
  geojson: ['object', 'GeoJSON is not checked; the column holds objects'],
  any: ['string', 'the type "any" became a text'],
};
const STRING_FORMATS: ReadonlyMap<string, string | undefined> = new Map([
  ['default', undefined],
  ['email', 'email'],
  ['uri', 'uri'],
  ['uuid', 'uuid'],
]);

/** Converts a Table Schema (v1 and v2). */
export function convertTableSchema(document: ParsedText, losses: Losses): ContractDraft {
  const schema = fieldsAt(document, [], document.value);
  const name = textOf(schema['name']) ?? textOf(schema['title']) ?? 'table';
  return { name, tables: [tableOf(document, [], schema, new TableBuilder(name), losses)] };
}

/** Converts a data package: each resource with a schema becomes an object. */
export function convertDataPackage(document: ParsedText, losses: Losses): ContractDraft {
  const root = fieldsAt(document, [], document.value);
  noteUnknownKeys(root, PACKAGE_KEYS, [], losses);
  const tables = listAt(document, ['resources'], root['resources']).flatMap((resource, index) =>
    convertResource(document, ['resources', index], resource, losses),
  );
  if (tables.length === 0)
    throw refusal(document, ['resources'], 'no resource has a schema of its own; put one in "schema"');
  const purpose = textOf(root['description']) ?? textOf(root['title']);
  return {
    name: textOf(root['name']) ?? 'package',
    ...(typeof root['version'] === 'string' && { version: root['version'] }),
    ...(purpose !== undefined && { purpose }),
    tables,
  };
}

function convertResource(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
  losses: Losses,
): readonly TableDraft[] {
  const resource = fieldsAt(document, path, value);
  noteUnknownKeys(resource, RESOURCE_KEYS, path, losses);
  const name = textAt(document, [...path, 'name'], resource['name']);
  const schema = resource['schema'];
  if (!isFields(schema)) {
    losses.add(
      path,
      `the resource "${name}" has ${typeof schema === 'string' ? 'a schema in another file; convert that file' : 'no schema'}, and was left out`,
    );
    return [];
  }
  const table = new TableBuilder(name);
  const paths = textsOf(resource['path']);
  if (paths[0] !== undefined && paths.length === 1) table.set({ physicalName: paths[0] });
  else losses.add([...path, 'path'], 'the files of the resource go to the input "data" of the action');
  fileRule(resource, path, table, losses);
  return [tableOf(document, [...path, 'schema'], schema, table, losses)];
}

function fileRule(resource: Fields, path: ValuePath, table: TableBuilder, losses: Losses): void {
  const hash = textOf(resource['hash']);
  const sha256 = hash === undefined ? undefined : /^sha256:([0-9a-f]{64})$/i.exec(hash)?.[1];
  if (hash !== undefined && sha256 === undefined)
    losses.add([...path, 'hash'], 'only hashes of the kind sha256:… are checked; compute that one');
  const byteCount = numberOf(resource['bytes']);
  if (sha256 === undefined && byteCount === undefined) return;
  table.rules.push({
    check: 'fileIntegrity',
    arguments: {
      ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
      ...(byteCount !== undefined && { byteCount }),
    },
    dimension: 'accuracy',
  });
}

function tableOf(
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

const wordsOf = (fields: Fields): { readonly title?: string; readonly description?: string } => ({
  ...(typeof fields['title'] === 'string' && { title: fields['title'] }),
  ...(typeof fields['description'] === 'string' && { description: fields['description'] }),
});

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

function convertField(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
  table: TableBuilder,
  losses: Losses,
): void {
  const field = fieldsAt(document, path, value);
  const column = table.column(textAt(document, [...path, 'name'], field['name']));
  Object.assign(column, wordsOf(field));
  const name = textOf(field['type']) ?? 'string';
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (known === undefined)
    throw refusal(document, [...path, 'type'], `expected one of ${Object.keys(TYPES).join(', ')}`);
  const [type, loss] = known;
  column.type = type;
  if (loss !== undefined) losses.add([...path, 'type'], loss);
  for (const key of Object.keys(field))
    if (!FIELD_KEYS.includes(key)) losses.add([...path, key], lostKey(key));
  const options: Record<string, number | string> = { ...formatOptions(field, path, type, losses) };
  constraints(fieldsOf(field['constraints']), [...path, 'constraints'], { column, options, losses });
  if (name === 'yearmonth') options['pattern'] ??= '^[0-9]{4}-(0[1-9]|1[0-2])$';
  if (Object.keys(options).length > 0) column.options = options;
  categories(field['categories'], [...path, 'categories'], column, losses);
}

const LOST_KEYS: Readonly<Record<string, string>> = {
  missingValues: 'texts for "no value" hold for the whole table here; put them into its missingValues',
  decimalChar: 'numbers have a decimal point here; write the data so',
  groupChar: 'numbers have no thousands separators here; write the data so',
  bareNumber: 'numbers stand alone here, without % or currency; write the data so',
  trueValues: 'booleans are written true and false here; write the data so, or list the values of a text',
  falseValues: 'booleans are written true and false here; write the data so, or list the values of a text',
  categoriesOrdered: 'the order of categories is not checked',
};
const lostKey = (key: string): string => LOST_KEYS[key] ?? 'not known to the conversion and left out';

function formatOptions(field: Fields, path: ValuePath, type: ColumnType, losses: Losses): OptionsDraft {
  const format = textOf(field['format']);
  if (format === undefined || format === 'default') return {};
  const at = [...path, 'format'];
  if (type === 'date' || type === 'time' || type === 'timestamp') {
    const pattern = format === 'any' ? undefined : datePattern(format);
    if (pattern === undefined)
      losses.add(at, `the format ${JSON.stringify(format)} has no counterpart; dates must be in ISO 8601`);
    return pattern?.format === undefined ? {} : { format: pattern.format };
  }
  const known = type === 'string' ? STRING_FORMATS.get(format) : undefined;
  if (known !== undefined) return { format: known };
  losses.add(at, `the format ${JSON.stringify(format)} has no counterpart and was left out`);
  return {};
}

/** A column with the options it gets. */
interface Constrained {
  readonly column: ColumnParts;
  readonly options: Record<string, number | string>;
  readonly losses: Losses;
}

const LENGTHS = ['minLength', 'maxLength'] as const;
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;

function constraints(given: Fields, path: ValuePath, { column, options, losses }: Constrained): void {
  if (given['required'] === true) column.required = true;
  if (given['unique'] === true) column.unique = true;
  for (const key of LENGTHS) {
    const length = numberOf(given[key]);
    if (length !== undefined && column.type === 'string') options[key] = length;
    else if (given[key] !== undefined) losses.add([...path, key], 'lengths are checked of texts only');
  }
  for (const key of BOUNDS) {
    const bound = boundOf(given[key], column.type);
    if (bound !== undefined) options[key] = bound;
    else if (given[key] !== undefined) losses.add([...path, key], `no limit of a ${column.type ?? 'text'}`);
  }
  const pattern = textOf(given['pattern']);
  if (pattern !== undefined) wholePattern(pattern, [...path, 'pattern'], { column, options, losses });
  if (given['enum'] !== undefined) validValues(given['enum'], [...path, 'enum'], column, losses);
  noteUnknownKeys(given, ['required', 'unique', 'pattern', 'enum', ...LENGTHS, ...BOUNDS], path, losses);
}

/** Limits of numbers may be written as texts, limits of dates are. */
function boundOf(value: unknown, type: ColumnType | undefined): number | string | undefined {
  if (type === 'integer' || type === 'number') {
    const bound = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return numberOf(bound);
  }
  const temporal = type === 'date' || type === 'time' || type === 'timestamp';
  return temporal ? textOf(value) : undefined;
}

/** Patterns of Table Schema match whole values. */
function wholePattern(pattern: string, path: ValuePath, { column, options, losses }: Constrained): void {
  const whole = `^(?:${pattern})$`;
  const problem = column.type === 'string' ? patternProblem(whole) : 'patterns are checked of texts only';
  if (problem === undefined) options['pattern'] = whole;
  else losses.add(path, problem);
}

function validValues(list: unknown, path: ValuePath, column: ColumnParts, losses: Losses): void {
  const values = valuesOf(list);
  if (values === undefined) losses.add(path, 'the list holds values that are no texts, numbers or booleans');
  else
    column.rules.push({
      metric: 'invalidValues',
      arguments: { validValues: values },
      limit: { mustBe: 0 },
      dimension: 'conformity',
    });
}

/** Categories of v2 are values, or objects with a value and a label. */
function categories(value: unknown, path: ValuePath, column: ColumnParts, losses: Losses): void {
  if (value === undefined) return;
  const values = listOf(value).map((item) => (isFields(item) ? item['value'] : item));
  if (values.every(isScalar)) validValues(values, path, column, losses);
  else losses.add(path, 'the list holds values that are no texts, numbers or booleans');
  if (listOf(value).some((item) => isFields(item) && item['label'] !== undefined))
    losses.add(path, 'labels of categories are words for people and were left out');
}
