/**
 * The standard deviation of values that are made one after the other; NaN ones do not count, and 0 of fewer than two.
 * Source: B. Welford, Technometrics 4 (1962) 419–420.
 */
export function runningDeviation(count: number, valueAt: (index: number) => number): number {
  let known = 0;
  let mean = 0;
  let squares = 0;
  for (let index = 0; index < count; index++) {
    const value = valueAt(index);
    if (Number.isNaN(value)) continue;
    known++;
    const off = value - mean;
    mean += off / known;
    squares += off * (value - mean);
  }
  return known > 1 ? Math.sqrt(squares / (known - 1)) : 0;
}
