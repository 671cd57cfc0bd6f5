import { type Fields, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ValuePath } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { Losses } from '../losses.ts';
import { textsOf } from '../source-fields.ts';

/** What a schema of a column says of its values' type. */
export interface ValueType {
  readonly type?: ColumnType;
  /** No value is allowed. */
  readonly nullable: boolean;
  /** The schema with what the branches of "or nothing" say. */
  readonly schema: Fields;
}

const TYPES: ReadonlyMap<string, ColumnType> = new Map([
  ['string', 'string'],
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['object', 'object'],
  ['array', 'array'],
]);
/** Formats that are types here. */
const TEMPORAL: ReadonlyMap<string, ColumnType> = new Map([
  ['date', 'date'],
  ['date-time', 'timestamp'],
  ['time', 'time'],
]);

/** Reads `type`, and `anyOf`/`oneOf` of one schema and `null`. */
export function valueTypeOf(given: Fields, path: ValuePath, losses: Losses): ValueType {
  const schema = withoutNullBranch(given);
  const names = textsOf(schema['type'] ?? []);
  const nullable = schema !== given || names.includes('null') || allowsNull(schema);
  const named = names.filter((name) => name !== 'null');
  const [name, second] = named;
  if (name === undefined) return { nullable: nullable || names.length === 0, schema };
  if (second !== undefined) {
    const numbers = named.every((one) => one === 'integer' || one === 'number');
    if (!numbers) losses.add([...path, 'type'], `several types (${named.join(', ')}): no type is demanded`);
    return numbers ? { type: 'number', nullable, schema } : { nullable, schema };
  }
  const type =
    name === 'string' ? (TEMPORAL.get(textOf(schema['format']) ?? '') ?? 'string') : TYPES.get(name);
  if (type === undefined) losses.add([...path, 'type'], `"${name}" is no type of JSON Schema`);
  return { ...(type && { type }), nullable, schema };
}

/** `enum` and `const` that name null allow it. */
const allowsNull = (schema: Fields): boolean =>
  schema['const'] === null || listOf(schema['enum']).includes(null);

/** `anyOf: [X, { type: null }]`, as Pydantic writes optional fields, is X or nothing. */
function withoutNullBranch(schema: Fields): Fields {
  for (const key of ['anyOf', 'oneOf']) {
    const branches = listOf(schema[key]);
    const others = branches.filter((branch) => !(isFields(branch) && branch['type'] === 'null'));
    const [only] = others;
    if (branches.length !== 2 || others.length !== 1 || !isFields(only)) continue;
    const { [key]: _, ...rest } = schema;
    return { ...rest, ...only };
  }
  return schema;
}
