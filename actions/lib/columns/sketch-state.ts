import type { NumberState, TextState } from '../profile/column-state.ts';
import type { Kernel } from './kernel.ts';

/** Words of the kernels' NumberSketch behind its five doubles. */
const BITS = 10;
const CAPACITY = 11;
const SIZE = 12;
const SLOTS = 13;
const TABLE = 14;
const REGISTERS = 15;
const REGISTER_COUNT = 1 << 14;

/** What a sketch of numbers holds, as a value that outlives the kernel's memory. */
export function sketchState(kernel: Kernel, sketch: number): NumberState {
  const [count = 0, min = 0, max = 0, mean = 0, squares = 0] = kernel.doubles.subarray(
    sketch >> 3,
    (sketch >> 3) + 5,
  );
  const word = (index: number): number => kernel.words[(sketch >> 2) + index] ?? 0;
  const bits = word(BITS) | 0; // below zero where exponents are cut as well
  const size = word(SIZE);
  const values = new Float64Array(size);
  const counts = new Map<number, number>();
  const longs = kernel.longs.subarray(word(TABLE) >> 3, (word(TABLE) >> 3) + word(SLOTS) * 2);
  const double = new Float64Array(1);
  const pattern = new BigUint64Array(double.buffer);
  const shift = BigInt(52 - bits);
  let at = 0;
  for (let slot = 0; slot < longs.length; slot += 2) {
    const key = longs[slot] ?? 0n;
    if (key === 0n) continue;
    pattern[0] = (key - 1n) << shift;
    const value = double[0] ?? 0;
    values[at] = value;
    counts.set(keyOf(value), Number(longs[slot + 1]));
    at += 1;
  }
  values.sort();
  const registers = word(REGISTERS);
  return {
    count,
    min,
    max,
    mean,
    squares,
    bits,
    capacity: word(CAPACITY),
    bins: values,
    counts: Float64Array.from(values, (value) => counts.get(keyOf(value)) ?? 0),
    ...(registers !== 0 && { registers: kernel.bytes.slice(registers, registers + REGISTER_COUNT) }),
  };
}

/** A map takes both zeros for one key; the bin of small negative numbers begins at -0. */
const keyOf = (value: number): number => (Object.is(value, -0) ? Number.NaN : value);

/** Words of the kernels' TextColumn. */
const TEXT = {
  count: 0,
  minLength: 2,
  maxLength: 3,
  totalLength: 2, // as a double
  open: 8,
  size: 9,
  capacity: 15,
  counts: 20,
  offsets: 22,
  arena: 23,
  registers: 25,
} as const;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is known of a column's texts, as a value that outlives the kernel's memory. */
export function textState(kernel: Kernel, column: number): TextState {
  const word = (index: number): number => kernel.words[(column >> 2) + index] ?? 0;
  const open = word(TEXT.open) === 1;
  const count = word(TEXT.count);
  const registers = word(TEXT.registers);
  return {
    count,
    minLength: count === 0 ? 0 : word(TEXT.minLength),
    maxLength: word(TEXT.maxLength),
    totalLength: kernel.doubles[(column >> 3) + TEXT.totalLength] ?? 0,
    capacity: word(TEXT.capacity),
    ...(open
      ? { values: distinctTexts(kernel, word) }
      : { registers: kernel.bytes.slice(registers, registers + REGISTER_COUNT) }),
  };
}

function distinctTexts(kernel: Kernel, word: (index: number) => number) {
  const found: { readonly bytes: Uint8Array; readonly count: number }[] = [];
  const counts = word(TEXT.counts) >> 2;
  const offsets = word(TEXT.offsets) >> 2;
  const arena = word(TEXT.arena);
  for (let entry = 0; entry < word(TEXT.size); entry += 1) {
    const count = kernel.words[counts + entry] ?? 0;
    if (count === 0) continue;
    const from = arena + (kernel.words[offsets + entry] ?? 0);
    const to = arena + (kernel.words[offsets + entry + 1] ?? 0);
    found.push({ bytes: kernel.bytes.subarray(from, to), count });
  }
  found.sort((a, b) => compareBytes(a.bytes, b.bytes));
  return { texts: found.map(({ bytes }) => decoder.decode(bytes)), counts: found.map(({ count }) => count) };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
