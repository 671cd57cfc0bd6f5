/**
 * What is known of the labels of the rows that share one value (or bin) of a feature: of classes, the rows of each;
 * of numbers, `[rows, mean, sum of squares about the mean]`.
 */
export type Tally = readonly number[];

/** Counts a class. */
export function addClass(tally: number[], number: number): void {
  while (tally.length <= number) tally.push(0);
  tally[number] = (tally[number] ?? 0) + 1;
}

/** Takes a number in (Welford 1962). */
export function addNumber(tally: number[], value: number): void {
  const [rows = 0, mean = 0, squares = 0] = tally;
  const distance = value - mean;
  const next = mean + distance / (rows + 1);
  tally[0] = rows + 1;
  tally[1] = next;
  tally[2] = squares + distance * (value - next);
}

/** Joins the tallies of two parts. @param classes - whether the labels are classes */
export function joinTallies(a: Tally, b: Tally, classes: boolean): number[] {
  if (classes)
    return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));
  const [n = 0, x = 0, xx = 0] = a;
  const [m = 0, y = 0, yy = 0] = b;
  if (n === 0 || m === 0) return [...(n === 0 ? b : a)];
  const distance = y - x;
  return [n + m, x + (distance * m) / (n + m), xx + yy + (distance * distance * n * m) / (n + m)];
}

/** Rows of a tally. */
export const rowsOf = (tally: Tally, classes: boolean): number =>
  classes ? tally.reduce((sum, count) => sum + count, 0) : (tally[0] ?? 0);

/**
 * How much the labels of some rows differ, without bias: of classes, the chance that two different rows have
 * different ones; of numbers, their variance. `undefined` for fewer than two rows.
 */
export function spread(tally: Tally, classes: boolean): number | undefined {
  const rows = rowsOf(tally, classes);
  if (rows < 2) return undefined;
  if (!classes) return (tally[2] ?? 0) / (rows - 1);
  const alike = tally.reduce((sum, count) => sum + count * (count - 1), 0);
  return 1 - alike / (rows * (rows - 1));
}
