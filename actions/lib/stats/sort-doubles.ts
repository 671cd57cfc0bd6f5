const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** Digits of a double from the lowest up: the word it lies in (0 low, 1 high), and how far to shift it. */
const PASSES = [
  [0, 0],
  [0, 11],
  [0, 22],
  [1, 0],
  [1, 11],
  [1, 22],
] as const;
/** Fewer values are sorted faster by comparing. */
const FEW = 20_000;

/**
 * Sorts doubles in ascending order into a new array; −0 before 0. A radix sort where there are many, about twice as
 * fast as the engine's own.
 *
 * @param values - without NaN
 */
export function sortDoubles(values: Float64Array): Float64Array {
  if (values.length < FEW) return values.slice().sort();
  let from = new Uint32Array(values.slice().buffer);
  let to = new Uint32Array(from.length);
  const counts = countDigits(from);
  for (const [pass, [word, shift]] of PASSES.entries()) {
    const starts = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    if (starts.includes(values.length)) continue;
    toStarts(starts);
    distribute(from, to, starts, word, shift);
    [from, to] = [to, from];
  }
  return toDoubles(from);
}

/** One stable pass: each pair of words goes to the next place of its digit. */
function distribute(
  from: Uint32Array,
  to: Uint32Array,
  starts: Uint32Array,
  word: number,
  shift: number,
): void {
  for (let at = 0; at < from.length; at += 2) {
    const low = from[at] ?? 0;
    const high = from[at + 1] ?? 0;
    const digit = ((word === 0 ? low : high) >>> shift) & MASK;
    const place = starts[digit] ?? 0;
    starts[digit] = place + 1;
    to[place * 2] = low;
    to[place * 2 + 1] = high;
  }
}

/** Turns integers of the same order back into the doubles they were. */
function toDoubles(words: Uint32Array<ArrayBuffer>): Float64Array {
  for (let at = 0; at < words.length; at += 2) {
    const high = words[at + 1] ?? 0;
    // What begins with a set bit was positive: only its sign was turned.
    if (high >>> 31 === 1) words[at + 1] = high & 0x7fffffff;
    else {
      words[at] = ~(words[at] ?? 0);
      words[at + 1] = ~high;
    }
  }
  return new Float64Array(words.buffer);
}

/** Turns doubles into integers of the same order, in place, and counts the digits of all passes. */
function countDigits(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(PASSES.length * DIGITS);
  const count = (digit: number): void => {
    counts[digit] = (counts[digit] ?? 0) + 1;
  };
  for (let at = 0; at < words.length; at += 2) {
    let low = words[at] ?? 0;
    let high = words[at + 1] ?? 0;
    if (high >>> 31 === 1) {
      low = ~low >>> 0;
      high = ~high >>> 0;
    } else high = (high | 0x80000000) >>> 0;
    words[at] = low;
    words[at + 1] = high;
    count(low & MASK);
    count(DIGITS + ((low >>> 11) & MASK));
    count(2 * DIGITS + (low >>> 22));
    count(3 * DIGITS + (high & MASK));
    count(4 * DIGITS + ((high >>> 11) & MASK));
    count(5 * DIGITS + (high >>> 22));
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
