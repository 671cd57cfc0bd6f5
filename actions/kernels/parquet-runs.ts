import { NONE, varint, varintEnd } from './varint';

// Levels and dictionary codes of Parquet: runs of a repeated value, or of values packed in groups of eight.

/** The bytes that `count` values of `width` bits need. */
// @ts-ignore: decorator
@inline export function packedBytes(count: u32, width: u32): u64 {
  return (<u64>count * width + 7) >> 3;
}

/** Levels of at most 8 bits, a byte each. Returns the bytes read, or -1 when there are fewer than `n` or one is above `max`. */
export function levelRuns(start: usize, end: usize, width: u32, n: u32, max: u32, out: usize): i32 {
  let p = start;
  let top: u32 = 0;
  const stop = out + n;
  const valueBytes = (width + 7) >> 3;
  while (out < stop) {
    const header = varint(p, end);
    if (varintEnd == 0) return NONE;
    p = varintEnd;
    const left = <u32>(stop - out);
    if (header & 1) {
      const promised = <u64>(header >> 1) << 3;
      if (promised == 0) return NONE;
      const count = promised < left ? <u32>promised : left;
      const needed = packedBytes(count, width);
      if (needed > <u64>(end - p)) return NONE;
      if (width == 1) spreadBits(p, count, out);
      else top = max2(top, unpackBytes(p, width, count, out));
      const skipped = <u64>(header >> 1) * width;
      p += <usize>(skipped < <u64>(end - p) ? skipped : <u64>(end - p));
      out += count;
    } else {
      const promised = header >> 1;
      if (promised == 0 || <u64>valueBytes > <u64>(end - p)) return NONE;
      const value: u32 = valueBytes ? load<u8>(p) : 0;
      p += valueBytes;
      top = max2(top, value);
      const count = promised < left ? promised : left;
      memory.fill(out, <u8>value, count);
      out += count;
    }
  }
  return top > max ? NONE : <i32>(p - start);
}

// @ts-ignore: decorator
@inline
function max2(a: u32, b: u32): u32 {
  return a > b ? a : b;
}

// Bits, least significant first, to bytes of 0 and 1; writes up to 7 bytes past the last.
export function spreadBits(p: usize, count: u32, out: usize): void {
  for (const stop = out + count; out < stop; out += 8) {
    const picked = (<u64>load<u8>(p++) * 0x0101010101010101) & 0x8040201008040201;
    store<u64>(out, ((picked + 0x7f7f7f7f7f7f7f7f) >> 7) & 0x0101010101010101);
  }
}

function unpackBytes(p: usize, width: u32, count: u32, out: usize): u32 {
  const mask: u32 = (1 << width) - 1;
  let top: u32 = 0;
  let bit: u64 = 0;
  for (let i: u32 = 0; i < count; i++, bit += width) {
    const value = (<u32>load<u16>(p + <usize>(bit >> 3)) >> <u32>(bit & 7)) & mask;
    store<u8>(out + i, <u8>value);
    top = max2(top, value);
  }
  return top;
}

/** The deprecated packing of levels: most significant bit first, no runs. Returns the bytes read or -1. */
export function packedLevels(p: usize, end: usize, width: u32, n: u32, max: u32, out: usize): i32 {
  const bytes = packedBytes(n, width);
  if (bytes > <u64>(end - p)) return NONE;
  let top: u32 = 0;
  let bit: u64 = 0;
  for (let i: u32 = 0; i < n; i++, bit += width) {
    const word = bswap<u16>(load<u16>(p + <usize>(bit >> 3)));
    const value = (<u32>word >> (16 - width - <u32>(bit & 7))) & ((1 << width) - 1);
    store<u8>(out + i, <u8>value);
    top = max2(top, value);
  }
  return top > max ? NONE : <i32>bytes;
}

/** Dictionary codes of at most 32 bits as u32. Returns the bytes read, or -1 when there are fewer than `n` or one is not below `limit`. */
export function codeRuns(start: usize, end: usize, width: u32, n: u32, limit: u32, out: usize): i32 {
  if (width > 32) return NONE;
  let p = start;
  let top: u32 = 0;
  const stop = out + (<usize>n << 2);
  const valueBytes = (width + 7) >> 3;
  while (out < stop) {
    const header = varint(p, end);
    if (varintEnd == 0) return NONE;
    p = varintEnd;
    const left = <u32>((stop - out) >> 2);
    let count: u32;
    if (header & 1) {
      const promised = <u64>(header >> 1) << 3;
      if (promised == 0) return NONE;
      count = promised < left ? <u32>promised : left;
      if (packedBytes(count, width) > <u64>(end - p)) return NONE;
      top = max2(top, unpackWords(p, width, count, out));
      const skipped = <u64>(header >> 1) * width;
      p += <usize>(skipped < <u64>(end - p) ? skipped : <u64>(end - p));
    } else {
      const promised = header >> 1;
      if (promised == 0 || <usize>valueBytes > end - p) return NONE;
      const value = valueBytes ? load<u32>(p) & <u32>(0xffffffff >> ((4 - valueBytes) << 3)) : 0;
      p += valueBytes;
      top = max2(top, value);
      count = promised < left ? promised : left;
      fillWords(out, value, count);
    }
    out += <usize>count << 2;
  }
  return n && top >= limit ? NONE : <i32>(p - start);
}

function fillWords(out: usize, value: u32, count: u32): void {
  const four = i32x4.splat(value);
  const stop = out + (<usize>count << 2);
  for (; out + 16 <= stop; out += 16) v128.store(out, four);
  for (; out < stop; out += 4) store<u32>(out, value);
}

function unpackWords(p: usize, width: u32, count: u32, out: usize): u32 {
  const mask: u64 = (<u64>1 << width) - 1;
  let top: u32 = 0;
  let bit: u32 = 0;
  for (const stop = out + (<usize>count << 2); out < stop; out += 4) {
    const value = <u32>((load<u64>(p) >> bit) & mask);
    store<u32>(out, value);
    top = max2(top, value);
    bit += width;
    p += bit >> 3;
    bit &= 7;
  }
  return top;
}

/** Marks the levels that equal `max`: 1 where there is a value. Returns how many. May write 15 bytes past the last. */
export function presence(levels: usize, n: u32, max: u32, out: usize): u32 {
  const wanted = i8x16.splat(<i8>max);
  const one = i8x16.splat(1);
  let found: u32 = 0;
  let i: usize = 0;
  for (; i < n; i += 16) {
    const equal = i8x16.eq(v128.load(levels + i), wanted);
    let bits = i8x16.bitmask(equal);
    const left = n - <u32>i;
    if (left < 16) bits &= (1 << left) - 1;
    found += popcnt(bits);
    v128.store(out + i, v128.and(equal, one));
  }
  return found;
}

/** How many of `n` bytes of 0 and 1 are 1. */
export function countOnes(p: usize, n: u32): u32 {
  let found: u32 = 0;
  const stop = p + n;
  for (; p + 16 <= stop; p += 16) found += popcnt(i8x16.bitmask(i8x16.ne(v128.load(p), i8x16.splat(0))));
  for (; p < stop; p++) found += load<u8>(p);
  return found;
}
