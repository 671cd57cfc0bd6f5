import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { Table } from '../lib/tabular/table.ts';
import type { SliceRequest } from './inputs.ts';
import { columnOf } from './predictions.ts';
import { compareLabels, labelOf } from './task.ts';

/** Rows that share a value of a column. */
export interface Slice {
  readonly column: string;
  readonly value: string;
  /** Indexes into the assembled rows. */
  readonly rows: Uint32Array;
}

/** The text a slice of rows without a value goes by. */
const MISSING = '(missing)';
/** A column with more values than this identifies rows rather than groups of them. */
const MAX_VALUES = 100;

/** `species=Adelie`, as rows and gates name a slice. */
export const sliceText = ({ column, value }: Slice): string => `${column}=${value}`;

/**
 * The slices that were asked for, in that order, the values of a column in order.
 *
 * @param source - index in the table for each assembled row
 * @throws ActionError invalid-input for columns and values that are not there
 */
export function findSlices(
  requests: readonly SliceRequest[],
  table: Table,
  name: string,
  source: Uint32Array,
): readonly Slice[] {
  const found = new Map<string, Slice>();
  for (const request of requests)
    for (const slice of slicesOf(request, table, name, source)) found.set(sliceText(slice), slice);
  return [...found.values()];
}

function slicesOf({ column, value }: SliceRequest, table: Table, name: string, source: Uint32Array): Slice[] {
  const cells = columnOf(table, name, column, 'slices');
  const groups = new Map<string, number[]>();
  for (const [at, row] of source.entries()) {
    const own = labelOf(cells[row]) ?? MISSING;
    const group = groups.get(own);
    if (group) group.push(at);
    else groups.set(own, [at]);
  }
  const slice = (own: string): Slice => ({
    column,
    value: own,
    rows: Uint32Array.from(groups.get(own) ?? []),
  });
  if (value !== undefined) {
    if (groups.has(value)) return [slice(value)];
    throw new ActionError(
      'invalid-input',
      `slices: no row of ${name} has ${column}=${value}${didYouMean(value, groups.keys())}`,
    );
  }
  if (groups.size > MAX_VALUES)
    throw new ActionError(
      'invalid-input',
      `slices: the column "${column}" of ${name} has ${groups.size} values; name the ones that matter as ${column}=value (at most ${MAX_VALUES} come by themselves)`,
    );
  return [...groups.keys()].sort(compareLabels).map(slice);
}
