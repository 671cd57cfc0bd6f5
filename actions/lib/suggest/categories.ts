import type { ColumnProfile } from '../documents/profile.ts';
import { demandRule } from './demand.ts';
import { roundUp } from './risk.ts';
import { counted, type Suggestion } from './suggestion.ts';

const MIN_ROWS = 100;
const MOST_CATEGORIES = 100;
/** Rows per category, on the average, below which values are no categories. */
const MIN_ROWS_EACH = 5;
/** A category seen this often would not have been missed if it came as often as the rarest. */
const COMMON = 10;
/** A larger share of rows with values that were never seen is no list of values. */
const MOST_PERCENT = 5;
/** Standard deviations, and rows of a single category that may appear in one part of the data alone: 1 in 10,000. */
const DEVIATIONS = 3.72;
const UNSEEN_ROWS = 14;

/**
 * The values of a text column as a closed list, where the rate of values never seen is bounded. By Good and Turing,
 * the values that were seen once are as many rows as will come with values that were never seen; where every value
 * was seen ten times, none will.
 *
 * @returns `undefined` when the values are no list
 */
export function categories(column: ColumnProfile): Suggestion | undefined {
  const { distribution } = column;
  if (column.type !== 'string' || distribution?.kind !== 'values') return undefined;
  const { values, counts } = distribution;
  const rows = counts.reduce((total, count) => total + count, 0);
  if (rows < MIN_ROWS || values.length > MOST_CATEGORIES || rows < MIN_ROWS_EACH * values.length)
    return undefined;
  if (values.length < 2) return { hints: [`every value is ${JSON.stringify(values[0])}`] };
  const rarest = Math.min(...counts);
  const seen = `${values.length} different values in ${counted(rows, 'row')}, the rarest in ${rarest}`;
  const rule = {
    metric: 'invalidValues',
    arguments: { validValues: values },
    dimension: 'conformity',
  } as const;
  if (rarest >= COMMON)
    return {
      rules: demandRule(
        { ...rule, note: `${seen}: a value as frequent would have been seen` },
        { values: rows, rows: column.rows },
      ),
    };
  const percent = roundUp((100 * unseenRows(counts)) / column.rows);
  if (percent > MOST_PERCENT) return undefined;
  const once = counts.filter((count) => count === 1).length;
  return {
    rules: [
      {
        ...rule,
        limit: { mustBeLessOrEqualTo: percent },
        unit: 'percent',
        severity: 'error',
        note: `${seen}; ${counted(once, 'value')} seen once: about as many rows may bring new ones (Good and Turing), the limit leaves room for chance`,
      },
    ],
  };
}

/** An upper limit of the rows with values never seen, among as many rows again. */
function unseenRows(counts: readonly number[]): number {
  const once = counts.filter((count) => count === 1).length;
  const twice = counts.filter((count) => count === 2).length;
  return Math.ceil(once + DEVIATIONS * Math.sqrt(once + 2 * twice) + UNSEEN_ROWS);
}
