const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Fewer values are sorted faster by comparing. */
const FEW = 20_000;
/** So many of the lowest bits need no pass of their own: few values agree in all bits above them. */
const SPARED_BITS = 3;
/** Values of the same key that are put in order by insertion; more of them are sorted by comparing. */
const SHORT_RUN = 32;

/**
 * Doubles in ascending order; −0 and 0 are the same. Where there are many, a radix sort by as many of the high 32 bits
 * as differ: values that agree in them (20 bits of the fraction) are few, and are put in order by comparing afterwards.
 *
 * @param values - without NaN; used up: it is sorted itself, or room to work in
 */
export function sortDoubles(values: Float64Array<ArrayBuffer>): Float64Array {
  if (values.length < FEW) return values.sort();
  const { least, bits } = keyRange(values);
  const passes = Math.max(0, Math.ceil((bits - SPARED_BITS) / DIGIT_BITS));
  const lowest = Math.max(0, bits - passes * DIGIT_BITS);
  let from = values;
  let to = new Float64Array(values.length);
  for (let pass = 0; pass < passes; pass++)
    if (distribute(from, to, least, lowest + pass * DIGIT_BITS)) [from, to] = [to, from];
  sortRuns(from, least, lowest);
  return from;
}

/** The words of doubles: at odd places those that hold sign, exponent and the first 20 bits of the fraction. */
const wordsOf = (values: Float64Array<ArrayBuffer>): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.length * 2);

/** A high word as a whole number of the order of the doubles. */
const keyOf = (high: number): number => high ^ ((high >> 31) & 0x7fffffff);

/** How far a high word's key is above the least one, as 32 bits: differences of 2^31 and more wrap, and shift right again. */
const above = (least: number, high: number): number => (keyOf(high) - least) | 0;

/** The least key, and how many bits hold what the others are above it. */
function keyRange(values: Float64Array<ArrayBuffer>): { readonly least: number; readonly bits: number } {
  const words = wordsOf(values);
  let least = 0x7fffffff;
  let most = -0x80000000;
  for (let at = 1; at < words.length; at += 2) {
    const key = keyOf(words[at] ?? 0);
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return { least, bits: 32 - Math.clz32(most - least) };
}

/** One stable pass: each value goes to the next place of its digit. Returns false where all have the same digit. */
function distribute(
  from: Float64Array<ArrayBuffer>,
  to: Float64Array,
  least: number,
  shift: number,
): boolean {
  const words = wordsOf(from);
  const starts = new Uint32Array(DIGITS);
  for (let at = 1; at < words.length; at += 2) {
    const digit = (above(least, words[at] ?? 0) >>> shift) & (DIGITS - 1);
    starts[digit] = (starts[digit] ?? 0) + 1;
  }
  if (starts.includes(from.length)) return false;
  toStarts(starts);
  for (let at = 0; at < from.length; at++) {
    const digit = (above(least, words[at * 2 + 1] ?? 0) >>> shift) & (DIGITS - 1);
    const place = starts[digit] ?? 0;
    starts[digit] = place + 1;
    to[place] = from[at] ?? 0;
  }
  return true;
}

function toStarts(counts: Uint32Array): void {
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = counts[digit] ?? 0;
    counts[digit] = next;
    next += size;
  }
}

/** Puts those values in order that agree in their keys above the lowest bits. */
function sortRuns(values: Float64Array<ArrayBuffer>, least: number, lowest: number): void {
  const words = wordsOf(values);
  let start = 0;
  let previous = -1;
  for (let at = 0; at < values.length; at++) {
    const key = above(least, words[at * 2 + 1] ?? 0) >>> lowest;
    if (key === previous) continue;
    sortRun(values, start, at);
    start = at;
    previous = key;
  }
  sortRun(values, start, values.length);
}

function sortRun(values: Float64Array, start: number, end: number): void {
  if (end - start < 2) return;
  if (end - start > SHORT_RUN) {
    if (!isSorted(values, start, end)) values.subarray(start, end).sort();
    return;
  }
  for (let at = start + 1; at < end; at++) {
    const value = values[at] ?? 0;
    let place = at;
    for (; place > start && (values[place - 1] ?? 0) > value; place--) values[place] = values[place - 1] ?? 0;
    values[place] = value;
  }
}

/** Mostly these are all the same value. */
function isSorted(values: Float64Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) if ((values[at - 1] ?? 0) > (values[at] ?? 0)) return false;
  return true;
}
