// What a block of text holds before it is cut into cells: quotes, line ends, bytes that are not ASCII, and whether
// those are UTF-8.

import { quoteByte } from './bytes';

@unmanaged export class Survey {
  quotes: u32;
  lineFeeds: u32;
  returns: u32;
  /** Carriage returns followed by a line feed, the byte behind the block included. */
  pairs: u32;
  nonAscii: u32;
  nuls: u32;
}

/** Counts over [p, end); the byte at `end` is looked at to tell a pair. */
export function survey(p: usize, end: usize, result: Survey): void {
  let quotes: u32 = 0, feeds: u32 = 0, returns: u32 = 0, pairs: u32 = 0, nuls: u32 = 0;
  const q = i8x16.splat(<i8>quoteByte), lf = i8x16.splat(10), cr = i8x16.splat(13), zero = i8x16.splat(0);
  let high = i8x16.splat(0);
  for (; p + 16 <= end; p += 16) {
    const v = v128.load(p);
    high = v128.or(high, v);
    quotes += popcnt(<u32>i8x16.bitmask(i8x16.eq(v, q)));
    feeds += popcnt(<u32>i8x16.bitmask(i8x16.eq(v, lf)));
    nuls += popcnt(<u32>i8x16.bitmask(i8x16.eq(v, zero)));
    const r = <u32>i8x16.bitmask(i8x16.eq(v, cr));
    if (r) {
      returns += popcnt(r);
      pairs += popcnt(r & <u32>i8x16.bitmask(i8x16.eq(v128.load(p, 1), lf)));
    }
  }
  let rest: u32 = 0;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    rest |= c;
    quotes += u32(c == quoteByte);
    feeds += u32(c == 10);
    nuls += u32(c == 0);
    if (c == 13) {
      returns++;
      pairs += u32(load<u8>(p, 1) == 10);
    }
  }
  result.quotes = quotes;
  result.lineFeeds = feeds;
  result.returns = returns;
  result.pairs = pairs;
  result.nonAscii = u32(i8x16.bitmask(high) != 0 || (rest & 0x80) != 0);
  result.nuls = nuls;
}

/** Physical lines that end in [p, end): LF, CRLF and CR each end one. */
export function countLines(p: usize, end: usize): u32 {
  let lines: u32 = 0;
  const lf = i8x16.splat(10), cr = i8x16.splat(13);
  for (; p + 16 <= end; p += 16) {
    const v = v128.load(p);
    lines += popcnt(<u32>i8x16.bitmask(i8x16.eq(v, lf)));
    const r = <u32>i8x16.bitmask(i8x16.eq(v, cr));
    if (r) lines += popcnt(r & ~<u32>i8x16.bitmask(i8x16.eq(v128.load(p, 1), lf)));
  }
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == 10 || (c == 13 && load<u8>(p, 1) != 10)) lines++;
  }
  return lines;
}

/** Turns carriage returns that end a line by themselves into line feeds; those inside quotes belong to their cell. */
export function mendReturns(p: usize, end: usize, inside: i32): void {
  let within = inside != 0;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c == quoteByte) within = !within;
    else if (c == 13 && !within && load<u8>(p, 1) != 10) store<u8>(p, 10);
  }
}

/** The first byte in [p, end) that is not part of well-formed UTF-8 (RFC 3629), else 0. Bytes behind `end` may finish the last character. */
export function invalidUtf8(p: usize, end: usize, limit: usize): usize {
  while (p < end) {
    if (p + 16 <= end && !i8x16.bitmask(v128.load(p))) {
      p += 16;
      continue;
    }
    const c = <u32>load<u8>(p);
    if (c < 0x80) {
      p++;
      continue;
    }
    let more: usize = 0, low: u32 = 0x80, high: u32 = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) more = 1;
    else if (c >= 0xe0 && c <= 0xef) {
      more = 2;
      if (c == 0xe0) low = 0xa0;
      else if (c == 0xed) high = 0x9f;
    } else if (c >= 0xf0 && c <= 0xf4) {
      more = 3;
      if (c == 0xf0) low = 0x90;
      else if (c == 0xf4) high = 0x8f;
    } else return p;
    if (p + more >= limit) return p;
    const second = <u32>load<u8>(p, 1);
    if (second < low || second > high) return p;
    if (more > 1 && (load<u8>(p, 2) & 0xc0) != 0x80) return p;
    if (more > 2 && (load<u8>(p, 3) & 0xc0) != 0x80) return p;
    p += more + 1;
  }
  return 0;
}

/** The first byte c in [p, end), else 0. */
export function find(p: usize, end: usize, c: u32): usize {
  const wanted = i8x16.splat(<i8>c);
  for (; p + 16 <= end; p += 16) {
    const m = <u32>i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (m) return p + ctz(m);
  }
  for (; p < end; p++) if (load<u8>(p) == <u8>c) return p;
  return 0;
}
