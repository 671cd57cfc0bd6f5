import type { ConstraintOptions } from '../../checks/constraints.ts';
import type { ColumnType } from '../../tabular/column-type.ts';

const FORMATS: Readonly<Partial<Record<ColumnType, readonly string[]>>> = {
  integer: ['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128'],
  number: ['f32', 'f64'],
};

/** Whether a format, a width in bits as the standard names them, belongs to a type. */
export const isNumberFormat = (type: ColumnType, format: string): boolean =>
  FORMATS[type]?.includes(format) ?? false;

/**
 * The range of a width: `u8` is 0 to 255. Widths over 32 bits go beyond what limits can say exactly; of them only
 * "not negative" is asked.
 *
 * @param given - limits the contract has already; on their side no other is added
 */
export function integerRange(format: string, given: ConstraintOptions): ConstraintOptions {
  const [, sign = '', digits = ''] = /^([iu])(\d+)$/.exec(format) ?? [];
  const bits = Number(digits);
  if (sign === '') return {};
  const low = sign === 'u' ? 0 : -(2 ** (bits - 1));
  const high = 2 ** (sign === 'u' ? bits : bits - 1) - 1;
  const hasLow = given.minimum !== undefined || given.exclusiveMinimum !== undefined;
  const hasHigh = given.maximum !== undefined || given.exclusiveMaximum !== undefined;
  return {
    ...(!hasLow && (sign === 'u' || bits <= 32) && { minimum: low }),
    ...(!hasHigh && bits <= 32 && { maximum: high }),
  };
}
