import { type Places, placesOf } from './places.ts';

/**
 * Lengths of longest common subsequences (LCS) are kept as bits, 32 places of the second sequence at a time: bit
 * j is 0 where the length grows from place j to j + 1 (Hyyrö, Bit-parallel LCS-length computation revisited, 2004).
 */
type LengthBits = Int32Array;

/** The length of the longest common subsequence. */
export function commonLength(one: Int32Array, other: Int32Array): number {
  const places = placesOf(other);
  const bits: LengthBits = new Int32Array(places.blocks).fill(-1);
  for (const symbol of one) advance(bits, bits, places, symbol);
  return lengthAt(bits, other.length);
}

/**
 * Places in `one`, falling, of a longest common subsequence. Of several it is the one that rouge_score finds: read
 * from the ends, and in doubt a symbol of `one` is left out.
 */
export function commonPlaces(one: Int32Array, other: Int32Array): number[] {
  const places = placesOf(other);
  const rows: LengthBits[] = [new Int32Array(places.blocks).fill(-1)];
  for (const [row, symbol] of one.entries()) {
    const next = new Int32Array(places.blocks);
    advance(rows[row] ?? next, next, places, symbol);
    rows.push(next);
  }
  const length = (row: number, column: number): number => lengthAt(rows[row] ?? new Int32Array(), column);
  const found: number[] = [];
  let row = one.length;
  let column = other.length;
  while (row > 0 && column > 0) {
    if (one[row - 1] === other[column - 1]) {
      found.push(row - 1);
      row--;
      column--;
    } else if (length(row, column - 1) > length(row - 1, column)) column--;
    else row--;
  }
  return found;
}

/** The lengths after one more symbol, from `before` to `after`, which may be the same array. */
function advance(
  before: LengthBits,
  after: LengthBits,
  { blocks, bits, startOf }: Places,
  symbol: number,
): void {
  const start = startOf(symbol);
  let carry = 0;
  for (let block = 0; block < blocks; block++) {
    const old = before[block] ?? 0;
    const hits = old & (bits[start + block] ?? 0);
    const sum = (old >>> 0) + (hits >>> 0) + carry;
    carry = sum > 0xffffffff ? 1 : 0;
    after[block] = sum | (old & ~hits);
  }
}

/** The length of the common subsequence up to a place of the second sequence. */
function lengthAt(bits: LengthBits, place: number): number {
  let length = 0;
  for (let block = 0; block < place >>> 5; block++) length += ones(~(bits[block] ?? 0));
  const rest = place & 31;
  return rest === 0 ? length : length + ones(~(bits[place >>> 5] ?? 0) & ((1 << rest) - 1));
}

/** The number of bits that are 1. */
function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
