import type { BrokenRows, ColumnView, NumberLimits, TextRuleHandle } from './column-batch.ts';
import type { Kernel } from './kernel.ts';
import type { NumberColumn } from './number-column.ts';
import type { TextColumn } from './text-column.ts';

/** The rows of a batch that a column has taken. */
interface ViewSource {
  readonly rows: number;
  text(row: number): string | null;
  /** Address of the hashes. */
  hashes(): number;
}

const NONE: BrokenRows = { count: 0, rows: () => [] };
const NO_ROWS = new Uint32Array(0);

/** A column of doubles, as checks see it. */
export function numberView(kernel: Kernel, column: NumberColumn, source: ViewSource): ColumnView {
  return {
    type: column.type,
    nulls: column.nulls,
    isNull: (row) => column.isNull(row),
    misfits: column.misfits.length === 0 ? NO_ROWS : Uint32Array.from(column.misfits),
    get numbers() {
      return column.values;
    },
    exact: (row) => column.exact(row),
    text: (row) => (column.isNull(row) ? null : source.text(row)),
    countOutside: (limits) => countOutside(kernel, column, source.rows, limits),
    broken: () => NONE,
    hashes: () => longsAt(kernel, source.hashes(), source.rows),
  };
}

/** A column of texts, as checks see it. */
export function textView(kernel: Kernel, column: TextColumn, source: ViewSource): ColumnView {
  return {
    type: column.type,
    nulls: column.nulls,
    isNull: (row) => column.isNull(row),
    misfits: column.misfits.length === 0 ? NO_ROWS : Uint32Array.from(column.misfits),
    numbers: undefined,
    exact: () => undefined,
    text: (row) => (column.isNull(row) ? null : source.text(row)),
    countOutside: () => 0,
    broken: ({ bit }: TextRuleHandle) => (bit < 0 ? NONE : column.broken(bit)),
    hashes: () => longsAt(kernel, source.hashes(), source.rows),
  };
}

const longsAt = (kernel: Kernel, address: number, rows: number): BigUint64Array =>
  kernel.longs.subarray(address >> 3, (address >> 3) + rows);

function countOutside(kernel: Kernel, column: NumberColumn, rows: number, limits: NumberLimits): number {
  if (column.hasExact) return countExactly(column, rows, limits);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limits;
  const openLow = exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
  const openHigh =
    exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
  const low = openLow ? exclusiveMinimum : (minimum ?? Number.NEGATIVE_INFINITY);
  const high = openHigh ? exclusiveMaximum : (maximum ?? Number.POSITIVE_INFINITY);
  const open = (openLow ? 1 : 0) | (openHigh ? 2 : 0);
  return kernel.run.countOutside(column.address, rows, low, high, open);
}

/** JavaScript compares whole numbers of any size with doubles exactly. */
function countExactly(column: NumberColumn, rows: number, limits: NumberLimits): number {
  let outside = 0;
  for (let row = 0; row < rows; row += 1) {
    const value = column.exact(row) ?? column.values[row] ?? Number.NaN;
    const within =
      !(limits.minimum !== undefined && value < limits.minimum) &&
      !(limits.maximum !== undefined && value > limits.maximum) &&
      !(limits.exclusiveMinimum !== undefined && value <= limits.exclusiveMinimum) &&
      !(limits.exclusiveMaximum !== undefined && value >= limits.exclusiveMaximum);
    if (!within) outside += 1;
  }
  return outside;
}
