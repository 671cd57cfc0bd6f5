import { chiSquareSf } from '../stats/distributions.ts';
import type { Cells } from './cells.ts';

/** A test of two rows of counts, and how many cells it compared after joining rare ones. */
export interface ChiSquareResult {
  readonly statistic: number;
  readonly p: number;
  readonly cells: number;
}

/**
 * Pearson's chi-square test that both sides have the same shares, without continuity correction. The rarest cells
 * are joined until the test holds: two cells need an expected count of 10 on either side (Cochran), more need 1
 * everywhere and 5 in four of five (Yates, Moore, McCabe). A new category so cannot make it infinite. Equals
 * `scipy.stats.chi2_contingency(table, correction=False)` of the joined table.
 *
 * @returns `undefined` when fewer than two cells remain
 */
export function chiSquare(cells: Cells): ChiSquareResult | undefined {
  const { n, m } = cells;
  const joined = joinRare(cells);
  if (joined.length < 2) return undefined;
  let statistic = 0;
  for (const [first, second] of joined) {
    const total = first + second;
    const expected = (total * n) / (n + m);
    const difference = first - expected; // the same on both sides, but for its sign
    statistic += difference ** 2 / expected + difference ** 2 / (total - expected);
  }
  return { statistic, p: chiSquareSf(statistic, joined.length - 1), cells: joined.length };
}

type Row = readonly [first: number, second: number];

/** Joins the rarest cells into one, one by one, until the test holds; empty when it never does. */
function joinRare({ first, second, n, m }: Cells): readonly Row[] {
  const rows = Array.from(first, (count, cell): Row => [count, second[cell] ?? 0]).filter(
    ([x, y]) => x + y > 0,
  );
  rows.sort((a, b) => a[0] + a[1] - (b[0] + b[1]));
  const smaller = Math.min(n, m) / (n + m);
  let [x, y] = [0, 0];
  for (const [index, row] of rows.entries()) {
    [x, y] = [x + row[0], y + row[1]];
    if (holds(x + y, rows, index + 1, smaller)) return [[x, y], ...rows.slice(index + 1)];
  }
  return [];
}

/** @param rows - ascending by total @param from - the first row that is not joined @param smaller - share of the smaller side */
function holds(joined: number, rows: readonly Row[], from: number, smaller: number): boolean {
  const size = rows.length - from + 1;
  const least = Math.min(joined, totalOf(rows[from]) ?? joined);
  if (size <= 2) return least * smaller >= 10;
  if (least * smaller < 1) return false;
  const below5 = (total: number): number =>
    (total * smaller < 5 ? 1 : 0) + (total * (1 - smaller) < 5 ? 1 : 0);
  let small = below5(joined);
  for (let index = from; index < rows.length; index += 1) {
    const added = below5(totalOf(rows[index]) ?? 0);
    if (added === 0) break; // all that follow are as large
    small += added;
  }
  return small <= (2 * size) / 5;
}

const totalOf = (row: Row | undefined): number | undefined => row && row[0] + row[1];
