import { alloc, countDistinct, mix, release } from './bytes';
import { sortDoubles } from './keys';

// What is remembered of a column's numbers: moments, extremes, and counts by their leading bits, as many bits as let
// all numbers fall into at most `capacity` bins. lib/profile/column-state.ts says what that means and why it merges.

const EXACT: u32 = 52, MOST: u32 = 40;

@unmanaged export class NumberSketch {
  count: f64;
  min: f64;
  max: f64;
  mean: f64;
  squares: f64;
  bits: u32;
  capacity: u32;
  size: u32;
  slots: u32;
  /** Pairs of a key (the double's bits after the cut, plus 1 so that 0 means empty) and a count, 16 bytes each. */
  table: usize;
  registers: usize;
}

export function newNumberSketch(capacity: u32): NumberSketch {
  const s = changetype<NumberSketch>(alloc(offsetof<NumberSketch>()));
  s.min = Infinity;
  s.max = -Infinity;
  s.bits = EXACT;
  s.capacity = capacity;
  s.slots = 1;
  while (s.slots < capacity * 2) s.slots <<= 1;
  s.table = alloc(s.slots << 4);
  return s;
}

/** Whole values are spread; of what is cut, eight neighbours at a time keep together, as they do in the data. */
// @ts-ignore: decorator
@inline function slotOf(table: usize, mask: u32, key: u64, spread: bool): usize {
  let h = spread
    ? <u32>((key * 0x9e3779b97f4a7c15) >> 40) & mask
    : ((<u32>(((key >> 3) * 0x9e3779b97f4a7c15) >> 40) << 3) | (<u32>key & 7)) & mask;
  let at = table + (<usize>h << 4);
  let k = load<u64>(at);
  while (k && k != key) {
    h = (h + 1) & mask;
    at = table + (<usize>h << 4);
    k = load<u64>(at);
  }
  return at;
}

/** Writes the bins in ascending order: of each the double nearest to zero. */
function sortBins(s: NumberSketch, bins: usize): void {
  const shift: u64 = EXACT - s.bits, other = alloc(<i32>(s.size << 3));
  let to = bins;
  for (let from = s.table, end = s.table + (<usize>s.slots << 4); from < end; from += 16) {
    const key = load<u64>(from);
    if (!key) continue;
    store<u64>(to, (key - 1) << shift);
    to += 8;
  }
  sortDoubles(bins, other, s.size);
  release(other);
}

/** Writes the bins in ascending order, of each the double nearest to zero, and their counts as doubles. */
export function readNumberSketch(s: NumberSketch, bins: usize, counts: usize): void {
  sortBins(s, bins);
  const shift: u64 = EXACT - s.bits, mask = s.slots - 1, whole = s.bits == EXACT;
  for (const end = bins + (<usize>s.size << 3); bins < end; bins += 8, counts += 8)
    store<f64>(counts, <f64>load<u64>(slotOf(s.table, mask, (load<u64>(bins) >> shift) + 1, whole), 8));
}

/** The bits, at most `most`, at which sorted bins are no more than the capacity. */
function bitsThatFit(s: NumberSketch, bins: usize, most: i32): i32 {
  // Two neighbours become one once the first bit in which they differ is cut: pairs by the bits that they share.
  const parting = alloc(65 << 2);
  for (let p = bins + 8, end = bins + (<usize>s.size << 3); p < end; p += 8) {
    const at = parting + (<usize>clz(load<u64>(p - 8) ^ load<u64>(p)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let shared = 0, left: u32 = 1;
  while (shared < 12 + most) {
    left += load<u32>(parting + (<usize>shared << 2));
    if (left > s.capacity) break;
    shared++;
  }
  release(parting);
  return shared - 12;
}

/** Cuts as many bits off as let the bins fit. */
function coarsen(s: NumberSketch): void {
  const bytes = <i32>(s.slots << 4), mask = s.slots - 1, whole = s.bits == EXACT, before: u64 = EXACT - s.bits;
  const bins = alloc(<i32>(s.size << 3)), end = bins + (<usize>s.size << 3), table = alloc(bytes);
  sortBins(s, bins);
  if (whole) {
    s.registers = alloc(1 << 14);
    for (let p = bins; p < end; p += 8) countDistinct(s.registers, mix(load<u64>(p)));
  }
  s.bits = bitsThatFit(s, bins, whole ? MOST : s.bits - 1);
  const after: u64 = EXACT - s.bits;
  let size: u32 = 0;
  for (let p = bins; p < end; p += 8) {
    const w = load<u64>(p), from = slotOf(s.table, mask, (w >> before) + 1, whole);
    const key = (w >> after) + 1, to = slotOf(table, mask, key, false), count = load<u64>(to, 8);
    size += u32(!count);
    store<u64>(to, key);
    store<u64>(to, count + load<u64>(from, 8), 8);
  }
  release(s.table);
  release(bins);
  s.table = table;
  s.size = size;
}

/** Adds numbers; NaN is none. */
export function addNumbers(s: NumberSketch, values: usize, rows: u32): void {
  addMoments(s, values, rows);
  const end = values + (<usize>rows << 3);
  for (let p = values; p < end; ) p = s.bits == EXACT ? addWhole(s, p, end) : addCut(s, p, end);
}

/** Counts values themselves until they are too many; returns where it stopped. */
function addWhole(s: NumberSketch, p: usize, end: usize): usize {
  const mask = s.slots - 1, table = s.table;
  for (; p < end; p += 8) {
    let w = load<u64>(p);
    if ((w & 0x7ff0000000000000) == 0x7ff0000000000000) continue;
    if (w == 0x8000000000000000) w = 0;
    const at = slotOf(table, mask, w + 1, true), count = load<u64>(at, 8);
    store<u64>(at, w + 1);
    store<u64>(at, count + 1, 8);
    if (!count && ++s.size > s.capacity) {
      coarsen(s);
      return p + 8;
    }
  }
  return p;
}

/** Counts by leading bits until fewer must do; returns where it stopped. */
function addCut(s: NumberSketch, p: usize, end: usize): usize {
  const mask = s.slots - 1, table = s.table, registers = s.registers, shift: u64 = EXACT - s.bits;
  for (; p < end; p += 8) {
    let w = load<u64>(p);
    if ((w & 0x7ff0000000000000) == 0x7ff0000000000000) continue;
    if (w == 0x8000000000000000) w = 0;
    countDistinct(registers, mix(w));
    const key = (w >> shift) + 1, at = slotOf(table, mask, key, false), count = load<u64>(at, 8);
    store<u64>(at, key);
    store<u64>(at, count + 1, 8);
    if (!count && ++s.size > s.capacity) {
      coarsen(s);
      return p + 8;
    }
  }
  return p;
}

/** Sums over the batch first, then squared distances from its mean; joined with what was before (Chan, Golub, LeVeque). */
function addMoments(s: NumberSketch, values: usize, rows: u32): void {
  const end = values + (<usize>rows << 3), even = values + (<usize>(rows & ~1) << 3);
  let lows = f64x2.splat(s.min), highs = f64x2.splat(s.max), sums = f64x2.splat(0);
  let missing: u32 = 0, p = values;
  for (; p < even; p += 16) {
    const x = v128.load(p), is = f64x2.eq(x, x);
    lows = f64x2.pmin(lows, x);
    highs = f64x2.pmax(highs, x);
    sums = f64x2.add(sums, v128.and(x, is));
    missing += 2 - popcnt(i64x2.bitmask(is));
  }
  let low = min(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  let high = max(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (p < end) {
    const x = load<f64>(p);
    if (x == x) {
      low = min(low, x);
      high = max(high, x);
      sum += x;
    } else missing++;
  }
  const n = <f64>(rows - missing);
  if (n == 0) return;
  const mean = sum / n, means = f64x2.splat(mean);
  let squares = f64x2.splat(0);
  for (p = values; p < even; p += 16) {
    const x = v128.load(p), d = v128.and(f64x2.sub(x, means), f64x2.eq(x, x));
    squares = f64x2.add(squares, f64x2.mul(d, d));
  }
  let square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (p < end) {
    const x = load<f64>(p);
    if (x == x) square += (x - mean) * (x - mean);
  }
  const before = s.count, total = before + n, delta = mean - s.mean;
  s.count = total;
  s.min = low == 0 ? 0 : low;
  s.max = high == 0 ? 0 : high;
  s.squares += square + delta * delta * ((before * n) / total);
  s.mean += (delta * n) / total;
}
