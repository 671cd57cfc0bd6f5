/** A JSON Schema as plain JSON. */
export type SchemaObject = { readonly [keyword: string]: unknown };

/** A schema of rows, taken apart: what can be decided column by column, and the rest. */
export interface SplitSchema {
  /** Schemas of single columns, each complete. */
  readonly columns: ReadonlyMap<string, SchemaObject>;
  /** All properties the schema names, those decided by the rest too. */
  readonly named: ReadonlySet<string>;
  readonly required: readonly string[];
  /** Whether columns that the schema does not name may have values. */
  readonly openEnded: boolean;
  /** What only whole rows can be held to; absent when there is nothing. */
  readonly rest?: SchemaObject;
}

/** Keywords of a property that are about its value alone and need no other part of the schema. */
const OF_COLUMNS: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'const',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
]);
/** Keywords that demand nothing. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);
/** Keywords of the whole that are decided without ajv, or demand nothing by themselves. */
const OF_ROWS: ReadonlySet<string> = new Set([
  'properties',
  'required',
  '$defs',
  'definitions',
  ...ANNOTATIONS,
]);

/**
 * Takes a schema of rows apart. Keywords of JSON Schema each demand something for themselves, so that a row satisfies
 * the whole if and only if it satisfies all parts; names of properties stay in the rest, where other keywords (such
 * as `unevaluatedProperties`) ask for them.
 */
export function splitSchema(schema: SchemaObject): SplitSchema {
  const properties = objectOf(schema['properties']);
  const named = new Set(Object.keys(properties));
  if (refersInside(schema)) return { columns: new Map(), named, required: [], openEnded: true, rest: schema };
  const columns = new Map<string, SchemaObject>();
  for (const [name, property] of Object.entries(properties))
    if (isOfColumn(property)) columns.set(name, { ...dialect(schema), ...property });
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const closed = schema['additionalProperties'] === false && schema['patternProperties'] === undefined;
  const rest = restOf(schema, properties, columns, closed);
  return { columns, named, required, openEnded: !closed, ...(rest && { rest }) };
}

const isObject = (value: unknown): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (value: unknown): SchemaObject => (isObject(value) ? value : {});

const isOfColumn = (property: unknown): property is SchemaObject =>
  isObject(property) &&
  Object.keys(property).every((keyword) => OF_COLUMNS.has(keyword) || ANNOTATIONS.has(keyword)) &&
  Object.values(property).every((value) => !isObject(value) || value === property['default']) &&
  isPlainList(property['enum']) &&
  isPlainList(property['const'] === undefined ? undefined : [property['const']]);

/** Values of `enum` that are objects or lists are compared by ajv alone. */
const isPlainList = (values: unknown): boolean =>
  values === undefined ||
  (Array.isArray(values) && values.every((value) => typeof value !== 'object' || value === null));

const dialect = (schema: SchemaObject): SchemaObject =>
  schema['$schema'] === undefined ? {} : { $schema: schema['$schema'] };

function restOf(
  schema: SchemaObject,
  properties: SchemaObject,
  columns: ReadonlyMap<string, SchemaObject>,
  closed: boolean,
): SchemaObject | undefined {
  // `additionalProperties` counts as having looked at them, even when it allows all.
  const asksWhatWasEvaluated = schema['unevaluatedProperties'] !== undefined;
  const left = Object.entries(schema).filter(
    ([keyword, value]) =>
      !OF_ROWS.has(keyword) &&
      !(keyword === 'type' && value === 'object') &&
      !(keyword === 'additionalProperties' && (closed || value === true) && !asksWhatWasEvaluated),
  );
  const whole = Object.keys(properties).some((name) => !columns.has(name) && properties[name] !== true);
  if (left.length === 0 && !whole) return undefined;
  const names = Object.entries(properties).map(([name, property]) => [
    name,
    columns.has(name) ? true : property,
  ]);
  const defined = ['$schema', '$defs', 'definitions'].filter((keyword) => schema[keyword] !== undefined);
  return {
    ...Object.fromEntries(left),
    ...Object.fromEntries(defined.map((keyword) => [keyword, schema[keyword]])),
    properties: Object.fromEntries(names),
  };
}

/** Whether the schema refers to itself anywhere but among its definitions: then it is not taken apart. */
function refersInside(schema: SchemaObject): boolean {
  if (schema['$ref'] !== undefined || schema['$dynamicRef'] !== undefined) return true;
  const seek = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(seek);
    if (!isObject(value)) return false;
    return Object.entries(value).some(([key, item]) =>
      key.endsWith('Ref') || key === '$ref' ? isInside(item) : seek(item),
    );
  };
  return seek(schema);
}

const isInside = (target: unknown): boolean =>
  typeof target !== 'string' || !/^#\/(?:\$defs|definitions)\/[^/]+$/.test(target);
