import { alloc, equalTexts, hashText, release } from './bytes';

// Cuts records of JSON into cells: one object a line, or the objects of one array. Every byte is held to the grammar
// of RFC 8259 on the way. Which key comes next is predicted from the record before, whatever the order of keys; so most
// keys cost one comparison. What is not JSON, and keys never met, stop the cut, and TypeScript says what is to be done.

/** Why a cut stopped; numbered as lib/columns/json-fault.ts has them. */
const enum Stop {
  none = 0,
  unfamiliar = 1,
  notObject = 2,
  key = 3,
  colon = 4,
  value = 5,
  number = 6,
  text = 7,
  escape = 8,
  separator = 9,
  twice = 10,
  deep = 11,
  behindRecord = 12,
  notArray = 13,
  behindArray = 14,
  long = 15,
}

@unmanaged export class JsonCut {
  /** Address behind the last complete record (and the comma after it, in an array). */
  consumed: u32;
  rows: u32;
  stop: u32;
  /** Where it stopped, and where the token there, or the record, begins. */
  at: u32;
  token: u32;
  /** Some text of these rows has an escape, so that bytes do not bound characters. */
  escaped: u32;
  /** Where in an array the next cut begins: before it, at a first element or its end, at an element, at a comma, behind it. */
  part: u32;
  /** Bytes that a record may have. */
  longest: u32;
}

const enum Part {
  before = 0,
  first = 1,
  element = 2,
  comma = 3,
  behind = 4,
}

/** Levels of nesting in one record, itself included. */
const MAX_DEPTH: u32 = 200;
const brackets = memory.data(256);

let stop: u32 = 0, stoppedAt: usize = 0, token: usize = 0, escaped: u32 = 0;

/** Spellings of keys, each with the number of its column. */
@unmanaged export class JsonKeys {
  columns: u32;
  size: u32;
  capacity: u32;
  slots: u32;
  slotEntry: usize;
  entries: usize;
  /** For each column, the last record that had it. */
  stamps: usize;
  stamp: u32;
}

/** A spelling between quotes, with a colon behind. */
@unmanaged class Key {
  at: usize;
  length: u32;
  column: u32;
  /** The key that came after this one last time. */
  next: usize;
}

/** A table for so many spellings. Columns beyond `columns` are passed over, but must not stand twice in a record either. */
export function newJsonKeys(columns: u32, capacity: u32): JsonKeys {
  const keys = changetype<JsonKeys>(alloc(offsetof<JsonKeys>()));
  keys.columns = columns;
  keys.capacity = capacity;
  keys.slots = 4;
  while (keys.slots < capacity * 2) keys.slots <<= 1;
  keys.slotEntry = alloc(<i32>keys.slots << 2);
  keys.entries = alloc((<i32>capacity + 1) * offsetof<Key>()); // the first stands for the brace
  keys.stamps = alloc((<i32>capacity + 1) << 2);
  return keys;
}

export function releaseJsonKeys(keys: JsonKeys): void {
  release(keys.slotEntry);
  release(keys.entries);
  release(keys.stamps);
  release(changetype<usize>(keys));
}

/** @param at - the key with its quotes and a colon, `length` bytes, which stay there */
export function addJsonKey(keys: JsonKeys, at: usize, length: u32, column: u32): void {
  const entry = changetype<Key>(keys.entries + <usize>++keys.size * offsetof<Key>());
  entry.at = at;
  entry.length = length;
  entry.column = column;
  entry.next = 0;
  const mask = keys.slots - 1;
  let slot = <u32>hashText(at + 1, length - 3) & mask;
  while (load<u32>(keys.slotEntry + (<usize>slot << 2))) slot = (slot + 1) & mask;
  store<u32>(keys.slotEntry + (<usize>slot << 2), <u32>changetype<usize>(entry));
}

// @ts-ignore: decorator
@inline function fail(reason: u32, at: usize, start: usize): usize {
  stop = reason;
  stoppedAt = at;
  token = start;
  return 0;
}

/** White space; `feed` is 10 where a line feed is some, else 32. */
// @ts-ignore: decorator
@inline function blank(p: usize, feed: u32): usize {
  let c = <u32>load<u8>(p);
  while (c == 32 || c == feed || c == 9 || c == 13) c = <u32>load<u8>(++p);
  return p;
}

// @ts-ignore: decorator
@inline function startsWith(p: usize, key: usize, length: u32): bool {
  for (; length >= 16; length -= 16, p += 16, key += 16)
    if (i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(key))) != 0xffff) return false;
  const wanted = (1 << length) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(key))) & wanted) == wanted;
}

// @ts-ignore: decorator
@inline function isHexadecimal(c: u32): bool {
  return c - 48 <= 9 || (c | 32) - 97 <= 5;
}

/** Address behind the text that opens at p; 0 with `stop` where it is none. A control character ends it in any case. */
function skipText(p: usize): usize {
  const start = p++, quote = i8x16.splat(34), backslash = i8x16.splat(92), control = i8x16.splat(32);
  while (true) {
    const v = v128.load(p);
    const m = <u32>i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, quote), i8x16.eq(v, backslash)), i8x16.lt_u(v, control)));
    if (!m) {
      p += 16;
      continue;
    }
    p += <usize>ctz(m);
    const c = <u32>load<u8>(p);
    if (c == 34) return p + 1;
    if (c != 92) return fail(Stop.text, p, start);
    escaped = 1;
    const e = <u32>load<u8>(p, 1);
    if (e == 117) {
      for (let i: usize = 2; i < 6; i++) if (!isHexadecimal(<u32>load<u8>(p + i))) return fail(Stop.escape, p, start);
      p += 6;
    } else if (e == 34 || e == 92 || e == 47 || e == 98 || e == 102 || e == 110 || e == 114 || e == 116) p += 2;
    else return fail(Stop.escape, p, start);
  }
}

/** Address behind the number at p. Most are told by one mask of digits. */
function skipNumber(p: usize): usize {
  const start = p;
  if (load<u8>(p) == 45) p++;
  const digits = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(p), i8x16.splat(48)), i8x16.splat(10)));
  const whole = ctz(~digits);
  if (whole && whole < 15 && (whole == 1 || load<u8>(p) != 48)) {
    const q = p + <usize>whole, c = <u32>load<u8>(q);
    if (c == 44 || c == 125) return q;
    if (c == 46) {
      const fraction = ctz(~(digits >> (whole + 1))), behind = q + 1 + <usize>fraction, d = <u32>load<u8>(behind);
      if (fraction && whole + fraction < 15 && (d == 44 || d == 125)) return behind;
    }
  }
  if (<u32>load<u8>(p) - 48 > 9) return fail(Stop.number, p, start);
  if (load<u8>(p) == 48) p++;
  else while (<u32>load<u8>(p) - 48 <= 9) p++;
  if (load<u8>(p) == 46) {
    if (<u32>load<u8>(++p) - 48 > 9) return fail(Stop.number, p, start);
    while (<u32>load<u8>(p) - 48 <= 9) p++;
  }
  if ((load<u8>(p) | 32) == 101) {
    const sign = load<u8>(++p);
    if (sign == 43 || sign == 45) p++;
    if (<u32>load<u8>(p) - 48 > 9) return fail(Stop.number, p, start);
    while (<u32>load<u8>(p) - 48 <= 9) p++;
  }
  return p;
}

/** Address behind the text, number or literal at p. */
function skipScalar(p: usize): usize {
  const c = <u32>load<u8>(p);
  if (c == 34) return skipText(p);
  if (c == 45 || c - 48 <= 9) return skipNumber(p);
  const word = load<u32>(p);
  if (word == 0x65757274 || word == 0x6c6c756e) return p + 4; // true, null
  if (word == 0x736c6166 && load<u8>(p, 4) == 101) return p + 5; // false
  return fail(Stop.value, p, p);
}

/** From a key of an inner object to its value. */
function skipKey(p: usize, feed: u32): usize {
  if (load<u8>(p) != 34) return fail(Stop.key, p, p);
  p = skipText(p);
  if (!p) return 0;
  p = blank(p, feed);
  if (load<u8>(p) != 58) return fail(Stop.colon, p, p);
  return blank(p + 1, feed);
}

/** Address behind the object or array at p. */
function skipNested(p: usize, feed: u32): usize {
  let depth: u32 = 1;
  while (true) {
    const c = <u32>load<u8>(p);
    let ended = true;
    if (c == 123 || c == 91) {
      if (++depth > MAX_DEPTH) return fail(Stop.deep, p, p);
      store<u8>(brackets + depth, <u8>c);
      p = blank(p + 1, feed);
      if (load<u8>(p) == <u8>(c + 2)) {
        p++;
        depth--;
      } else {
        if (c == 123) p = skipKey(p, feed);
        ended = false;
      }
    } else p = skipScalar(p);
    if (!p) return 0;
    while (ended) {
      if (depth == 1) return p;
      p = blank(p, feed);
      const d = <u32>load<u8>(p), open = <u32>load<u8>(brackets + depth);
      if (d == 44) {
        p = blank(p + 1, feed);
        if (open == 123) p = skipKey(p, feed);
        if (!p) return 0;
        ended = false;
      } else if (d == open + 2) {
        p++;
        depth--;
      } else return fail(Stop.separator, p, p);
    }
  }
}

/** Of the last key that was looked up: address behind its colon. */
let behindColon: usize = 0;

/** The key at p that was not predicted, or 0. */
function lookUp(keys: JsonKeys, p: usize, feed: u32): usize {
  if (load<u8>(p) != 34) return fail(Stop.key, p, p);
  const end = skipText(p);
  if (!end) return 0;
  const colon = blank(end, feed);
  if (load<u8>(colon) != 58) return fail(Stop.colon, colon, p);
  behindColon = colon + 1;
  const length = <u32>(end - p), mask = keys.slots - 1;
  let slot = <u32>hashText(p + 1, length - 2) & mask;
  while (true) {
    const at = <usize>load<u32>(keys.slotEntry + (<usize>slot << 2));
    if (!at) return fail(Stop.unfamiliar, end, p);
    const key = changetype<Key>(at);
    if (key.length == length + 1 && equalTexts(key.at, p, length)) return at;
    slot = (slot + 1) & mask;
  }
}

/**
 * Reads the object at p into a row: the address before it (before its line, in JSON Lines) and the address behind it, then such a pair for each column;
 * (0, 0) for `null` and for keys that are not there. Returns the address behind it; 0 with `stop`.
 */
function readRecord(p: usize, row: usize, keys: JsonKeys, feed: u32): usize {
  if (load<u8>(p) != 123) return fail(Stop.notObject, p, p);
  const columns = keys.columns, stamps = keys.stamps, cells = row + 8;
  if (!++keys.stamp) {
    memory.fill(stamps, 0, <usize>(keys.capacity + 1) << 2);
    keys.stamp = 1;
  }
  const stamp = keys.stamp;
  let found: u32 = 0, key = changetype<Key>(keys.entries);
  store<u32>(row, <u32>(p - 1));
  p = blank(p + 1, feed);
  if (load<u8>(p) == 125) p++;
  else while (true) {
    const start = p;
    let next = key.next;
    if (next && startsWith(p, changetype<Key>(next).at, changetype<Key>(next).length)) p += <usize>changetype<Key>(next).length;
    else {
      next = lookUp(keys, p, feed);
      if (!next) return 0;
      key.next = next;
      p = behindColon;
    }
    key = changetype<Key>(next);
    const column = key.column, seen = stamps + (<usize>column << 2);
    if (load<u32>(seen) == stamp) return fail(Stop.twice, start, start);
    store<u32>(seen, stamp);
    let c = <u32>load<u8>(p);
    if (c <= 32) {
      p = blank(p, feed);
      c = <u32>load<u8>(p);
    }
    const value = p;
    if (c == 34) p = skipText(p);
    else if (c - 48 <= 9 || c == 45) p = skipNumber(p);
    else if (c == 123 || c == 91) p = skipNested(p, feed);
    else p = skipScalar(p);
    if (!p) return 0;
    if (column < columns) {
      const cell = cells + (<usize>column << 3);
      store<u64>(cell, c == 110 ? 0 : (<u64>p << 32) | <u64>(value - 1));
      found++;
    }
    c = <u32>load<u8>(p);
    if (c <= 32) {
      p = blank(p, feed);
      c = <u32>load<u8>(p);
    }
    p++;
    if (c == 44) {
      if (load<u8>(p) <= 32) p = blank(p, feed);
      continue;
    }
    if (c == 125) break;
    return fail(Stop.separator, p - 1, value);
  }
  store<u32>(row, <u32>p, 4);
  if (found < columns) {
    for (let c: u32 = 0; c < columns; c++) if (load<u32>(stamps + (<usize>c << 2)) != stamp) store<u64>(cells + (<usize>c << 3), 0);
  }
  return p;
}

function note(cut: JsonCut, consumed: usize, rows: u32): void {
  cut.consumed = <u32>consumed;
  cut.rows = rows;
  cut.stop = stop;
  cut.at = <u32>stoppedAt;
  cut.token = <u32>token;
  cut.escaped = escaped;
}

/** Cuts JSON Lines in [p, end), which begins with a line and ends with a line feed. Blank lines are no rows. */
export function cutJsonLines(p: usize, end: usize, layout: usize, maxRows: u32, keys: JsonKeys, cut: JsonCut): void {
  const stride = <usize>(keys.columns + 1) << 3;
  let rows: u32 = 0;
  stop = 0;
  escaped = 0;
  while (p < end && rows < maxRows) {
    let q = p;
    if (load<u8>(q) != 123) {
      q = blank(q, 32);
      if (load<u8>(q) == 10) {
        p = q + 1;
        continue;
      }
    }
    const start = q;
    q = readRecord(q, layout, keys, 32);
    if (!q) break;
    if (<u32>(q - start) > cut.longest) {
      fail(Stop.long, start, start);
      break;
    }
    q = blank(q, 32);
    if (load<u8>(q) != 10) {
      fail(Stop.behindRecord, q, start);
      break;
    }
    // The line, which may begin with white space, decides to which block a row belongs.
    store<u32>(layout, <u32>(p - 1));
    p = q + 1;
    layout += stride;
    rows++;
  }
  note(cut, p, rows);
}

/** Cuts the objects of one array in [p, end), where `cut.part` says; the byte at `end` is 0. */
export function cutJsonArray(p: usize, end: usize, layout: usize, maxRows: u32, keys: JsonKeys, cut: JsonCut): void {
  const stride = <usize>(keys.columns + 1) << 3;
  let rows: u32 = 0, part = cut.part;
  stop = 0;
  escaped = 0;
  while (rows < maxRows) {
    p = blank(p, 10);
    if (p >= end) break;
    const c = <u32>load<u8>(p);
    if (part == Part.element || (part == Part.first && c != 93)) {
      const q = readRecord(p, layout, keys, 10);
      if (!q) break;
      if (<u32>(q - p) > cut.longest) {
        fail(Stop.long, p, p);
        break;
      }
      p = q;
      part = Part.comma;
      layout += stride;
      rows++;
      continue;
    }
    if (part == Part.before && c == 91) part = Part.first;
    else if (part == Part.comma && c == 44) part = Part.element;
    else if (c == 93 && (part == Part.comma || part == Part.first)) part = Part.behind;
    else {
      fail(part == Part.before ? Stop.notArray : part == Part.behind ? Stop.behindArray : Stop.separator, p, p);
      break;
    }
    p++;
  }
  cut.part = part;
  note(cut, p, rows);
}
