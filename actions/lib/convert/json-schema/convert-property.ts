import { type Fields, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import { patternProblem, valuesOf } from '../expectations/expectation.ts';
import type { Losses } from '../losses.ts';
import { numberOf } from '../source-fields.ts';
import type { ColumnParts } from '../table-builder.ts';
import { valueTypeOf } from './column-type.ts';
import { type PlacedSchema, resolved } from './references.ts';

/** Keywords for people and for programs that make rows. */
const WORDS = [
  'title',
  'description',
  '$comment',
  'examples',
  'type',
  '$defs',
  'definitions',
  '$id',
  'readOnly',
  'writeOnly',
  'deprecated',
];
/** Keywords that are no demand on rows that are there. */
const LOST: Readonly<Record<string, string>> = {
  default: 'values that are missing are not filled in',
  properties: 'parts of objects are not looked into',
  required: 'parts of objects are not looked into',
  additionalProperties: 'parts of objects are not looked into',
  items: 'items of arrays are not looked into',
  prefixItems: 'items of arrays are not looked into',
  uniqueItems: 'items of arrays are not looked into',
  contentEncoding: 'contents of texts are not looked into',
  contentMediaType: 'contents of texts are not looked into',
  dynamicEnum: 'values of another file: make it an object of the contract and use "relationships"',
};

const TEXT: readonly ColumnType[] = ['string'];
const NUMERIC: readonly ColumnType[] = ['integer', 'number'];

/** Keywords that are options of a type, and the types that have them. */
const OPTIONS: Readonly<Record<string, readonly ColumnType[]>> = {
  minLength: TEXT,
  maxLength: TEXT,
  minimum: NUMERIC,
  maximum: NUMERIC,
  exclusiveMinimum: NUMERIC,
  exclusiveMaximum: NUMERIC,
  multipleOf: NUMERIC,
  minItems: ['array'],
  maxItems: ['array'],
};

/** Converts the schema of one property into a column. */
export function convertProperty(
  document: ParsedText,
  placed: PlacedSchema,
  column: ColumnParts,
  losses: Losses,
): void {
  const target = resolved(document, placed);
  const { type, nullable, schema: merged } = valueTypeOf(target.schema, target.path, losses);
  const { schema, path } = resolved(document, { schema: merged, path: target.path });
  const inner = '$ref' in merged ? valueTypeOf(schema, path, losses) : { type };
  if (inner.type) column.type = inner.type;
  if (!nullable) column.required = true;
  const [title, description] = [textOf(schema['title']), textOf(schema['description'])];
  if (title !== undefined) column.title = title;
  if (description !== undefined) column.description = description;
  const options: Record<string, number | string> = {};
  for (const key of Object.keys(schema)) {
    const own = Object.hasOwn(placed.schema, key) ? placed.path : path;
    convertKeyword(key, { schema, path: own, column, options, losses });
  }
  if (Object.keys(options).length > 0) column.options = options;
}

/** A property while its keywords are read. */
interface Property {
  readonly schema: Fields;
  readonly path: ValuePath;
  readonly column: ColumnParts;
  readonly options: Record<string, number | string>;
  readonly losses: Losses;
}

function convertKeyword(key: string, property: Property): void {
  if (WORDS.includes(key)) return;
  const special = Object.hasOwn(SPECIAL, key) ? SPECIAL[key] : undefined;
  const lost = special ? special(property) : option(key, property);
  if (lost !== undefined) property.losses.add([...property.path, key], lost);
}

function option(key: string, { schema, column, options }: Property): string | undefined {
  const types = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
  if (types === undefined)
    return LOST[key] ?? `"${key}" has no counterpart in a contract; keep the schema as row-schema`;
  const value = numberOf(schema[key]);
  if (value === undefined) return 'expected a number';
  if (column.type !== undefined && !types.includes(column.type))
    return `it says nothing of values of type ${column.type}`;
  options[key] = value;
  return undefined;
}

const SPECIAL: Readonly<Record<string, (property: Property) => string | undefined>> = {
  enum: ({ schema, column }) => validValues(schema['enum'], column),
  const: ({ schema, column }) =>
    schema['const'] === null ? undefined : validValues([schema['const']], column),
  pattern: ({ schema, column, options }) => {
    const pattern = textOf(schema['pattern']) ?? '';
    if (column.type !== undefined && column.type !== 'string')
      return `patterns are checked of texts; the type is ${column.type}`;
    const problem = patternProblem(pattern);
    if (problem === undefined) options['pattern'] = pattern;
    return problem;
  },
  format: ({ schema, column, options }) => {
    const format = textOf(schema['format']) ?? '';
    if (column.type === 'date' || column.type === 'timestamp' || column.type === 'time') return undefined;
    if (column.type !== 'string' || !FORMATS.includes(format))
      return `the format ${JSON.stringify(format)} of a ${column.type ?? 'value'} is not checked`;
    options['format'] = format;
    return undefined;
  },
};

/** Formats of texts that are checked. */
const FORMATS = [
  'email',
  'uri',
  'uri-reference',
  'uuid',
  'hostname',
  'ipv4',
  'ipv6',
  'regex',
  'duration',
  'json-pointer',
];

function validValues(list: unknown, column: ColumnParts): string | undefined {
  const values = valuesOf(list);
  if (values === undefined) return 'the list holds values that are no texts, numbers or booleans';
  column.rules.push({
    metric: 'invalidValues',
    arguments: { validValues: values },
    limit: { mustBe: 0 },
    dimension: 'conformity',
  });
  return undefined;
}
