import type {
  BatchSetup,
  ColumnView,
  NumberLimits,
  TextRule,
  TextRuleHandle,
} from '../columns/column-batch.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { includesRow, NOTHING, type RowsFound, rowsWhere } from './column-rows.ts';
import { textPredicate } from './text-predicate.ts';

/** Whether a number (a date or time in milliseconds, a boolean as 0 or 1) is right; `exact` beyond 2^53. */
export type NumberTest = (value: number, exact: bigint | undefined) => boolean;

/** One demand on the values of a column, with the words for it. */
export interface Demand {
  readonly expected: string;
  /** How texts are held to it; absent where texts are none of its concern. */
  readonly texts?: TextRule;
  /** How numbers are, by limits; these come before `numbers`. */
  readonly limits?: NumberLimits;
  /** How numbers are otherwise, by the type they are read as. With neither, their texts are held to `texts`. */
  readonly numbers?: (type: ColumnType) => NumberTest;
}

/** A demand whose texts the engine holds to it. */
interface AppliedDemand {
  readonly demand: Demand;
  readonly handle: TextRuleHandle | undefined;
  readonly predicate: (text: string) => boolean;
  readonly tests: Map<ColumnType, NumberTest>;
}

/** Readies demands on a column for the batches of one thread. */
export function applyDemands(setup: BatchSetup, column: string, demands: readonly Demand[]) {
  const applied = demands.map(
    (demand): AppliedDemand => ({
      demand,
      handle: demand.texts === undefined ? undefined : setup.textRule(column, demand.texts),
      predicate: demand.texts === undefined ? () => true : textPredicate(demand.texts),
      tests: new Map(),
    }),
  );
  return (view: ColumnView, rows: number): RowsFound => {
    const broken = applied
      .map((one) => ({ demand: one.demand, found: brokenRows(view, rows, one) }))
      .filter(({ found }) => found.count > 0);
    const [first] = broken;
    if (first === undefined) return NOTHING;
    if (broken.length === 1)
      return {
        count: first.found.count,
        rows: () => first.found.rows(),
        reason: () => ({ expected: first.demand.expected }),
      };
    return joined(broken);
  };
}

interface Broken {
  readonly count: number;
  rows(): Iterable<number>;
}

function joined(parts: readonly { readonly demand: Demand; readonly found: Broken }[]): RowsFound {
  const reasons = new Map<number, Demand>();
  for (const { demand, found } of parts)
    for (const row of found.rows()) if (!reasons.has(row)) reasons.set(row, demand);
  return {
    count: reasons.size,
    rows: () => [...reasons.keys()].sort((a, b) => a - b),
    reason: (row) => ({ expected: reasons.get(row)?.expected ?? '' }),
  };
}

const NONE: Broken = { count: 0, rows: () => [] };

function brokenRows(view: ColumnView, rows: number, applied: AppliedDemand): Broken {
  const { demand, handle, predicate } = applied;
  const { numbers } = view;
  if (numbers === undefined) return handle === undefined ? NONE : view.broken(handle);
  if (demand.limits !== undefined) {
    const { limits } = demand;
    const count = view.countOutside(limits);
    return {
      count,
      rows: () => rowsWhere(rows, (row) => isOutside(limits, numbers[row] ?? Number.NaN, view, row)),
    };
  }
  if (demand.numbers === undefined && demand.texts === undefined) return NONE;
  const test = demand.numbers === undefined ? undefined : testFor(applied, view.type);
  return listed(rows, (row) => {
    const value = numbers[row] ?? Number.NaN;
    if (Number.isNaN(value)) return false;
    return !(test === undefined ? predicate(view.text(row) ?? '') : test(value, exactOf(view, value, row)));
  });
}

function testFor({ demand, tests }: AppliedDemand, type: ColumnType): NumberTest {
  const known = tests.get(type);
  if (known !== undefined) return known;
  const made = demand.numbers?.(type) ?? (() => true);
  tests.set(type, made);
  return made;
}

function listed(rows: number, holds: (row: number) => boolean): Broken {
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1) if (holds(row)) found.push(row);
  return { count: found.length, rows: () => found };
}

const exactOf = (view: ColumnView, value: number, row: number): bigint | undefined =>
  Math.abs(value) > Number.MAX_SAFE_INTEGER ? view.exact(row) : undefined;

function isOutside(limits: NumberLimits, value: number, view: ColumnView, row: number): boolean {
  if (Number.isNaN(value)) return false;
  const number = exactOf(view, value, row) ?? value;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limits;
  return (
    (minimum !== undefined && number < minimum) ||
    (maximum !== undefined && number > maximum) ||
    (exclusiveMinimum !== undefined && number <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && number >= exclusiveMaximum)
  );
}

/** Adds the values that are not of the column's type to rows found among those that are. */
export function withMisfits(found: RowsFound, view: ColumnView, expected: string): RowsFound {
  const { misfits } = view;
  if (misfits.length === 0) return found;
  return {
    count: found.count + misfits.length,
    rows: () => (found.count === 0 ? misfits : [...found.rows(), ...misfits].sort((a, b) => a - b)),
    reason: (row) => (includesRow(misfits, row) ? { expected } : found.reason(row)),
  };
}
