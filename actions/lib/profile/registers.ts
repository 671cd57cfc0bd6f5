import { REGISTER_BITS } from './column-state.ts';

/** Registers of a HyperLogLog sketch: each the largest rank among the hashes that fall to it. */
export const REGISTERS = 2 ** REGISTER_BITS;
/** Bits of a hash that make the rank. */
const RANK_BITS = 64 - REGISTER_BITS;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const DIGIT_CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));

const ascii = new TextDecoder();

/** One standard deviation of an estimated count, relative: 1.04 / √registers. */
export const DISTINCT_ERROR = 1.04 / Math.sqrt(REGISTERS);

/** Takes a 64-bit hash in: its top bits choose the register, the zeros that follow make the rank. */
export function addHash(registers: Uint8Array, hash: bigint): void {
  const index = Number(hash >> BigInt(RANK_BITS));
  const rest = hash << BigInt(REGISTER_BITS);
  const high = Math.clz32(Number((rest >> 32n) & 0xffffffffn));
  const zeros = high < 32 ? high : 32 + Math.clz32(Number(rest & 0xffffffffn));
  const rank = Math.min(zeros, RANK_BITS) + 1;
  if (rank > (registers[index] ?? 0)) registers[index] = rank;
}

/** The registers of both together. */
export function joinRegisters(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length);
  for (let index = 0; index < a.length; index += 1) {
    joined[index] = Math.max(a[index] ?? 0, b[index] ?? 0);
  }
  return joined;
}

/** A base64 digit a register: the ranks, at most 51, are packed in 6 bits. */
export function packRegisters(registers: Uint8Array): string {
  const packed = new Uint8Array(registers.length);
  for (let index = 0; index < registers.length; index += 1)
    packed[index] = DIGIT_CODES[registers[index] ?? 0] ?? 0;
  return ascii.decode(packed);
}

/** Reads what `packRegisters` wrote; other characters count as empty registers. */
export const unpackRegisters = (text: string): Uint8Array =>
  Uint8Array.from(text, (digit) => Math.max(0, DIGITS.indexOf(digit)));

/**
 * How many distinct hashes the registers saw. Source: O. Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches", 2017, algorithm 6: no bias at either end, and no tables.
 */
export function estimateDistinct(registers: Uint8Array): number {
  const ranks = new Float64Array(RANK_BITS + 2);
  for (let index = 0; index < registers.length; index += 1) {
    const rank = registers[index] ?? 0;
    ranks[rank] = (ranks[rank] ?? 0) + 1;
  }
  let z = REGISTERS * tau(1 - (ranks[RANK_BITS + 1] ?? 0) / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank -= 1) z = (z + (ranks[rank] ?? 0)) / 2;
  z += REGISTERS * sigma((ranks[0] ?? 0) / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = share;
  for (let before = Number.NaN; z !== before; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x);
    before = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
