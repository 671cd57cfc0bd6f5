import { chiSquareSf } from '../stats/distributions.ts';
import { sum } from './sample.ts';

type Cells = readonly [first: number, second: number];

/** A test of two tables of counts, and how many categories it compared after joining rare ones. */
export interface ChiSquareResult {
  readonly statistic: number;
  readonly p: number;
  readonly categories: number;
}

/**
 * Pearson's chi-square test that two tables of counts have the same shares, without continuity correction. The
 * rarest categories are joined until the test holds: two categories need an expected count of 10 in every cell
 * (Cochran), more need 1 in every cell and 5 in four of five (Yates, Moore, McCabe). Equals
 * `scipy.stats.chi2_contingency(table, correction=False)` of the joined table.
 *
 * @returns `undefined` when fewer than two categories remain
 */
export function chiSquare(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): ChiSquareResult | undefined {
  const n = sum(a.values());
  const m = sum(b.values());
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const cells = names.map((name): Cells => [a.get(name) ?? 0, b.get(name) ?? 0]);
  cells.sort((x, y) => x[0] + x[1] - (y[0] + y[1]));
  const joined = joinRare(cells, n, m);
  if (joined.length < 2) return undefined;
  let statistic = 0;
  for (const [first, second] of joined) {
    const [expectedFirst, expectedSecond] = expected(first + second, n, m);
    statistic +=
      (first - expectedFirst) ** 2 / expectedFirst + (second - expectedSecond) ** 2 / expectedSecond;
  }
  return { statistic, p: chiSquareSf(statistic, joined.length - 1), categories: joined.length };
}

const expected = (total: number, n: number, m: number): Cells => [
  (total * n) / (n + m),
  (total * m) / (n + m),
];

/** Joins the rarest categories into one, one by one. @param cells - ascending by total */
function joinRare(cells: readonly Cells[], n: number, m: number): readonly Cells[] {
  for (let joined = 0; joined < cells.length; joined += 1) {
    const rare = cells
      .slice(0, joined + 1)
      .reduce<Cells>(([x, y], [first, second]) => [x + first, y + second], [0, 0]);
    const table = joined === 0 ? cells : [rare, ...cells.slice(joined + 1)];
    if (isLargeEnough(table, n, m)) return table;
  }
  return [];
}

function isLargeEnough(table: readonly Cells[], n: number, m: number): boolean {
  const counts = table.flatMap(([first, second]) => expected(first + second, n, m));
  if (table.length <= 2) return counts.every((count) => count >= 10);
  const small = counts.filter((count) => count < 5).length;
  return counts.every((count) => count >= 1) && small <= counts.length / 5;
}
