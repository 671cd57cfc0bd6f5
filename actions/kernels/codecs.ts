import { NONE, varint, varintEnd } from './varint';

// Codecs of Parquet and Arrow. Buffers have 64 readable bytes past their end, so that words may be loaded whole.

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
