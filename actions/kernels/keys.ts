import { alloc, mix, release } from './bytes';
import { MISFIT, NOTHING } from './numbers';

// Keys of rows: 64-bit hashes with the position of their row, collected in runs and sorted by hash.

/** Turns the bits of a double into a hash and back; chosen so that no number has the hash 0. */
const NO_NUMBER: u64 = 0x7ff8dead0badf00d;

/** Hashes of numbers, 0 for none. A bijection: equal hashes are equal numbers. */
export function hashNumbers(values: usize, rows: u32, out: usize): void {
  for (const end = values + (<usize>rows << 3); values < end; values += 8, out += 8) {
    const w = load<u64>(values);
    if (w == NOTHING || w == MISFIT) store<u64>(out, 0);
    else store<u64>(out, mix((w == 0x8000000000000000 ? 0 : w) ^ NO_NUMBER));
  }
}

/** Joins the hashes of one more column into those of a compound key. `strict`: a row without a value has no key. */
export function joinHashes(keys: usize, hashes: usize, rows: u32, first: i32, strict: i32): void {
  for (const end = keys + (<usize>rows << 3); keys < end; keys += 8, hashes += 8) {
    const h = load<u64>(hashes), k = load<u64>(keys);
    if (strict && (!h || (!first && !k))) store<u64>(keys, 0);
    else {
      const joined = mix((first ? 0x9e3779b97f4a7c15 : k * 31) + (h ? h : 0x2545f4914f6cdd1d));
      store<u64>(keys, joined ? joined : 1);
    }
  }
}

/** Appends (hash, position) of the rows that have a key; returns how many. Positions are base + step·row, or base + the address before the row. */
export function appendKeys(run: usize, keys: usize, rows: u32, base: u64, layout: usize, stride: u32): u32 {
  let at = run;
  for (let r: u32 = 0; r < rows; r++, keys += 8) {
    const h = load<u64>(keys);
    if (h) {
      store<u64>(at, h);
      store<u64>(at, base + (layout ? <u64>load<u32>(layout + <usize>(r * stride)) : <u64>r), 8);
      at += 16;
    }
  }
  return <u32>((at - run) >> 4);
}

/** Sorts entries of 16 bytes by their first 8 as an unsigned number, equal ones in their order; radix by 11 bits, then insertion. */
export function sortKeys(run: usize, n: u32): void {
  if (n < 2) return;
  const other = alloc(<i32>(n << 4)), counts = alloc(2048 << 2);
  let from = run, to = other;
  for (let pass: u64 = 0; pass < 3; pass++) {
    const shift = 31 + 11 * pass;
    memory.fill(counts, 0, 2048 << 2);
    for (let p = from, end = from + (<usize>n << 4); p < end; p += 16) {
      const c = counts + (<usize>((load<u64>(p) >> shift) & 2047) << 2);
      store<u32>(c, load<u32>(c) + 1);
    }
    let sum: u32 = 0;
    for (let c = counts, end = counts + (2048 << 2); c < end; c += 4) {
      const k = load<u32>(c);
      store<u32>(c, sum);
      sum += k;
    }
    for (let p = from, end = from + (<usize>n << 4); p < end; p += 16) {
      const c = counts + (<usize>((load<u64>(p) >> shift) & 2047) << 2), i = load<u32>(c);
      store<u32>(c, i + 1);
      v128.store(to + (<usize>i << 4), v128.load(p));
    }
    const swap = from;
    from = to;
    to = swap;
  }
  memory.copy(run, from, <usize>n << 4);
  release(other);
  release(counts);
  // Rarely do two hashes share their upper 33 bits.
  for (let p = run + 16, end = run + (<usize>n << 4); p < end; p += 16) {
    const h = load<u64>(p);
    if (load<u64>(p - 16) <= h) continue;
    const entry = v128.load(p);
    let q = p;
    while (q > run && load<u64>(q - 16) > h) {
      v128.store(q, v128.load(q - 16));
      q -= 16;
    }
    v128.store(q, entry);
  }
}

/** Sorts doubles ascending: radix by 11 bits over 64; `other` has room for as many. NaN is last. */
export function sortDoubles(values: usize, other: usize, n: u32): void {
  const end = values + (<usize>n << 3);
  for (let p = values; p < end; p += 8) {
    const w = load<u64>(p);
    store<u64>(p, w ^ (<u64>(<i64>w >> 63) | 0x8000000000000000));
  }
  const counts = alloc(6 * 2048 * 4);
  for (let p = values; p < end; p += 8) {
    const w = load<u64>(p);
    for (let pass: u32 = 0; pass < 6; pass++) {
      const c = counts + <usize>(pass << 13) + (<usize>((w >> <u64>(11 * pass)) & 2047) << 2);
      store<u32>(c, load<u32>(c) + 1);
    }
  }
  let from = values, to = other;
  for (let pass: u32 = 0; pass < 6; pass++) {
    const base = counts + <usize>(pass << 13), shift = <u64>(11 * pass);
    if (load<u32>(base + (<usize>((load<u64>(from) >> shift) & 2047) << 2)) == n) continue; // all alike here
    let sum: u32 = 0;
    for (let c = base, stop = base + 8192; c < stop; c += 4) {
      const k = load<u32>(c);
      store<u32>(c, sum);
      sum += k;
    }
    for (let p = from, stop = from + (<usize>n << 3); p < stop; p += 8) {
      const w = load<u64>(p), c = base + (<usize>((w >> shift) & 2047) << 2), i = load<u32>(c);
      store<u32>(c, i + 1);
      store<u64>(to + (<usize>i << 3), w);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  if (from != values) memory.copy(values, from, <usize>n << 3);
  release(counts);
  for (let p = values; p < end; p += 8) {
    const w = load<u64>(p);
    store<u64>(p, w ^ (~(<u64>(<i64>w >> 63)) | 0x8000000000000000));
  }
}
