import { alloc, codePoints, countDistinct, equalTexts, hashText, quoteByte, release } from './bytes';
import { Cells } from './numbers';

// A column of texts: each distinct text is kept once, with its count and what rules it breaks, while there are not too
// many; so that most rows cost one hash and one comparison. Texts that "mean nothing" and lists of valid values are
// entries from the start.

/** Flags of a row and of an entry: bits 0 to 13 are rules that it breaks. */
const NULL: u32 = 0x8000, MISFIT: u32 = 0x4000;
/** Flag of an entry whose rules TypeScript has still to weigh. */
const PENDING: u32 = 0x10000;
/** Flag of an entry that is one of the valid values of the list. */
const LISTED: u32 = 0x20000;

const enum Kind {
  automaton = 1,
  values = 2,
  length = 3,
  test = 4,
}

@unmanaged export class Rule {
  kind: u32;
  /** Transition table (u16 by state and byte), or fewest characters. */
  a: usize;
  /** Accepting states (u8 each), or most characters. */
  b: usize;
  /** Start state. */
  c: u32;
}

/** State of an automaton that met a byte beyond ASCII: TypeScript decides. */
const BEYOND: u32 = 1;

@unmanaged export class TextColumn {
  // What TypeScript reads, as words.
  count: u32;
  nulls: u32;
  minLength: u32;
  maxLength: u32;
  totalLength: f64;
  /** Distinct texts seen, and their bytes; meaningless once `open` is 0. */
  seen: u32;
  seenBytes: u32;
  open: u32;
  /** Entries, those put in beforehand included. */
  size: u32;
  // Of the last batch.
  broken: u32;
  slow: u32;
  misfits: u32;
  /** Longest text put in beforehand. */
  seedLength: u32;
  hasValues: u32;
  capacity: u32;
  capacityBytes: u32;
  slots: u32;
  slotHash: usize;
  slotEntry: usize;
  counts: usize;
  flags: usize;
  offsets: usize;
  arena: usize;
  arenaSize: u32;
  registers: usize;
  rules: usize;
  ruleCount: u32;
  scratch: usize;
  scratchSize: u32;
}

export function newTextColumn(capacity: u32, capacityBytes: u32, seeds: u32, seedBytes: u32): TextColumn {
  const s = changetype<TextColumn>(alloc(offsetof<TextColumn>()));
  s.minLength = 0xffffffff;
  s.open = 1;
  s.capacity = capacity;
  s.capacityBytes = capacityBytes;
  s.slots = 1;
  while (s.slots < (capacity + seeds) * 2 + 2) s.slots <<= 1;
  const entries = <i32>(capacity + seeds + 2);
  s.slotHash = alloc(<i32>s.slots << 2);
  s.slotEntry = alloc(<i32>s.slots << 2);
  s.counts = alloc(entries << 2);
  s.flags = alloc(entries << 2);
  s.offsets = alloc((entries + 1) << 2);
  s.arenaSize = capacityBytes + seedBytes + 65536;
  s.arena = alloc(<i32>s.arenaSize);
  s.rules = alloc(14 * offsetof<Rule>());
  return s;
}

export function addRule(s: TextColumn, kind: u32, a: usize, b: usize, c: u32): void {
  const rule = changetype<Rule>(s.rules + <usize>s.ruleCount * offsetof<Rule>());
  rule.kind = kind;
  rule.a = a;
  rule.b = b;
  rule.c = c;
  if (kind == Kind.values) s.hasValues = 1;
  s.ruleCount++;
}

// @ts-ignore: decorator
@inline function entryOf(s: TextColumn, p: usize, length: usize, h: u64): u32 {
  const mask = s.slots - 1, high = <u32>(h >> 32);
  let at = <usize>(<u32>h & mask) << 2, entry = load<u32>(s.slotEntry + at);
  while (entry) {
    if (load<u32>(s.slotHash + at) == high) {
      const from = load<u32>(s.offsets + (<usize>(entry - 1) << 2));
      if (load<u32>(s.offsets + (<usize>entry << 2)) - from == <u32>length && equalTexts(s.arena + from, p, length)) return entry;
    }
    at = (at + 4) & ((<usize>mask << 2) | 3);
    entry = load<u32>(s.slotEntry + at);
  }
  return 0;
}

/** A new entry, or 0 when its text does not fit. */
function insert(s: TextColumn, p: usize, length: usize, h: u64, flags: u32): u32 {
  const from = load<u32>(s.offsets + (<usize>s.size << 2));
  if (from + <u32>length > s.arenaSize || s.size + 1 >= s.slots >> 1) return 0;
  const mask = s.slots - 1;
  let at = <usize>(<u32>h & mask) << 2;
  while (load<u32>(s.slotEntry + at)) at = (at + 4) & ((<usize>mask << 2) | 3);
  memory.copy(s.arena + from, p, length);
  store<u32>(s.flags + (<usize>s.size << 2), flags);
  store<u32>(s.counts + (<usize>s.size << 2), 0);
  s.size++;
  store<u32>(s.offsets + (<usize>s.size << 2), from + <u32>length);
  store<u32>(s.slotHash + at, <u32>(h >> 32));
  store<u32>(s.slotEntry + at, s.size);
  return s.size;
}

/** Puts a text in beforehand: one that means "no value" (`valid` 0) or a valid one of the list. */
export function seedText(s: TextColumn, p: usize, length: u32, valid: u32): void {
  const h = hashText(p, length);
  let entry = entryOf(s, p, length, h);
  if (!entry) entry = insert(s, p, length, h, 0);
  if (!entry) return;
  const at = s.flags + (<usize>(entry - 1) << 2);
  store<u32>(at, load<u32>(at) | (valid ? LISTED : NULL));
  s.seedLength = max(s.seedLength, length);
}

/** The rules of a list of values are known only when all seeds are in: entries that are not listed break them. */
export function sealSeeds(s: TextColumn): void {
  for (let e: u32 = 0; e < s.size; e++) {
    const at = s.flags + (<usize>e << 2), flags = load<u32>(at);
    if (flags & NULL) continue;
    const p = s.arena + load<u32>(s.offsets + (<usize>e << 2)), end = s.arena + load<u32>(s.offsets + (<usize>(e + 1) << 2));
    store<u32>(at, flags | weigh(s, p, end, (flags & LISTED) != 0));
  }
}

/** The rules that a text breaks, PENDING where TypeScript must be asked. */
function weigh(s: TextColumn, p: usize, end: usize, listed: bool): u32 {
  let flags: u32 = 0;
  for (let i: u32 = 0; i < s.ruleCount; i++) {
    const rule = changetype<Rule>(s.rules + <usize>i * offsetof<Rule>());
    if (rule.kind == Kind.automaton) {
      let state = rule.c;
      const table = rule.a;
      for (let at = p; at < end; at++) state = load<u16>(table + (<usize>((state << 8) | <u32>load<u8>(at)) << 1));
      if (state == BEYOND) flags |= PENDING;
      else if (!load<u8>(rule.b + state)) flags |= 1 << i;
    } else if (rule.kind == Kind.values) {
      if (!listed) flags |= 1 << i;
    } else if (rule.kind == Kind.length) {
      const bytes = <u32>(end - p);
      // Bytes bound characters: few texts need to be counted.
      if (bytes < <u32>rule.a || bytes > <u32>rule.b || bytes < 4 * <u32>rule.a) {
        const length = codePoints(p, end);
        if (length < <u32>rule.a || length > <u32>rule.b) flags |= 1 << i;
      }
    } else flags |= PENDING;
  }
  return flags;
}

function roomFor(s: TextColumn, bytes: u32): usize {
  if (bytes > s.scratchSize) {
    if (s.scratch) release(s.scratch);
    s.scratchSize = bytes * 2 + 4096;
    s.scratch = alloc(<i32>s.scratchSize);
  }
  return s.scratch;
}

/** `""` becomes `"`; a quote alone, which relaxed reading lets stand, is itself. Returns the end of the text at the scratch. */
function unquote(p: usize, end: usize, out: usize): usize {
  while (p < end) {
    const c = load<u8>(p);
    store<u8>(out++, c);
    p += c == <u8>quoteByte && load<u8>(p, 1) == <u8>quoteByte ? 2 : 1;
  }
  return out;
}

function hexadecimal(p: usize): u32 {
  let value: u32 = 0;
  for (let i = 0; i < 4; i++) {
    const c = <u32>load<u8>(p + i);
    const digit = c - 48 <= 9 ? c - 48 : (c | 32) - 87;
    value = (value << 4) | (digit & 15);
  }
  return value;
}

/** The text of a JSON string, which the cutter found to be well formed. */
function unescape(p: usize, end: usize, out: usize): usize {
  while (p < end) {
    const c = <u32>load<u8>(p++);
    if (c != 92) {
      store<u8>(out++, <u8>c);
      continue;
    }
    const e = <u32>load<u8>(p++);
    if (e == 117) {
      let code = hexadecimal(p);
      p += 4;
      if (code >> 10 == 54 && p + 6 <= end && load<u8>(p) == 92 && load<u8>(p, 1) == 117) {
        const low = hexadecimal(p + 2);
        if (low >> 10 == 55) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
          p += 6;
        }
      }
      if (code >> 11 == 27) code = 0xfffd; // half of a pair stands for nothing
      if (code < 0x80) store<u8>(out++, <u8>code);
      else if (code < 0x800) {
        store<u8>(out++, <u8>(0xc0 | (code >> 6)));
        store<u8>(out++, <u8>(0x80 | (code & 63)));
      } else if (code < 0x10000) {
        store<u8>(out++, <u8>(0xe0 | (code >> 12)));
        store<u8>(out++, <u8>(0x80 | ((code >> 6) & 63)));
        store<u8>(out++, <u8>(0x80 | (code & 63)));
      } else {
        store<u8>(out++, <u8>(0xf0 | (code >> 18)));
        store<u8>(out++, <u8>(0x80 | ((code >> 12) & 63)));
        store<u8>(out++, <u8>(0x80 | ((code >> 6) & 63)));
        store<u8>(out++, <u8>(0x80 | (code & 63)));
      }
      continue;
    }
    store<u8>(out++, <u8>(e == 110 ? 10 : e == 116 ? 9 : e == 114 ? 13 : e == 98 ? 8 : e == 102 ? 12 : e));
  }
  return out;
}

/**
 * Takes one batch. `flags` gets a u16 for each row; `hashes` (0: not wanted) a u64. Rows that TypeScript must weigh
 * are listed at `slow` as (row, entry or 0). `weights` (0: each counts once) says how often each row counts: rows may be
 * the entries of a dictionary. `ascii` says that no byte of the block is beyond ASCII.
 */
export function addTexts(
  s: TextColumn, layout: usize, stride: u32, rows: u32, cells: i32, ascii: i32, flags: usize, hashes: usize, slow: usize, weights: usize,
): void {
  let nulls: u32 = 0, listed: u32 = 0, misfits: u32 = 0, broken: u32 = 0, count: u32 = 0, total: u64 = 0;
  let shortest = s.minLength, longest = s.maxLength, open = s.open != 0;
  const seedLength = s.seedLength, ruled = s.ruleCount != 0, quote: u32 = cells == Cells.json ? 34 : quoteByte;
  for (let r: u32 = 0; r < rows; r++, layout += stride) {
    let w: u32 = 1;
    if (weights) {
      w = load<u32>(weights + (<usize>r << 2));
      if (!w) continue;
    }
    let p = <usize>load<u32>(layout) + 1, end = <usize>load<u32>(layout, 4);
    const quoted = <u32>load<u8>(p) == quote && p < end;
    let none = p >= end;
    if (cells == Cells.csv) {
      if (quoted) {
        p++;
        end--;
        none = p >= end;
        let at = p;
        while (at < end && load<u8>(at) != <u8>quoteByte) at++;
        if (at < end) {
          const out = roomFor(s, <u32>(end - p));
          end = unquote(p, end, out);
          p = out;
        }
      }
    } else if (cells == Cells.json) {
      if (quoted) {
        p++;
        end--;
        let at = p;
        while (at < end && load<u8>(at) != 92) at++;
        if (at < end) {
          const out = roomFor(s, <u32>(end - p));
          end = unescape(p, end, out);
          p = out;
        }
      } else if (!none) {
        misfits += w;
        broken |= MISFIT;
        store<u16>(flags + (<usize>r << 1), <u16>MISFIT);
        if (hashes) store<u64>(hashes + (<usize>r << 3), 0);
        continue;
      }
    } else none = p == 1; // the pair (0, 0)
    if (none) {
      nulls += w;
      store<u16>(flags + (<usize>r << 1), <u16>NULL);
      if (hashes) store<u64>(hashes + (<usize>r << 3), 0);
      continue;
    }
    const bytes = end - p, h = hashText(p, bytes);
    let entry: u32 = 0, f: u32 = 0;
    if (open || <u32>bytes <= seedLength) entry = entryOf(s, p, bytes, h);
    if (entry) {
      f = load<u32>(s.flags + (<usize>(entry - 1) << 2));
      if (f & NULL) {
        nulls += w;
        store<u16>(flags + (<usize>r << 1), <u16>NULL);
        if (hashes) store<u64>(hashes + (<usize>r << 3), 0);
        continue;
      }
    } else {
      if (ruled) f = weigh(s, p, end, false);
      if (open) {
        entry = insert(s, p, bytes, h, f);
        if (!entry) {
          close(s);
          open = false;
        }
      }
    }
    if (open) {
      const at = s.counts + (<usize>(entry - 1) << 2), before = load<u32>(at);
      store<u32>(at, before + w);
      if (!before) {
        s.seen++;
        s.seenBytes += <u32>bytes;
        if (s.seen > s.capacity || s.seenBytes > s.capacityBytes) {
          close(s);
          open = false;
        }
      }
    } else countDistinct(s.registers, h);
    count += w;
    const length = ascii ? <u32>bytes : codePoints(p, end);
    total += <u64>length * w;
    shortest = min(shortest, length);
    longest = max(longest, length);
    if (hashes) store<u64>(hashes + (<usize>r << 3), h ? h : 1);
    if (f & PENDING) {
      store<u32>(slow + (<usize>listed << 3), r);
      store<u32>(slow + (<usize>listed << 3), entry, 4);
      listed++;
    }
    f &= 0x3fff;
    broken |= f;
    store<u16>(flags + (<usize>r << 1), <u16>f);
  }
  s.count += count;
  s.nulls = nulls;
  s.misfits = misfits;
  s.slow = listed;
  s.broken = broken;
  s.totalLength += <f64>total;
  s.minLength = shortest;
  s.maxLength = longest;
}

/** From now on texts are only estimated: all seen so far go into the registers, the one that was too many included. */
function close(s: TextColumn): void {
  s.open = 0;
  s.registers = alloc(1 << 14);
  for (let e: u32 = 0; e < s.size; e++) {
    if (!load<u32>(s.counts + (<usize>e << 2))) continue;
    const from = load<u32>(s.offsets + (<usize>e << 2)), to = load<u32>(s.offsets + (<usize>(e + 1) << 2));
    countDistinct(s.registers, hashText(s.arena + from, to - from));
  }
}

/** What TypeScript found of an entry that was pending. */
export function settleEntry(s: TextColumn, entry: u32, flags: u32): void {
  const at = s.flags + (<usize>(entry - 1) << 2);
  store<u32>(at, (load<u32>(at) & LISTED) | (flags & 0x3fff));
}

/** Rows of the last batch that have a flag. */
export function countFlag(flags: usize, rows: u32, bit: u32): u32 {
  let n: u32 = 0;
  const mask = i16x8.splat(<i16>bit), zero = i16x8.splat(0);
  let p = flags;
  const end = flags + (<usize>rows << 1);
  for (; p + 16 <= end; p += 16) n += popcnt(<u32>i16x8.bitmask(i16x8.ne(v128.and(v128.load(p), mask), zero)));
  for (; p < end; p += 2) n += u32((load<u16>(p) & bit) != 0);
  return n;
}
