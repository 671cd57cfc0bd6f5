import type { ConstraintOptions } from '../../checks/constraints.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import { compileDateFormat } from '../../tabular/date-format.ts';
import { javaPattern } from '../data-package/strptime.ts';

/** What a data type of a field says, in the terms of checks. */
export interface DataType {
  readonly type: ColumnType;
  readonly options: ConstraintOptions;
}

const plain = (type: ColumnType, options: ConstraintOptions = {}): DataType => ({ type, options });
const whole = (minimum: number, maximum: number): DataType => plain('integer', { minimum, maximum });

/** The data types of schema.org and Croissant that columns can have, without their prefixes. */
const TYPES: ReadonlyMap<string, DataType> = new Map([
  ['Text', plain('string')],
  ['URL', plain('string', { format: 'uri' })],
  ['Integer', plain('integer')],
  ['Int8', whole(-128, 127)],
  ['Int16', whole(-32_768, 32_767)],
  ['Int32', whole(-2_147_483_648, 2_147_483_647)],
  ['Int64', plain('integer')],
  ['UInt8', whole(0, 255)],
  ['UInt16', whole(0, 65_535)],
  ['UInt32', whole(0, 4_294_967_295)],
  ['UInt64', plain('integer', { minimum: 0 })],
  ['Number', plain('number')],
  ['Float', plain('number')],
  ['Float16', plain('number')],
  ['Float32', plain('number')],
  ['Float64', plain('number')],
  ['Boolean', plain('boolean')],
  ['Date', plain('date')],
  ['DateTime', plain('timestamp')],
  ['Time', plain('time')],
]);

/** The first of a field's data types that says how its values are read; the others say what they mean. */
export const dataTypeOf = (names: readonly string[]): DataType | undefined =>
  names.map((name) => TYPES.get(name)).find((type) => type !== undefined);

/**
 * The pattern of java.time for a field's `format`, which may be one already or one of strptime.
 *
 * @returns `undefined` when dates cannot be read by it
 */
export function dateFormat(format: string): string | undefined {
  const pattern = format.includes('%') ? javaPattern(format) : format;
  if (typeof pattern !== 'string') return undefined;
  return typeof compileDateFormat(pattern) === 'function' ? pattern : undefined;
}
