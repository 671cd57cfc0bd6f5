import type { Fairness } from '../documents/metrics.ts';

/** The groups of a sensitive column. */
export interface Groups {
  /** The column, or the columns of a product. */
  readonly column: string;
  readonly names: readonly string[];
  /** For each row the index of its group's name, −1 where it belongs to none. */
  readonly of: Int32Array;
}

/** What the product of two columns is called, and a group of it. */
const joined = (one: string, other: string): string => `${one} × ${other}`;

/** The groups of rows that share both of two columns' groups; only those that have rows. */
export function crossGroups(one: Groups, other: Groups): Groups {
  const numbers = new Map<number, number>();
  const names: string[] = [];
  const width = other.names.length;
  const of = one.of.map((own, row) => {
    const with_ = other.of[row] ?? -1;
    if (own < 0 || with_ < 0) return -1;
    const pair = own * width + with_;
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    names.push(joined(one.names[own] ?? '', other.names[with_] ?? ''));
    numbers.set(pair, names.length - 1);
    return names.length - 1;
  });
  return { column: joined(one.column, other.column), names, of };
}

/** Groups that can be told about, with their rows, and those that cannot. */
export interface AdmittedGroups {
  readonly groups: readonly { readonly name: string; readonly rows: Uint32Array }[];
  readonly excluded: Fairness['excluded'];
}

const EXCLUDED_REST = '(none)';

/**
 * Parts groups that are large enough from those that are not.
 *
 * @param weights - rows without weight do not count
 * @param minRows - rows a group must have
 */
export function admitGroups(
  { names, of }: Groups,
  weights: Float64Array | undefined,
  minRows: number,
): AdmittedGroups {
  const counts = (row: number): boolean => weights === undefined || (weights[row] ?? 0) > 0;
  const sizes = new Uint32Array(names.length);
  let without = 0;
  for (const [row, group] of of.entries()) {
    if (!counts(row)) continue;
    if (group < 0) without++;
    else sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const sized = names.map((name, group) => ({ name, rows: new Uint32Array(sizes[group] ?? 0) }));
  sizes.fill(0);
  for (const [row, group] of of.entries()) {
    const own = sized[group]?.rows;
    if (!own || !counts(row)) continue;
    const at = sizes[group] ?? 0;
    own[at] = row;
    sizes[group] = at + 1;
  }
  const small = sized
    .filter((group) => group.rows.length < minRows)
    .map(({ name, rows: own }) => ({
      group: name,
      n: own.length,
      reason: `fewer than ${minRows} rows`,
    }));
  const rest = { group: EXCLUDED_REST, n: without, reason: 'rows without a value of the column' };
  return {
    groups: sized.filter((group) => group.rows.length >= minRows),
    excluded: without > 0 ? [...small, rest] : small,
  };
}
