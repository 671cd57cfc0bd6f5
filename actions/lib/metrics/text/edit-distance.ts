import { placesOf } from './places.ts';

/** A column of the table of distances as its differences: bits of the places where it goes up, and down, by one. */
interface Column {
  readonly up: Int32Array;
  readonly down: Int32Array;
}

/**
 * The least number of symbols to insert, delete and replace to make one sequence of the other (Levenshtein).
 *
 * Computed for 32 places at a time: Myers, A fast bit-vector algorithm for approximate string matching (1999), in
 * the form of Hyyrö (2003) for whole sequences.
 */
export function editDistance(one: Int32Array, other: Int32Array): number {
  const [pattern, text] = withoutCommonEnds(one, other);
  if (pattern.length === 0) return text.length;
  const { blocks, bits, startOf } = placesOf(pattern);
  const column: Column = { up: new Int32Array(blocks).fill(-1), down: new Int32Array(blocks) };
  const last = (pattern.length - 1) & 31;
  let distance = pattern.length;
  for (const symbol of text) distance += advance(column, bits, startOf(symbol), last);
  return distance;
}

/** What is left of two sequences without what they have in common at their beginnings and at their ends. */
function withoutCommonEnds(one: Int32Array, other: Int32Array): readonly [Int32Array, Int32Array] {
  let from = 0;
  let oneTo = one.length;
  let otherTo = other.length;
  while (from < oneTo && from < otherTo && one[from] === other[from]) from++;
  while (oneTo > from && otherTo > from && one[oneTo - 1] === other[otherTo - 1]) {
    oneTo--;
    otherTo--;
  }
  return [one.subarray(from, oneTo), other.subarray(from, otherTo)];
}

/** Moves the column on by one symbol of the text and says how its last place changes: by -1, 0 or 1. */
function advance({ up, down }: Column, bits: Int32Array, start: number, last: number): number {
  // The row above the first place grows by one with each symbol of the text.
  let carry = 1;
  for (let block = 0; block < up.length; block++) {
    const equal = bits[start + block] ?? 0;
    const rise = up[block] ?? 0;
    const fall = down[block] ?? 0;
    const matches = equal | (carry < 0 ? 1 : 0);
    const zeroDiagonal = (((matches & rise) + rise) ^ rise) | matches;
    const right = fall | ~(zeroDiagonal | rise);
    const left = rise & zeroDiagonal;
    const top = block === up.length - 1 ? last : 31;
    const shiftedRight = (right << 1) | (carry > 0 ? 1 : 0);
    const shiftedLeft = (left << 1) | (carry < 0 ? 1 : 0);
    const vertical = equal | fall;
    up[block] = shiftedLeft | ~(vertical | shiftedRight);
    down[block] = shiftedRight & vertical;
    carry = ((right >>> top) & 1) - ((left >>> top) & 1);
  }
  return carry;
}
