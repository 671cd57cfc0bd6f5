const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** The two 32-bit halves of doubles, mapped so that unsigned integer order is numeric order. */
function orderedHalves(values: Float64Array): { high: Uint32Array; low: Uint32Array } {
  const bits = new Uint32Array(values.slice().buffer);
  const high = new Uint32Array(values.length);
  const low = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const top = bits[2 * row + 1] ?? 0;
    const negative = top >>> 31 === 1;
    high[row] = negative ? ~top : top | 0x80000000;
    low[row] = negative ? ~(bits[2 * row] ?? 0) : (bits[2 * row] ?? 0);
  }
  return { high, low };
}

/** One stable counting pass over the digit of `keys` that starts at `shift`; `undefined` if all rows share it. */
function countingPass(order: Uint32Array, keys: Uint32Array, shift: number): Uint32Array | undefined {
  const starts = new Uint32Array(DIGITS);
  for (const key of keys) {
    const digit = (key >>> shift) & (DIGITS - 1);
    starts[digit] = (starts[digit] ?? 0) + 1;
  }
  if (starts.includes(order.length)) return undefined;
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = starts[digit] ?? 0;
    starts[digit] = next;
    next += size;
  }
  const sorted = new Uint32Array(order.length);
  for (const row of order) {
    const digit = ((keys[row] ?? 0) >>> shift) & (DIGITS - 1);
    const at = starts[digit] ?? 0;
    sorted[at] = row;
    starts[digit] = at + 1;
  }
  return sorted;
}

/**
 * The rows in ascending order of their values, equal values in row order: a stable radix sort, several times
 * faster than a comparison sort of a million rows.
 *
 * @param values - without NaN; −0 counts as below 0
 */
export function sortOrder(values: Float64Array): Uint32Array {
  const { high, low } = orderedHalves(values);
  let order: Uint32Array = Uint32Array.from(values, (_, row) => row);
  for (const keys of [low, high])
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) order = countingPass(order, keys, shift) ?? order;
  return order;
}
