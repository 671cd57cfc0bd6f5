import { packedBytes } from './parquet-runs';
import { NONE, varint, varintEnd } from './varint';

// Encodings of Parquet that become plain values.

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
