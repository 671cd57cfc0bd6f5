/** Bits of the mantissa that tell bins apart: 256 bins between a number and its double. */
const MANTISSA_BITS = 8;
const SHIFT = 20 - MANTISSA_BITS;
const DAY_MS = 86_400_000;

/** Half the width of a bin relative to its numbers, at most. */
export const RELATIVE_ERROR = 2 ** -(MANTISSA_BITS + 1);

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which half of a double holds sign, exponent and the leading bits of the mantissa. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The bin of a finite number: its sign, exponent and leading bits of mantissa. */
export function numericBin(value: number): number {
  float[0] = value === 0 ? 0 : value; // one bin for both zeros
  return (words[HIGH] ?? 0) >>> SHIFT;
}

/** The bin of a date or time: its day. */
export const temporalBin = (ms: number): number => Math.floor(ms / DAY_MS);

/** Where a bin of numbers begins and ends. */
export function numericBinEdges(bin: number): readonly [low: number, high: number] {
  const near = edge(bin);
  const far = edge(bin + 1);
  return near < 0 || Object.is(near, -0) ? [far, near] : [near, far];
}

function edge(bin: number): number {
  words[0] = 0;
  words[1] = 0;
  words[HIGH] = (bin << SHIFT) >>> 0;
  const value = float[0] ?? 0;
  return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
}

/** Where a bin of dates begins and ends, in milliseconds. */
export const temporalBinEdges = (bin: number): readonly [low: number, high: number] => [
  bin * DAY_MS,
  (bin + 1) * DAY_MS,
];
