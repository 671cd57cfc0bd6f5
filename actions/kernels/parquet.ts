import { MISFIT, NOTHING } from './numbers';
import { invalidUtf8 } from './survey';

// Pages of Parquet columns and their codecs. Inputs are untrusted: every loop is bounded by the bytes there are, and
// -1 says that they break the format. Buffers have 64 readable bytes past their end, so that words may be loaded whole.
// Texts are pairs of u32 addresses (start - 1, end); (0, 0) is "no value".

const NONE: i32 = -1;
const SAFE: i64 = 9007199254740992;

// --- Levels and dictionary codes: runs of a repeated value, or of values packed in groups of eight ---

// A varint of at most 32 bits; `varintEnd` is the address after it, 0 when it is cut off or too long.
let varintEnd: usize = 0;
function varint(p: usize, end: usize): u32 {
  let value: u32 = 0;
  for (let shift: u32 = 0; shift < 35 && p < end; shift += 7) {
    const byte = <u32>load<u8>(p++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      varintEnd = p;
      return value;
    }
  }
  varintEnd = 0;
  return 0;
}

// The bytes that `count` values of `width` bits need.
// @ts-ignore: decorator
@inline
function packedBytes(count: u32, width: u32): u64 {
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
function spreadBits(p: usize, count: u32, out: usize): void {
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

// --- From stored values, which leave out the missing ones, to one per row ---

/** Words of 64 bits (numbers, integers, pairs), `nothing` where there is no value. Returns how many were taken. */
function scatter(values: usize, present: usize, n: u32, out: usize, nothing: u64): u32 {
  const first = values;
  for (let i: usize = 0; i < <usize>n; i++) {
    const here = <usize>load<u8>(present + i);
    store<u64>(out + (i << 3), select<u64>(load<u64>(values), nothing, here));
    values += here << 3;
  }
  return <u32>((values - first) >> 3);
}

/** Doubles, `NOTHING` where there is no value. Returns how many values were taken. */
export function scatterNumbers(values: usize, present: usize, n: u32, out: usize): u32 {
  return scatter(values, present, n, out, NOTHING);
}

/** Integers or pairs of addresses, 0 where there is no value. */
export function scatterWords(values: usize, present: usize, n: u32, out: usize): u32 {
  return scatter(values, present, n, out, 0);
}

/** Dictionary codes, -1 where there is no value. */
export function scatter32(values: usize, present: usize, n: u32, out: usize): u32 {
  const first = values;
  for (let i: usize = 0; i < <usize>n; i++) {
    const here = <usize>load<u8>(present + i);
    store<i32>(out + (i << 2), select<i32>(load<i32>(values), -1, here));
    values += here << 2;
  }
  return <u32>((values - first) >> 2);
}

// The dictionary's words of 64 bits by code; codes were checked against its size, -1 gives `nothing`.
function gather(codes: usize, n: u32, dictionary: usize, out: usize, nothing: u64): void {
  for (const stop = codes + (<usize>n << 2); codes < stop; codes += 4, out += 8) {
    const code = load<i32>(codes);
    store<u64>(out, code < 0 ? nothing : load<u64>(dictionary + (<usize>code << 3)));
  }
}

/** Doubles by code, `NOTHING` for -1. */
export function gatherNumbers(codes: usize, n: u32, dictionary: usize, out: usize): void {
  gather(codes, n, dictionary, out, NOTHING);
}

/** Integers or pairs of addresses by code, 0 for -1. */
export function gatherWords(codes: usize, n: u32, dictionary: usize, out: usize): void {
  gather(codes, n, dictionary, out, 0);
}

// --- Numbers ---

/** 32-bit integers, times `factor`, over `divisor`. */
export function int32s(p: usize, n: u32, out: usize, factor: f64, divisor: f64): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f64>(out + (i << 3), (<f64>load<i32>(p + (i << 2)) * factor) / divisor);
  }
}

export function uint32s(p: usize, n: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<f64>(out + (i << 3), <f64>load<u32>(p + (i << 2)));
}

/** 64-bit integers over `divisor`. Returns how many lie beyond 2^53, where a double may not be exact. */
export function int64s(p: usize, n: u32, out: usize, divisor: f64): u32 {
  let beyond: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const value = load<i64>(p + (i << 3));
    beyond += <u32>(<u64>(value + SAFE) > <u64>(SAFE << 1));
    store<f64>(out + (i << 3), <f64>value / divisor);
  }
  return beyond;
}

export function uint64s(p: usize, n: u32, out: usize): u32 {
  let beyond: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const value = load<u64>(p + (i << 3));
    beyond += <u32>(value > <u64>SAFE);
    store<f64>(out + (i << 3), <f64>value);
  }
  return beyond;
}

/** Counts of a unit of which `perMilli` make a millisecond; those beyond 2^53 in two parts, lest they are rounded twice. */
export function ticks(p: usize, n: u32, out: usize, perMilli: i32): void {
  const unit = <i64>perMilli;
  const scale = <f64>perMilli;
  for (let i: usize = 0; i < <usize>n; i++) {
    const value = load<i64>(p + (i << 3));
    let result = <f64>value / scale;
    if (<u64>(value + SAFE) > <u64>(SAFE << 1)) {
      const whole = value / unit;
      result = <f64>whole + <f64>(value - whole * unit) / scale;
    }
    store<f64>(out + (i << 3), result);
  }
}

/** The old timestamps: nanoseconds of the day in 64 bits, then the Julian day in 32. */
export function int96s(p: usize, n: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++, p += 12) {
    const nanos = load<i64>(p);
    const whole = nanos / 1000000;
    const days = (<f64>load<i32>(p, 8) - 2440588) * 86400000;
    store<f64>(out + (i << 3), days + <f64>whole + <f64>(nanos - whole * 1000000) / 1e6);
  }
}

// What is not a number is a value that does not fit, and no double of a file may look like "no value".
// @ts-ignore: decorator
@inline
function putDouble(out: usize, value: f64): u32 {
  store<u64>(out, value == value ? reinterpret<u64>(value) : MISFIT);
  return <u32>(value - value != 0);
}

/** Doubles; NaN becomes `MISFIT`. Returns how many are NaN or infinite, as the next two do. */
export function doubles(p: usize, n: u32, out: usize): u32 {
  let odd: u32 = 0;
  for (let i: usize = 0; i < <usize>n << 3; i += 8) odd += putDouble(out + i, load<f64>(p + i));
  return odd;
}

export function floats(p: usize, n: u32, out: usize): u32 {
  let odd: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) odd += putDouble(out + (i << 3), <f64>load<f32>(p + (i << 2)));
  return odd;
}

/** IEEE half precision. */
export function halves(p: usize, n: u32, out: usize): u32 {
  let odd: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const bits = <u32>load<u16>(p + (i << 1));
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    let value: f64;
    if (exponent == 0) value = <f64>fraction / 16777216;
    else if (exponent == 31) value = fraction ? NaN : Infinity;
    else value = reinterpret<f64>((<u64>(exponent + 1008) << 52) | (<u64>fraction << 42));
    odd += putDouble(out + (i << 3), bits >> 15 ? -value : value);
  }
  return odd;
}

/** Big-endian two's complement integers of any length as i64. Returns how many need more than 64 bits (theirs is 0). */
export function bigEndians(pairs: usize, n: u32, out: usize): u32 {
  let wide: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    let p = <usize>load<u32>(pairs + (i << 3)) + 1;
    const end = <usize>load<u32>(pairs + (i << 3), 4);
    let value: i64 = p < end && load<i8>(p) < 0 ? -1 : 0;
    const sign = <u8>value;
    for (; end - p > 8 && load<u8>(p) == sign; p++) {}
    if (end - p > 8 || (end - p == 8 && <u8>(load<i8>(p) >> 7) != sign)) {
      wide++;
      value = 0;
    } else for (; p < end; p++) value = (value << 8) | load<u8>(p);
    store<i64>(out + (i << 3), value);
  }
  return wide;
}

/** Booleans, a bit each, least significant first, as bytes of 0 and 1; up to 7 bytes past the last are written. */
export function spreadBooleans(p: usize, n: u32, out: usize): void {
  spreadBits(p, n, out);
}

/** Bytes as doubles. */
export function bytesToNumbers(p: usize, n: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<f64>(out + (i << 3), <f64>load<u8>(p + i));
}

// --- Texts ---

/** Texts with their length in front (u32). Returns the bytes read, or -1 when one reaches past the end. */
export function plainTexts(start: usize, end: usize, n: u32, pairs: usize): i32 {
  let p = start;
  for (const stop = pairs + (<usize>n << 3); pairs < stop; pairs += 8) {
    if (end - p < 4) return NONE;
    const length = <usize>load<u32>(p);
    if (length > end - p - 4) return NONE;
    store<u32>(pairs, <u32>p + 3);
    p += length + 4;
    store<u32>(pairs, <u32>p, 4);
  }
  return <i32>(p - start);
}

/** Values of one length. */
export function fixedTexts(p: usize, n: u32, width: u32, pairs: usize): void {
  for (const stop = pairs + (<usize>n << 3); pairs < stop; pairs += 8) {
    store<u32>(pairs, <u32>p - 1);
    p += width;
    store<u32>(pairs, <u32>p, 4);
  }
}

/** Texts one after the other, their lengths (i32) in a list. Returns the bytes read or -1. */
export function lengthTexts(start: usize, end: usize, lengths: usize, n: u32, pairs: usize): i32 {
  let p = start;
  for (let i: usize = 0; i < <usize>n; i++) {
    const length = load<i32>(lengths + (i << 2));
    if (length < 0 || <usize>length > end - p) return NONE;
    store<u32>(pairs + (i << 3), <u32>p - 1);
    p += length;
    store<u32>(pairs + (i << 3), <u32>p, 4);
  }
  return <i32>(p - start);
}

/** Bytes of texts that share `prefixes` with the one before; -1 when a prefix is longer than that one. */
export function frontCodedSize(prefixes: usize, suffixes: usize, n: u32): f64 {
  let total: u64 = 0;
  let before: u64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const prefix = load<i32>(prefixes + (i << 2));
    const suffix = load<i32>(suffixes + (i << 2));
    if (prefix < 0 || suffix < 0 || <u64>prefix > before) return -1;
    before = <u64>prefix + <u64>suffix;
    total += before;
  }
  return <f64>total;
}

/** Writes such texts out; the sizes were checked by `frontCodedSize`. Returns the suffix bytes read or -1. */
export function frontCoded(
  start: usize,
  end: usize,
  prefixes: usize,
  suffixes: usize,
  n: u32,
  out: usize,
  pairs: usize,
): i32 {
  let p = start;
  let before = out;
  for (let i: usize = 0; i < <usize>n; i++) {
    const prefix = <usize>load<u32>(prefixes + (i << 2));
    const suffix = <usize>load<u32>(suffixes + (i << 2));
    if (suffix > end - p) return NONE;
    memory.copy(out, before, prefix);
    memory.copy(out + prefix, p, suffix);
    p += suffix;
    before = out;
    store<u32>(pairs + (i << 3), <u32>out - 1);
    out += prefix + suffix;
    store<u32>(pairs + (i << 3), <u32>out, 4);
  }
  return <i32>(p - start);
}

/** Bytes of all texts together. */
export function textBytes(pairs: usize, n: u32): f64 {
  let total: u64 = 0;
  for (const stop = pairs + (<usize>n << 3); pairs < stop; pairs += 8) {
    const end = load<u32>(pairs, 4);
    if (end) total += end - load<u32>(pairs) - 1;
  }
  return <f64>total;
}

/**
 * The first text that is not UTF-8, or -1. Texts lie one behind the other, with at most their lengths between them,
 * so that one look at all the bytes is enough for ASCII.
 */
export function firstNotUtf8(pairs: usize, n: u32): i32 {
  if (n == 0) return NONE;
  let p = <usize>load<u32>(pairs) + 1;
  const end = <usize>load<u32>(pairs + (<usize>(n - 1) << 3), 4);
  let bits = i8x16.splat(0);
  for (; p + 16 <= end; p += 16) bits = v128.or(bits, v128.load(p));
  let high = i8x16.bitmask(bits);
  for (; p < end; p++) high |= load<u8>(p) >> 7;
  if (high == 0) return NONE;
  for (let i: u32 = 0; i < n; i++, pairs += 8) {
    const stop = <usize>load<u32>(pairs, 4);
    if (invalidUtf8(<usize>load<u32>(pairs) + 1, stop, stop) != 0) return <i32>i;
  }
  return NONE;
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u32 {
  return value + (value < 10 ? 48 : 87);
}

function hexByte(p: usize, out: usize): void {
  const byte = <u32>load<u8>(p);
  store<u8>(out, <u8>hexDigit(byte >> 4));
  store<u8>(out, <u8>hexDigit(byte & 15), 1);
}

/** Bytes as `0x` and hexadecimal digits: `2 + 2 × length` bytes each. The pairs then point there. */
export function hexTexts(pairs: usize, n: u32, out: usize): void {
  for (const stop = pairs + (<usize>n << 3); pairs < stop; pairs += 8) {
    const end = <usize>load<u32>(pairs, 4);
    let p = <usize>load<u32>(pairs) + 1;
    store<u32>(pairs, <u32>out - 1);
    store<u16>(out, 0x7830);
    for (out += 2; p < end; p++, out += 2) hexByte(p, out);
    store<u32>(pairs, <u32>out, 4);
  }
}

/** UUIDs of 16 bytes as their 36 characters. */
export function uuidTexts(pairs: usize, n: u32, out: usize): void {
  for (const stop = pairs + (<usize>n << 3); pairs < stop; pairs += 8) {
    const p = <usize>load<u32>(pairs) + 1;
    store<u32>(pairs, <u32>out - 1);
    for (let i: usize = 0; i < 16; i++, out += 2) {
      if (i == 4 || i == 6 || i == 8 || i == 10) store<u8>(out++, 45);
      hexByte(p + i, out);
    }
    store<u32>(pairs, <u32>out, 4);
  }
}

// --- Encodings that become plain values ---

/** The k-th bytes of all values stand together. Needs `n × width` bytes. */
export function joinStreams(p: usize, n: u32, width: u32, out: usize): void {
  for (let k: usize = 0; k < <usize>width; k++) {
    let to = out + k;
    for (const stop = p + n; p < stop; p++, to += width) store<u8>(to, load<u8>(p));
  }
}

let wideEnd: usize = 0;
function wideVarint(p: usize, end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70 && p < end; shift += 7) {
    const byte = <u64>load<u8>(p++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      wideEnd = p;
      return value;
    }
  }
  wideEnd = 0;
  return 0;
}

/** Delta-encoded integers as values of `size` bytes (4 or 8). Returns the bytes read, or -1 unless there are exactly `n`. */
export function deltas(start: usize, end: usize, n: u32, size: u32, out: usize): i32 {
  const blockSize = varint(start, end);
  if (varintEnd == 0) return NONE;
  const parts = varint(varintEnd, end);
  if (varintEnd == 0 || parts == 0 || blockSize == 0 || blockSize % parts != 0) return NONE;
  const partSize = blockSize / parts;
  if (partSize & 7) return NONE;
  if (varint(varintEnd, end) != n || varintEnd == 0) return NONE;
  const first = wideVarint(varintEnd, end);
  if (wideEnd == 0) return NONE;
  let p = wideEnd;
  let value = <i64>(first >> 1) ^ -<i64>(first & 1);
  if (n) put(out, value, size);
  let done: u32 = 1;
  while (done < n) {
    const least = wideVarint(p, end);
    if (wideEnd == 0 || <usize>parts > end - wideEnd) return NONE;
    const widths = wideEnd;
    p = wideEnd + parts;
    const base = <i64>(least >> 1) ^ -<i64>(least & 1);
    for (let part: u32 = 0; part < parts && done < n; part++) {
      const width = <u32>load<u8>(widths + part);
      const count = n - done < partSize ? n - done : partSize;
      if (width > 64 || packedBytes(count, width) > <u64>(end - p)) return NONE;
      value = addDeltas(p, width, count, base, value, size, out + <usize>done * size);
      done += count;
      const whole = packedBytes(partSize, width);
      p += <usize>(whole < <u64>(end - p) ? whole : <u64>(end - p));
    }
  }
  return <i32>(p - start);
}

// @ts-ignore: decorator
@inline
function put(out: usize, value: i64, size: u32): void {
  if (size == 4) store<i32>(out, <i32>value);
  else store<i64>(out, value);
}

function addDeltas(p: usize, width: u32, count: u32, base: i64, value: i64, size: u32, out: usize): i64 {
  const mask: u64 = width == 64 ? <u64>-1 : (<u64>1 << width) - 1;
  let bit: u64 = 0;
  for (let i: u32 = 0; i < count; i++, bit += width, out += size) {
    const at = p + <usize>(bit >> 3);
    const shift = bit & 7;
    let raw = load<u64>(at) >> shift;
    if (shift + width > 64) raw |= <u64>load<u8>(at, 8) << (64 - shift);
    value += base + <i64>(raw & mask);
    put(out, value, size);
  }
  return value;
}

// --- Codecs ---

/** The length a Snappy block declares, or -1. */
export function snappyLength(p: usize, size: u32): f64 {
  const length = varint(p, p + size);
  return varintEnd == 0 ? -1 : <f64>length;
}

/** Unpacks a Snappy block into exactly `capacity` bytes (with 64 to spare). Returns 0, or -1 when it is damaged. */
export function snappy(source: usize, size: u32, out: usize, capacity: u32): i32 {
  const end = source + size;
  if (varint(source, end) != capacity || varintEnd == 0) return NONE;
  let p = varintEnd;
  const first = out;
  const stop = out + capacity;
  while (p < end) {
    const tag = <u32>load<u8>(p++);
    const kind = tag & 3;
    let length = <usize>(tag >> 2) + 1;
    if (kind == 0) {
      if (length > 60) {
        const extra = length - 60;
        if (extra > end - p) return NONE;
        length = <usize>(load<u32>(p) & <u32>(0xffffffff >> ((4 - <u32>extra) << 3))) + 1;
        if (length == 0) return NONE;
        p += extra;
      }
      if (length > end - p || length > stop - out) return NONE;
      if (length <= 16) v128.store(out, v128.load(p));
      else memory.copy(out, p, length);
      out += length;
      p += length;
      continue;
    }
    let offset: usize;
    if (kind == 1) {
      if (p >= end) return NONE;
      length = <usize>((tag >> 2) & 7) + 4;
      offset = (<usize>(tag >> 5) << 8) | load<u8>(p++);
    } else {
      const bytes: usize = kind == 2 ? 2 : 4;
      if (bytes > end - p) return NONE;
      offset = kind == 2 ? <usize>load<u16>(p) : <usize>load<u32>(p);
      p += bytes;
    }
    if (offset == 0 || offset > out - first || length > stop - out) return NONE;
    repeat(out, offset, length);
    out += length;
  }
  return out == stop ? 0 : NONE;
}

// Copies what was written `offset` bytes ago; copies may overlap, so that none is wider than the distance.
// May write up to 15 bytes past the end.
function repeat(out: usize, offset: usize, length: usize): void {
  const stop = out + length;
  let from = out - offset;
  if (offset >= 16) {
    for (; out < stop; out += 16, from += 16) v128.store(out, v128.load(from));
  } else if (offset >= 8) {
    for (; out < stop; out += 8, from += 8) store<u64>(out, load<u64>(from));
  } else {
    for (; out < stop; out++, from++) store<u8>(out, load<u8>(from));
  }
}

// A length of LZ4 that goes on in further bytes; `varintEnd` as above.
function lz4Length(p: usize, end: usize, length: usize): usize {
  let byte: usize = 255;
  while (byte == 255) {
    if (p >= end) {
      varintEnd = 0;
      return 0;
    }
    byte = load<u8>(p++);
    length += byte;
  }
  varintEnd = p;
  return length;
}

/**
 * Unpacks an LZ4 block into at most `capacity` bytes (with 64 to spare). `history` bytes before `out` may be
 * referred to. Returns the bytes written, or -1 when the block is damaged.
 */
export function lz4(source: usize, size: u32, out: usize, capacity: u32, history: u32): i32 {
  const end = source + size;
  let p = source;
  const first = out;
  const stop = out + capacity;
  while (p < end) {
    const token = <u32>load<u8>(p++);
    let length = <usize>(token >> 4);
    if (length == 15) {
      length = lz4Length(p, end, length);
      if (varintEnd == 0) return NONE;
      p = varintEnd;
    }
    if (length > end - p || length > stop - out) return NONE;
    if (length <= 16) v128.store(out, v128.load(p));
    else memory.copy(out, p, length);
    out += length;
    p += length;
    if (p >= end) break;
    if (end - p < 2) return NONE;
    const offset = <usize>load<u16>(p);
    p += 2;
    length = <usize>(token & 15);
    if (length == 15) {
      length = lz4Length(p, end, length);
      if (varintEnd == 0) return NONE;
      p = varintEnd;
    }
    length += 4;
    if (offset == 0 || offset > out - first + history || length > stop - out) return NONE;
    repeat(out, offset, length);
    out += length;
  }
  return <i32>(out - first);
}
