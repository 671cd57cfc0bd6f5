import { ALL_BITS, bitsThatFit, type CountedBins, cutBins } from './bin-keys.ts';
import type { NumberState } from './column-state.ts';
import { hashNumber } from './hash.ts';
import { addHash, joinRegisters, REGISTERS } from './registers.ts';

/** The state of both parts together; equal to the state of all values read at once, but for the moments' last digits. */
export function mergeNumbers(a: NumberState, b: NumberState): NumberState {
  const capacity = Math.min(a.capacity, b.capacity);
  const start = Math.min(a.bits, b.bits);
  const added = addBins(cutBins(a, a.bits, start), cutBins(b, b.bits, start));
  const bits = bitsThatFit(added.bins, start, capacity);
  const counted = cutBins(added, start, bits);
  const filled = [a, b].filter(({ count }) => count > 0);
  const seen = filled.length > 0 ? filled : [a]; // without any number there are no extremes to compare
  return {
    ...mergeMoments(a, b),
    min: Math.min(...seen.map(({ min }) => min)),
    max: Math.max(...seen.map(({ max }) => max)),
    bits,
    capacity,
    bins: counted.bins,
    counts: counted.counts,
    ...(bits < ALL_BITS && { registers: joinRegisters(registersOf(a), registersOf(b)) }),
  };
}

/** Moments of two groups together (T. Chan, G. Golub, R. LeVeque, 1979). */
export function mergeMoments(
  a: Pick<NumberState, 'count' | 'mean' | 'squares'>,
  b: Pick<NumberState, 'count' | 'mean' | 'squares'>,
): Pick<NumberState, 'count' | 'mean' | 'squares'> {
  if (a.count === 0 || b.count === 0) {
    const { count, mean, squares } = a.count === 0 ? b : a;
    return { count, mean, squares };
  }
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (delta * b.count) / count,
    squares: a.squares + b.squares + ((delta * a.count) / count) * delta * b.count,
  };
}

/** Joins bins of equal precision. */
export function addBins(a: CountedBins, b: CountedBins): CountedBins {
  const bins = new Float64Array(a.bins.length + b.bins.length);
  const counts = new Float64Array(bins.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.bins.length || j < b.bins.length) {
    const order = compareBins(a.bins[i], b.bins[j]);
    bins[size] = (order <= 0 ? a.bins[i] : b.bins[j]) ?? Number.NaN;
    counts[size] = (order <= 0 ? (a.counts[i] ?? 0) : 0) + (order >= 0 ? (b.counts[j] ?? 0) : 0);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    size += 1;
  }
  return { bins: bins.slice(0, size), counts: counts.slice(0, size) };
}

/** The bin of the smallest negative numbers is named -0 and comes before 0. */
function compareBins(a: number | undefined, b: number | undefined): number {
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (a === 0 && b === 0) return (Object.is(a, -0) ? 0 : 1) - (Object.is(b, -0) ? 0 : 1);
  return a - b;
}

function registersOf({ registers, bins }: NumberState): Uint8Array {
  if (registers !== undefined) return registers;
  const built = new Uint8Array(REGISTERS);
  for (const value of bins) addHash(built, hashNumber(value));
  return built;
}
