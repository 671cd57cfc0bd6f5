// Inputs are untrusted: every loop is bounded by the bytes there are, and NONE says that they break the format.

export const NONE: i32 = -1;

// A varint of at most 32 bits; `varintEnd` is the address after it, 0 when it is cut off or too long.
export let varintEnd: usize = 0;
export function varint(p: usize, end: usize): u32 {
  let value: u32 = 0;
  for (let shift: u32 = 0; shift < 35 && p < end; shift += 7) {
    const byte = <u32>load<u8>(p++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      varintEnd = p;
      return value;
    }
  }
  varintEnd = 0;
  return 0;
}
