import type { ColumnView } from '../../columns/column-batch.ts';
import { conversion, Misfit } from '../../tabular/column-type.ts';
import type { TableFormat } from '../../tabular/table.ts';

/** Makes the JSON value of a cell that has one. */
export type CellValue = (view: ColumnView, row: number) => unknown;

type JsonType = 'integer' | 'number' | 'boolean';
const JSON_TYPES: readonly JsonType[] = ['integer', 'number', 'boolean'];

/** The types a schema of a property allows; none when it does not say. */
export function typesOf(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return [];
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

/**
 * How the texts of a format without types become values: what the schema says they are when they can be read so,
 * else they stay texts (and fail there).
 */
export function textReader(schema: unknown): (text: string) => unknown {
  const type = textTarget(schema);
  if (type === undefined) return (text) => text;
  const read = conversion(type, true);
  return (text) => {
    const value = read(text);
    if (value instanceof Misfit || value === null) return text;
    return typeof value === 'bigint' ? Number(value) : value;
  };
}

/** The type that texts are read as; `undefined` when they stay texts. */
export function textTarget(schema: unknown): JsonType | undefined {
  const types = typesOf(schema);
  return types.includes('string') ? undefined : JSON_TYPES.find((candidate) => types.includes(candidate));
}

/** Whether all values of a format are texts. */
export const isTextual = (format: TableFormat): boolean => format === 'csv' || format === 'tsv';

/** How the cells of a column become values. */
export function cellReader(format: TableFormat, schema: unknown): CellValue {
  if (!isTextual(format)) return typedValue;
  const read = textReader(schema);
  return (view, row) => read(view.text(row) ?? '');
}

/** The value of a format with types. Dates are texts, as JSON has them. */
const typedValue: CellValue = (view, row) => {
  const text = view.text(row) ?? '';
  if (isMisfit(view, row)) return misfitValue(view, text);
  switch (view.type) {
    case 'integer':
    case 'number':
      return view.numbers?.[row] ?? text;
    case 'boolean':
      return view.numbers?.[row] === 1;
    case 'object':
    case 'array':
      return parsed(text);
    default:
      return text;
  }
};

function isMisfit({ misfits }: ColumnView, row: number): boolean {
  return misfits.length > 0 && misfits.includes(row);
}

/** A value of another type than its column: what it looks like, unless that would have been of the type. */
function misfitValue({ type }: ColumnView, text: string): unknown {
  const value = parsed(text);
  const fits = FITS[type];
  return fits?.(value) ? text : value;
}

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
