import type { NumberState, TextState } from '../profile/column-state.ts';
import type { Kernel } from './kernel.ts';

/** Words of the kernels' NumberSketch behind its five doubles. */
const BITS = 10;
const CAPACITY = 11;
const SIZE = 12;
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
  const bins = kernel.alloc(size * 8);
  const counts = kernel.alloc(size * 8);
  kernel.run.readNumberSketch(sketch, bins, counts);
  const copy = (at: number): Float64Array => kernel.doubles.slice(at >> 3, (at >> 3) + size);
  const registers = word(REGISTERS);
  const state: NumberState = {
    count,
    min,
    max,
    mean,
    squares,
    bits,
    capacity: word(CAPACITY),
    bins: copy(bins),
    counts: copy(counts),
    ...(registers !== 0 && { registers: kernel.bytes.slice(registers, registers + REGISTER_COUNT) }),
  };
  kernel.run.release(bins);
  kernel.run.release(counts);
  return state;
}

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
