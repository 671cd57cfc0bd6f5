/**
 * The 64-bit hashes behind distinct counts. They are part of the format of profiles: the reading engine, threads and
 * shards use the same, or their registers could not be joined. Not keyed, so not for telling values apart.
 */

const MASK = (1n << 64n) - 1n;
const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);
const utf8 = new TextEncoder();

/** The hash of a number; both zeros have the same. */
export function hashNumber(value: number): bigint {
  float[0] = value === 0 ? 0 : value;
  let x = bits[0] ?? 0n;
  x = ((x ^ (x >> 32n)) * 0xd6e8feb86659fd93n) & MASK;
  x = ((x ^ (x >> 32n)) * 0xd6e8feb86659fd93n) & MASK;
  return x ^ (x >> 32n);
}

/** The hash of a text's UTF-8 bytes, eight at a time, the last ones padded with zeros. */
export function hashText(text: string): bigint {
  const bytes = utf8.encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let h = (BigInt(bytes.length) * 0x9e3779b97f4a7c15n) & MASK;
  for (let at = 0; at < padded.length; at += 8) {
    h = ((h ^ view.getBigUint64(at, true)) * 0xff51afd7ed558ccdn) & MASK;
    h ^= h >> 32n;
  }
  h = (h * 0xc4ceb9fe1a85ec53n) & MASK;
  return h ^ (h >> 29n);
}
