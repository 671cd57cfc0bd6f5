import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { formatNumber } from '../lib/report/format-number.ts';
import { quantile } from '../lib/stats/quantile.ts';
import type { DataTable } from '../lib/tabular/data-table.ts';
import { columnOf, compareLabels, labelOf, labelsOf, numbersOf } from './columns.ts';
import type { SlicePart, SliceRequest } from './slice-request.ts';

/** Rows that share a value of a column, or of two. */
export interface Slice {
  /** Value by column: `{ species: "Adelie" }`, `{ age: ">=30", region: "north" }`. */
  readonly of: Readonly<Record<string, string>>;
  /** Indexes into the assembled rows. */
  readonly rows: Uint32Array;
}

/** The group of each row, −1 for none; groups in the order they are shown in. */
export interface Groups {
  readonly column: string;
  readonly names: readonly string[];
  readonly of: Int32Array;
}

/** The text a slice of rows without a value goes by. */
const MISSING = '(missing)';
/** A column with more values than this identifies rows rather than groups of them. */
const MAX_VALUES = 100;
/** Slices of all requests together. */
const MAX_SLICES = 1000;

/** `species=Adelie`, as rows and gates name a slice; columns in alphabetical order. */
export const sliceText = ({ of }: Slice): string =>
  Object.entries(of)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([column, value]) => `${column}=${value}`)
    .join(',');

/**
 * The slices that were asked for, in that order, the values of a column in order; products without rows are left out.
 *
 * @param source - index in the table for each assembled row
 * @throws ActionError invalid-input for columns and values that are not there
 */
export function findSlices(
  requests: readonly SliceRequest[],
  table: DataTable,
  source: Uint32Array,
): readonly Slice[] {
  const found = new Map<string, Slice>();
  for (const { parts } of requests) {
    const [first, second] = parts.map((part) => groupsOf(part, table, source, 'slices'));
    if (!first) continue;
    for (const slice of second ? products(first, second) : singles(first)) found.set(sliceText(slice), slice);
  }
  if (found.size > MAX_SLICES)
    throw new ActionError(
      'invalid-input',
      `slices: ${found.size} slices are more than people look at (at most ${MAX_SLICES}); name the ones that matter`,
    );
  return [...found.values()];
}

const singles = (groups: Groups): Slice[] =>
  rowsByGroup(groups.of, groups.names.length).map((rows, group) => ({
    of: { [groups.column]: groups.names[group] ?? '' },
    rows,
  }));

function products(a: Groups, b: Groups): Slice[] {
  const width = b.names.length;
  const joint = a.of.map((group, row) =>
    group < 0 || (b.of[row] ?? -1) < 0 ? -1 : group * width + (b.of[row] ?? 0),
  );
  return rowsByGroup(joint, a.names.length * width)
    .map((rows, group) => ({
      of: { [a.column]: a.names[Math.floor(group / width)] ?? '', [b.column]: b.names[group % width] ?? '' },
      rows,
    }))
    .filter(({ rows }) => rows.length > 0);
}

function rowsByGroup(of: Int32Array, count: number): Uint32Array[] {
  const sizes = new Uint32Array(count);
  for (const group of of) if (group >= 0) sizes[group] = (sizes[group] ?? 0) + 1;
  const rows = Array.from(sizes, (size) => new Uint32Array(size));
  const next = new Uint32Array(count);
  for (const [row, group] of of.entries()) {
    if (group < 0) continue;
    const at = next[group] ?? 0;
    next[group] = at + 1;
    const own = rows[group];
    if (own) own[at] = row;
  }
  return rows;
}

/**
 * The groups that rows fall into by a column.
 *
 * @param input - the input that asked for them, for messages
 */
export function groupsOf(part: SlicePart, table: DataTable, source: Uint32Array, input: string): Groups {
  switch (part.kind) {
    case 'values':
      return valueGroups(part.column, table, source, input);
    case 'value':
      return oneValue(part, table, source, input);
    case 'condition':
      return condition(part, table, source, input);
    case 'quantiles':
      return quantileGroups(part, table, source, input);
    default:
      return part satisfies never;
  }
}

function valueGroups(column: string, table: DataTable, source: Uint32Array, input: string): Groups {
  const { codes, labels } = labelsOf(columnOf(table, column, input));
  if (labels.length > MAX_VALUES)
    throw new ActionError(
      'invalid-input',
      `${input}: the column "${column}" of ${table.name} has ${labels.length} values; name the ones that matter as ${column}=value, or cut numbers with quantiles(${column},4) (at most ${MAX_VALUES} come by themselves)`,
    );
  const sorted = [...labels].sort(compareLabels);
  const order = labels.map((label) => sorted.indexOf(label));
  let missing = false;
  const of = Int32Array.from(source, (row) => {
    const code = codes[row] ?? -1;
    if (code >= 0) return order[code] ?? -1;
    missing = true;
    return sorted.length;
  });
  return { column, names: missing ? [...sorted, MISSING] : sorted, of };
}

function oneValue(
  { column, value }: SlicePart & { kind: 'value' },
  table: DataTable,
  source: Uint32Array,
  input: string,
): Groups {
  const { codes, labels } = labelsOf(columnOf(table, column, input));
  const label = labels.indexOf(labelOf(value) ?? value);
  // No row has a code of −2: a value that is not there must not pick the rows without one.
  const wanted = label >= 0 ? label : value === MISSING ? -1 : -2;
  const of = Int32Array.from(source, (row) => (codes[row] === wanted ? 0 : -1));
  if (!of.includes(0))
    throw new ActionError(
      'invalid-input',
      `${input}: no row of ${table.name} has ${column}=${value}${didYouMean(value, labels)}`,
    );
  return { column, names: [value], of };
}

const OPERATORS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
  '!=': (value, limit) => value !== limit,
};

function condition(
  { column, operator, limit }: SlicePart & { kind: 'condition' },
  table: DataTable,
  source: Uint32Array,
  input: string,
): Groups {
  const values = numbersOf(table, column, columnOf(table, column, input));
  const holds = OPERATORS[operator];
  const of = Int32Array.from(source, (row) => {
    const value = values[row] ?? Number.NaN;
    return !Number.isNaN(value) && holds?.(value, limit) ? 0 : -1;
  });
  if (!of.includes(0))
    throw new ActionError(
      'invalid-input',
      `${input}: no row of ${table.name} has ${column}${operator}${limit}; its values are ${spanOf(values)}`,
    );
  return { column, names: [`${operator}${limit}`], of };
}

function spanOf(values: Float64Array): string {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values)
    if (!Number.isNaN(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return least > most ? 'no numbers' : `from ${least} to ${most}`;
}

/** Parts of about equal size, by numpy's default quantiles; a value on an edge belongs to the part above it. */
function quantileGroups(
  { column, count }: SlicePart & { kind: 'quantiles' },
  table: DataTable,
  source: Uint32Array,
  input: string,
): Groups {
  const values = numbersOf(table, column, columnOf(table, column, input));
  const sorted = Float64Array.from(source, (row) => values[row] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0)
    throw new ActionError(
      'invalid-input',
      `${input}: the column "${column}" of ${table.name} holds no numbers`,
    );
  const cuts = Array.from({ length: count - 1 }, (_, at) => quantile(sorted, (at + 1) / count) ?? 0);
  const edges = [...new Set(cuts)].filter((edge) => edge > (sorted[0] ?? 0));
  const ends = [sorted[0] ?? 0, ...edges, sorted[sorted.length - 1] ?? 0];
  const names = ends
    .slice(0, -1)
    .map(
      (low, at) =>
        `[${formatNumber(low)}, ${formatNumber(ends[at + 1] ?? 0)}${at === edges.length ? ']' : ')'}`,
    );
  let missing = false;
  const of = Int32Array.from(source, (row) => {
    const value = values[row] ?? Number.NaN;
    if (!Number.isNaN(value)) return edges.filter((edge) => edge <= value).length;
    missing = true;
    return names.length;
  });
  return { column, names: missing ? [...names, MISSING] : names, of };
}
