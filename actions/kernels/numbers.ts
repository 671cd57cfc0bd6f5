// Cells of one column become doubles, row by row. A cell is two words of a layout: the address before it, and `reach`
// words on the address behind it. What a kernel is not sure of goes to a list of rows that TypeScript decides, with
// the same grammar.

import { quoteByte } from './bytes';

/** The doubles of cells without a value and of values that are not of the type: two quiet NaNs. */
export const NOTHING: u64 = 0x7ff8000000000001;
export const MISFIT: u64 = 0x7ff8000000000002;

/** Where cells come from: bare text of CSV, tokens of JSON, or plain text of typed formats. */
export const enum Cells {
  csv = 0,
  json = 1,
  plain = 2,
}

@unmanaged export class Parsed {
  nulls: u32;
  /** Rows listed for TypeScript. */
  slow: u32;
}

const POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
  1e22,
]);

const ZEROS: u64 = 0x3030303030303030;

/** How many of the eight bytes of a word, less ASCII zeros, are digits from the first on. */
// @ts-ignore: decorator
@inline function digitsIn(word: u64): u64 {
  return ctz(((word + 0x7676767676767676) | word) & 0x8080808080808080) >> 3; // 8 where all are: ctz(0) is 64
}

/** The number that the first n bytes of a word, less ASCII zeros, are the digits of. */
// @ts-ignore: decorator
@inline function numberIn(word: u64, n: u64): u64 {
  let t = n ? word << ((8 - n) << 3) : 0; // zeros come in before the first digit
  t = (t * 10 + (t >> 8)) & 0x00ff00ff00ff00ff;
  t = (t * 100 + (t >> 16)) & 0x0000ffff0000ffff;
  return (t * 10000 + (t >> 32)) & 0xffffffff;
}

const TENS = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000]);

// What `scan` found: the number that the digits make, and behind the last of them.
let scanned: u64 = 0;

/** Reads digits from p on, at most 24 of them; returns the address behind them. Eighteen fit into `scanned`. */
// @ts-ignore: decorator
@inline function scan(p: usize, before: u64): usize {
  let w = load<u64>(p) ^ ZEROS, n = digitsIn(w);
  let m = before * load<u64>(TENS + <usize>(n << 3)) + numberIn(w, n);
  p += <usize>n;
  for (let more = 0; n == 8 && more < 2; more++) {
    w = load<u64>(p) ^ ZEROS;
    n = digitsIn(w);
    m = m * load<u64>(TENS + <usize>(n << 3)) + numberIn(w, n);
    p += <usize>n;
  }
  scanned = m;
  return p;
}

/**
 * Numbers of at most 18 digits that are a whole number up to 2^53 without their point: that number over a power of
 * ten up to 10^22 is rounded once, so it is right. `whole` wants integers, where `5.0` is one. `names`: digits that
 * begin with zero may be a name, which only TypeScript weighs.
 */
export function parseNumbers(
  layout: usize, stride: u32, rows: u32, out: usize, cells: i32, whole: i32, names: i32, slow: usize, parsed: Parsed,
): void {
  let nulls: u32 = 0, listed: u32 = 0;
  const quote = cells == Cells.csv ? quoteByte : 256;
  for (let r: u32 = 0; r < rows; r++, layout += stride, out += 8) {
    let p = <usize>load<u32>(layout) + 1, end = <usize>load<u32>(layout, 4);
    let c = <u32>load<u8>(p);
    if (c == quote && p < end) {
      end--;
      c = <u32>load<u8>(++p);
    }
    if (p >= end) {
      store<u64>(out, NOTHING);
      nulls++;
      continue;
    }
    const negative = c == 45, first = p + usize(negative);
    p = scan(first, 0);
    const digits = p - first;
    let m = scanned, fraction: usize = 0;
    if (p < end && load<u8>(p) == 46) {
      const point = ++p;
      p = scan(p, m);
      m = scanned;
      fraction = p - point;
    }
    let y = <f64>m;
    if (fraction && fraction < 19) y /= load<f64>(POWERS + (fraction << 3));
    const sure = p == end && digits && digits + fraction <= 18 && m <= (<u64>1 << 53);
    if (!sure || (whole && fraction && y != Math.floor(y)) || (names && digits > 1 && load<u8>(first) == 48)) {
      store<u64>(out, MISFIT);
      store<u32>(slow + (<usize>listed << 2), r);
      listed++;
      continue;
    }
    store<f64>(out, negative ? -y : y);
  }
  parsed.nulls = nulls;
  parsed.slow = listed;
}

// @ts-ignore: decorator
@inline function twoDigits(p: usize): i32 {
  const a = <u32>load<u8>(p) - 48, b = <u32>load<u8>(p, 1) - 48;
  return a <= 9 && b <= 9 ? <i32>(a * 10 + b) : -1;
}

const MONTHS = memory.data<u8>([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const DAY: f64 = 86400000.0;

/** Days since 1970-01-01 of `yyyy-mm-dd` in the proleptic Gregorian calendar, years 1 to 9999; else NaN. */
// @ts-ignore: decorator
@inline function dayAt(p: usize): f64 {
  const cc = twoDigits(p), yy = twoDigits(p + 2), month = twoDigits(p + 5), day = twoDigits(p + 8);
  if ((cc | yy | month | day) < 0 || load<u8>(p, 4) != 45 || load<u8>(p, 7) != 45) return NaN;
  const year = cc * 100 + yy;
  if (year < 1 || month < 1 || month > 12 || day < 1) return NaN;
  const leap = i32(month == 2 && yy % 4 == 0 && (yy != 0 || cc % 4 == 0));
  if (day > <i32>load<u8>(MONTHS + month) + leap) return NaN;
  const y = year - i32(month <= 2), era = y / 400, yearOfEra = y - era * 400; // years from March: the leap day is last
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return <f64>(era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468);
}

/** Milliseconds since 1970 of `yyyy-mm-ddThh:mm:ss[.fraction][Z|±hh:mm]`; UTC without a zone; else NaN. */
function instantAt(p: usize, end: usize): f64 {
  const day = dayAt(p), hour = twoDigits(p + 11), minute = twoDigits(p + 14), second = twoDigits(p + 17);
  const t = load<u8>(p, 10);
  if (day != day || (t != 84 && t != 32) || (hour | minute | second) < 0) return NaN;
  if (load<u8>(p, 13) != 58 || load<u8>(p, 16) != 58 || hour > 23 || minute > 59 || second > 59) return NaN;
  let ms = 0, offset = 0;
  p += 19;
  if (p < end && load<u8>(p) == 46) {
    let scale = 100, digits = 0, d = <u32>load<u8>(++p) - 48;
    for (; d <= 9 && digits < 9; digits++) {
      ms += <i32>d * scale;
      scale /= 10;
      d = <u32>load<u8>(++p) - 48;
    }
    if (!digits) return NaN;
  }
  if (p < end) {
    const zone = load<u8>(p);
    if (zone == 90) p++;
    else if ((zone == 43 || zone == 45) && end - p == 6 && load<u8>(p, 3) == 58) {
      const h = twoDigits(p + 1), m = twoDigits(p + 4);
      if ((h | m) < 0 || m > 59 || h * 60 + m > 1080) return NaN;
      offset = (zone == 43 ? 1 : -1) * (h * 60 + m);
      p += 6;
    } else return NaN;
  }
  if (p != end) return NaN;
  return day * DAY + <f64>(((hour * 60 + minute - offset) * 60 + second) * 1000 + ms);
}

/** Dates (`time` 0) or timestamps of ISO 8601, in milliseconds since 1970. */
export function parseDates(
  layout: usize, stride: u32, rows: u32, out: usize, cells: i32, time: i32, slow: usize, parsed: Parsed,
): void {
  let nulls: u32 = 0, listed: u32 = 0;
  for (let r: u32 = 0; r < rows; r++, layout += stride, out += 8) {
    let p = <usize>load<u32>(layout) + 1, end = <usize>load<u32>(layout, 4);
    const quoted = p < end && load<u8>(p) == (cells == Cells.json ? 34 : <u8>quoteByte) && cells != Cells.plain;
    if (quoted) {
      p++;
      end--;
    }
    if (p >= end && !(quoted && cells == Cells.json)) {
      store<u64>(out, NOTHING);
      nulls++;
      continue;
    }
    let y: f64 = NaN;
    if (quoted || cells != Cells.json) {
      if (!time) y = end - p == 10 ? dayAt(p) * DAY : NaN;
      else if (end - p >= 19) y = instantAt(p, end);
    }
    if (y == y) store<f64>(out, y);
    else {
      store<u64>(out, MISFIT);
      store<u32>(slow + (<usize>listed << 2), r);
      listed++;
    }
  }
  parsed.nulls = nulls;
  parsed.slow = listed;
}

/** `true` and `false`, also `True` and `False`, as 1 and 0. */
export function parseBooleans(
  layout: usize, stride: u32, rows: u32, out: usize, cells: i32, slow: usize, parsed: Parsed,
): void {
  let nulls: u32 = 0, listed: u32 = 0;
  for (let r: u32 = 0; r < rows; r++, layout += stride, out += 8) {
    let p = <usize>load<u32>(layout) + 1, end = <usize>load<u32>(layout, 4);
    if (p < end && load<u8>(p) == <u8>quoteByte && cells == Cells.csv) {
      p++;
      end--;
    }
    const length = end - p;
    if (p >= end) {
      store<u64>(out, NOTHING);
      nulls++;
    } else if (length == 4 && (load<u32>(p) == 0x65757274 || (load<u32>(p) == 0x65757254 && cells == Cells.csv))) store<f64>(out, 1);
    else if (
      length == 5 && load<u8>(p, 4) == 101 &&
      (load<u32>(p) == 0x736c6166 || (load<u32>(p) == 0x736c6146 && cells == Cells.csv))
    ) store<f64>(out, 0);
    else {
      store<u64>(out, MISFIT);
      store<u32>(slow + (<usize>listed << 2), r);
      listed++;
    }
  }
  parsed.nulls = nulls;
  parsed.slow = listed;
}

/** How many values lie outside of [low, high]; NaN lies nowhere. `open` bits: 1 excludes low itself, 2 excludes high. */
export function countOutside(values: usize, rows: u32, low: f64, high: f64, open: i32): u32 {
  let outside: u32 = 0;
  const end = values + (<usize>rows << 3);
  if (open) {
    for (let p = values; p < end; p += 8) {
      const x = load<f64>(p);
      outside += u32(x < low || x > high || (x == low && (open & 1) != 0) || (x == high && (open & 2) != 0));
    }
    return outside;
  }
  const lows = f64x2.splat(low), highs = f64x2.splat(high);
  let p = values;
  for (; p + 16 <= end; p += 16) {
    const x = v128.load(p), out = v128.or(f64x2.lt(x, lows), f64x2.gt(x, highs));
    outside += popcnt(i64x2.bitmask(out));
  }
  if (p < end) {
    const x = load<f64>(p);
    outside += u32(x < low || x > high);
  }
  return outside;
}

/** Rows without a value, and rows whose value is not of the type. */
export function countMisfits(values: usize, rows: u32): u32 {
  let n: u32 = 0;
  for (let r: u32 = 0; r < rows; r++) n += u32(load<u64>(values + (<usize>r << 3)) == MISFIT);
  return n;
}
