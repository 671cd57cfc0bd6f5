import { binomialCdf } from '../stats/distributions.ts';

/** How likely a single limit of rows is broken by data of the same kind. */
const RISK = 1e-4;
/**
 * Rows without an exception after which none is allowed: then, with 99.99 % confidence, fewer than one row in a
 * thousand is one. After fewer, the first exception is a warning and some more are an error.
 */
export const ENOUGH_ROWS = 10_000;

/**
 * How many rows of a kind as many rows of the same source will most likely not exceed, after `seen` of them.
 *
 * Given the total of both parts, each of its rows is in either part with probability ½; the limit is the least
 * number beyond which the first part's count would be too small to believe (risk 1 in 10,000). Nothing is assumed
 * but that the rows could have come in either part.
 */
export function rowsToAllow(seen: number): number {
  const unlikely = (allowed: number): boolean => binomialCdf(seen, seen + allowed + 1, 0.5) <= RISK;
  let low = seen - 1;
  let high = seen + 16;
  while (!unlikely(high)) high = Math.ceil(high * 1.5);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (unlikely(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** That number in percent of the rows, rounded up to two digits. */
export function percentToAllow(seen: number, rows: number): number {
  return roundUp((100 * rowsToAllow(seen)) / rows);
}

/** Rounded up to two significant digits. */
export function roundUp(value: number): number {
  if (value <= 0) return 0;
  const digits = 1 - Math.floor(Math.log10(value));
  const scale = 10 ** digits;
  return Number((Math.ceil(value * scale - 1e-9) / scale).toFixed(Math.max(0, digits)));
}
