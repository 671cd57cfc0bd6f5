/**
 * Bins of doubles. A double cut after some bits of its mantissa names a bin: all doubles of the same sign, exponent
 * and leading bits. Edges depend on nothing but the number of bits, so bins of any two parts of the data line up.
 * Keys number the bins of one precision in the order of the numbers: from 0 up for positive ones, from -1 down for
 * negative ones, which makes them whole numbers that JSON and doubles hold exactly (below 2^51).
 */

/** Bits of a mantissa: with all of them every number is a bin of its own. */
export const ALL_BITS = 52;
/** Bits kept at most once numbers are cut. */
export const MOST_CUT_BITS = 40;
/** Bits kept at least: then only the sign is left. */
export const LEAST_BITS = -11;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which half of a double holds sign, exponent and the leading bits of the mantissa. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;
/** The upper half of infinity. */
const INFINITE = 0x7ff00000;

/** The next precision to try when there are too many bins. */
export const fewerBits = (bits: number): number => (bits === ALL_BITS ? MOST_CUT_BITS : bits - 1);

/** The key of the bin of a finite number. @param bits - from -11 to 40 */
export function binKey(value: number, bits: number): number {
  float[0] = value;
  const high = words[HIGH] ?? 0;
  const drop = ALL_BITS - bits;
  const magnitude = high & 0x7fffffff;
  const size =
    drop >= 32 ? magnitude >>> (drop - 32) : magnitude * 2 ** (32 - drop) + ((words[LOW] ?? 0) >>> drop);
  return high >>> 31 === 1 ? -size - 1 : size;
}

/** The double of a bin that is nearest to zero; `-0` for the first bin of negative numbers. */
export const binNumber = (key: number, bits: number): number =>
  key < 0 ? -magnitudeOf(-key - 1, bits) : magnitudeOf(key, bits);

/** Where a bin begins and ends; the numbers of a bin lie between, the far end never among them. */
export const binEdges = (key: number, bits: number): readonly [low: number, high: number] => [
  binLow(key, bits),
  binHigh(key, bits),
];

/** Where a bin begins. */
export const binLow = (key: number, bits: number): number =>
  key < 0 ? -magnitudeOf(-key, bits) : magnitudeOf(key, bits);

/** Where a bin ends. */
export const binHigh = (key: number, bits: number): number =>
  key < 0 ? -magnitudeOf(-key - 1, bits) : magnitudeOf(key + 1, bits);

/** The keys of bins. @param bins - a number of each */
export function binKeys(bins: Float64Array, bits: number): Float64Array {
  const keys = new Float64Array(bins.length);
  for (let index = 0; index < bins.length; index += 1) keys[index] = binKey(bins[index] ?? 0, bits);
  return keys;
}

function magnitudeOf(size: number, bits: number): number {
  const drop = ALL_BITS - bits;
  const high = drop >= 32 ? size * 2 ** (drop - 32) : Math.floor(size / 2 ** (32 - drop));
  if (high >= INFINITE) return Number.MAX_VALUE;
  words[HIGH] = high;
  words[LOW] = drop >= 32 ? 0 : (size - high * 2 ** (32 - drop)) * 2 ** drop;
  return float[0] ?? 0;
}

/** Numbers in ascending order with their counts. */
export interface CountedBins {
  /** As in `NumberState`: the double nearest to zero of each bin. */
  readonly bins: Float64Array;
  readonly counts: Float64Array;
}

/** Cuts bins to a lower precision, joining those that become one. */
export function cutBins({ bins, counts }: CountedBins, from: number, to: number): CountedBins {
  if (to >= from) return { bins, counts };
  const cut = new Float64Array(bins.length);
  const joined = new Float64Array(bins.length);
  let size = 0;
  let last = Number.NaN;
  for (let index = 0; index < bins.length; index += 1) {
    const key = binKey(bins[index] ?? 0, to);
    if (key !== last) {
      cut[size] = binNumber(key, to);
      size += 1;
      last = key;
    }
    joined[size - 1] = (joined[size - 1] ?? 0) + (counts[index] ?? 0);
  }
  return { bins: cut.slice(0, size), counts: joined.slice(0, size) };
}

/**
 * The most bits, at most `from`, at which ascending bins are no more than `capacity`. Two neighbours become one as
 * soon as the first bit in which they differ is cut.
 */
export function bitsThatFit(bins: Float64Array, from: number, capacity: number): number {
  const parting = new Uint32Array(65); // pairs of neighbours by the number of leading bits they share
  for (let index = 1; index < bins.length; index += 1) {
    const shared = sharedBits(bins[index - 1] ?? 0, bins[index] ?? 0);
    parting[shared] = (parting[shared] ?? 0) + 1;
  }
  const sizeAt = (bits: number): number => {
    let size = 1;
    for (let shared = 0; shared < 12 + bits; shared += 1) size += parting[shared] ?? 0;
    return size;
  };
  let bits = from;
  while (bits > LEAST_BITS && sizeAt(bits) > capacity) bits = fewerBits(bits);
  return bits;
}

function sharedBits(a: number, b: number): number {
  float[0] = a;
  const [high, low] = [words[HIGH] ?? 0, words[LOW] ?? 0];
  float[0] = b;
  const differing = Math.clz32(high ^ (words[HIGH] ?? 0));
  return differing < 32 ? differing : 32 + Math.clz32(low ^ (words[LOW] ?? 0));
}
