import { MISFIT } from './numbers';
import { spreadBits } from './parquet-runs';

// Stored numbers of Parquet as doubles.

const SAFE: i64 = 9007199254740992;

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
