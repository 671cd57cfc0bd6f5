import { invalidUtf8 } from './survey';
import { NONE } from './varint';

// Texts of Parquet as pairs of u32 addresses (start - 1, end); (0, 0) is "no value". Buffers have 64 readable bytes past
// their end, so that words may be loaded whole.

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
