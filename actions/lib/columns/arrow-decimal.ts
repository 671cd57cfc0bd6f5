import type { ArrowArray } from './arrow-arrays.ts';

/** Reads the whole numbers, little-endian and of 32 to 256 bits, of which decimals are made. */
export function unscaledOf(array: ArrowArray, bits: number): (index: number) => bigint {
  const buffer = array.buffers[0]?.buffer ?? new ArrayBuffer(0);
  const view = new DataView(buffer);
  if (bits === 32) return (index) => BigInt(view.getInt32(index * 4, true));
  const words = bits / 64;
  return (index) => {
    const at = index * words * 8;
    let value = view.getBigInt64(at + (words - 1) * 8, true);
    for (let word = words - 2; word >= 0; word -= 1)
      value = (value << 64n) | view.getBigUint64(at + word * 8, true);
    return value;
  };
}
