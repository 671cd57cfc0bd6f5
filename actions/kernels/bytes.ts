// Sixteen bytes at a time: masks with a bit for each of 64 bytes, hashes, comparison. Sixty-four bytes behind every
// buffer may be read; what they hold never matters.

// Memory that nobody has used yet is zero but for the allocator's notes: links in a block's first words, and a word at
// the end of all memory there is, which stays behind when memory grows.
const LINKS: usize = 16, FENCE: usize = 64;
let used: usize = 0, fence: usize = 0;

/** Memory filled with zeros. What is zero already is left alone: pages that are never touched cost nothing. */
export function alloc(bytes: i32): usize {
  const size = <usize>bytes + 64, at = heap.alloc(size), end = at + size;
  if (!fence) fence = (<usize>memory.size() << 16) - FENCE;
  if (at < used || end > fence) memory.fill(at, 0, size);
  else memory.fill(at, 0, LINKS);
  used = max(used, end);
  return at;
}

export function release(at: usize): void {
  heap.free(at);
}

/** Bit i: byte i of the 64 at p equals the bytes of c. */
// @ts-ignore: decorator
@inline export function equal64(p: usize, c: v128): u64 {
  return (
    <u64>i8x16.bitmask(i8x16.eq(v128.load(p), c)) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 16), c)) << 16) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 32), c)) << 32) |
    (<u64>i8x16.bitmask(i8x16.eq(v128.load(p, 48), c)) << 48)
  );
}

/** Bit i becomes the parity of bits 0 to i: inside or outside of quotes. */
// @ts-ignore: decorator
@inline export function prefixXor(mask: u64): u64 {
  mask ^= mask << 1;
  mask ^= mask << 2;
  mask ^= mask << 4;
  mask ^= mask << 8;
  mask ^= mask << 16;
  mask ^= mask << 32;
  return mask;
}

/** A bijection of 64-bit words that spreads every bit. */
// @ts-ignore: decorator
@inline export function mix(x: u64): u64 {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  return x;
}

/** Hash of a text; lib/profile has the same in TypeScript, because shards must agree. */
// @ts-ignore: decorator
@inline export function hashText(p: usize, length: usize): u64 {
  let h: u64 = <u64>length * 0x9e3779b97f4a7c15;
  const end = p + length;
  for (; p + 8 <= end; p += 8) {
    h = (h ^ load<u64>(p)) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  }
  if (p < end) {
    h = (h ^ (load<u64>(p) & (((<u64>1) << (<u64>(end - p) << 3)) - 1))) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  }
  h *= 0xc4ceb9fe1a85ec53;
  h ^= h >> 29;
  return h;
}

// @ts-ignore: decorator
@inline export function equalTexts(a: usize, b: usize, length: usize): bool {
  const end = a + length;
  for (; a + 8 <= end; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  if (a == end) return true;
  return ((load<u64>(a) ^ load<u64>(b)) & (((<u64>1) << (<u64>(end - a) << 3)) - 1)) == 0;
}

/** Bytes of a word that continue a character of UTF-8. */
// @ts-ignore: decorator
@inline function continuing(word: u64): u64 {
  return popcnt((word >> 7) & ~(word >> 6) & 0x0101010101010101);
}

/** Code points of UTF-8: bytes that do not continue a character. */
// @ts-ignore: decorator
@inline export function codePoints(p: usize, end: usize): u32 {
  let n = <u32>(end - p);
  for (; p + 8 <= end; p += 8) n -= <u32>continuing(load<u64>(p));
  return p < end ? n - <u32>continuing(load<u64>(p) & (((<u64>1) << (<u64>(end - p) << 3)) - 1)) : n;
}

/** HyperLogLog with 2^14 registers. */
// @ts-ignore: decorator
@inline export function countDistinct(registers: usize, h: u64): void {
  const rank = <u8>clz((h << 14) | 0x2000) + 1;
  const at = registers + <usize>(h >> 50);
  if (rank > load<u8>(at)) store<u8>(at, rank);
}

/** The byte that quotes cells of CSV; 255, which is in no UTF-8, where nothing quotes. */
export let quoteByte: u32 = 34;

export function useQuote(byte: u32): void {
  quoteByte = byte;
}
