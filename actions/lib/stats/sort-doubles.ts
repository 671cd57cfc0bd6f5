const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** How far to shift the high word of a double for its digits, from the lowest up. */
const SHIFTS = [0, 11, 22] as const;
/** Fewer values are sorted faster by comparing. */
const FEW = 20_000;
/** Values with the same high word that are put in order by insertion; more of them are sorted by comparing. */
const SHORT_RUN = 32;

/**
 * Sorts doubles in ascending order into a new array; −0 before 0. A radix sort by the high 32 bits where there are many:
 * values that agree in these (20 bits of the fraction) are few, and are put in order by comparing afterwards.
 *
 * @param values - without NaN
 */
export function sortDoubles(values: Float64Array): Float64Array {
  if (values.length < FEW) return values.slice().sort();
  let from = new Uint32Array(values.slice().buffer);
  let to = new Uint32Array(from.length);
  const counts = countDigits(from);
  for (const [pass, shift] of SHIFTS.entries()) {
    const starts = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    if (starts.includes(values.length)) continue;
    toStarts(starts);
    distribute(from, to, starts, shift);
    [from, to] = [to, from];
  }
  return finished(from);
}

/** One stable pass: each pair of words goes to the next place of its digit. */
function distribute(from: Uint32Array, to: Uint32Array, starts: Uint32Array, shift: number): void {
  for (let at = 0; at < from.length; at += 2) {
    const high = from[at + 1] ?? 0;
    const digit = (high >>> shift) & MASK;
    const place = starts[digit] ?? 0;
    starts[digit] = place + 1;
    to[place * 2] = from[at] ?? 0;
    to[place * 2 + 1] = high;
  }
}

/** Turns words back into the doubles they were, and puts those in order that agree in their high words. */
function finished(words: Uint32Array<ArrayBuffer>): Float64Array {
  const doubles = new Float64Array(words.buffer);
  let start = 0;
  let previous = words[1] ?? 0;
  for (let at = 0; at < words.length; at += 2) {
    const high = words[at + 1] ?? 0;
    // What begins with a set bit was positive: only its sign was turned.
    words[at + 1] = high >>> 31 === 1 ? high & 0x7fffffff : ~high;
    if (high === previous) continue;
    sortRun(doubles, start, at / 2);
    start = at / 2;
    previous = high;
  }
  sortRun(doubles, start, doubles.length);
  return doubles;
}

function sortRun(doubles: Float64Array, start: number, end: number): void {
  if (end - start < 2) return;
  if (end - start > SHORT_RUN) {
    if (!isSorted(doubles, start, end)) doubles.subarray(start, end).sort();
    return;
  }
  for (let at = start + 1; at < end; at++) {
    const value = doubles[at] ?? 0;
    let place = at;
    // Zeros of both signs differ in their high words, so they never meet here.
    for (; place > start && (doubles[place - 1] ?? 0) > value; place--)
      doubles[place] = doubles[place - 1] ?? 0;
    doubles[place] = value;
  }
}

/** Mostly these are all the same value. */
function isSorted(doubles: Float64Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) if ((doubles[at - 1] ?? 0) > (doubles[at] ?? 0)) return false;
  return true;
}

/** Turns high words into integers of the same order, in place, and counts the digits of all passes. */
function countDigits(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(SHIFTS.length * DIGITS);
  for (let at = 1; at < words.length; at += 2) {
    const bits = words[at] ?? 0;
    const high = (bits >>> 31 === 1 ? ~bits : bits | 0x80000000) >>> 0;
    words[at] = high;
    const low = high & MASK;
    const middle = DIGITS + ((high >>> 11) & MASK);
    const top = 2 * DIGITS + (high >>> 22);
    counts[low] = (counts[low] ?? 0) + 1;
    counts[middle] = (counts[middle] ?? 0) + 1;
    counts[top] = (counts[top] ?? 0) + 1;
  }
  return counts;
}

function toStarts(counts: Uint32Array): void {
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = counts[digit] ?? 0;
    counts[digit] = next;
    next += size;
  }
}
