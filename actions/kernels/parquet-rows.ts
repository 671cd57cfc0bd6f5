import { NOTHING } from './numbers';

// From stored values of Parquet, which leave out the missing ones, to one for each row.

/** Words of 64 bits (numbers, integers, pairs), `nothing` where there is no value. Returns how many were taken. */
function scatter(values: usize, present: usize, n: u32, out: usize, nothing: u64): u32 {
  const first = values;
  for (let i: usize = 0; i < <usize>n; i++) {
    const here = <usize>load<u8>(present + i);
    store<u64>(out + (i << 3), select<u64>(load<u64>(values), nothing, here));
    values += here << 3;
  }
  return <u32>((values - first) >> 3);
}

/** Doubles, `NOTHING` where there is no value. Returns how many values were taken. */
export function scatterNumbers(values: usize, present: usize, n: u32, out: usize): u32 {
  return scatter(values, present, n, out, NOTHING);
}

/** Integers or pairs of addresses, 0 where there is no value. */
export function scatterWords(values: usize, present: usize, n: u32, out: usize): u32 {
  return scatter(values, present, n, out, 0);
}

/** Dictionary codes, -1 where there is no value. */
export function scatter32(values: usize, present: usize, n: u32, out: usize): u32 {
  const first = values;
  for (let i: usize = 0; i < <usize>n; i++) {
    const here = <usize>load<u8>(present + i);
    store<i32>(out + (i << 2), select<i32>(load<i32>(values), -1, here));
    values += here << 2;
  }
  return <u32>((values - first) >> 2);
}

// The dictionary's words of 64 bits by code; codes were checked against its size, -1 gives `nothing`.
function gather(codes: usize, n: u32, dictionary: usize, out: usize, nothing: u64): void {
  for (const stop = codes + (<usize>n << 2); codes < stop; codes += 4, out += 8) {
    const code = load<i32>(codes);
    store<u64>(out, code < 0 ? nothing : load<u64>(dictionary + (<usize>code << 3)));
  }
}

/** Doubles by code, `NOTHING` for -1. */
export function gatherNumbers(codes: usize, n: u32, dictionary: usize, out: usize): void {
  gather(codes, n, dictionary, out, NOTHING);
}

/** Integers or pairs of addresses by code, 0 for -1. */
export function gatherWords(codes: usize, n: u32, dictionary: usize, out: usize): void {
  gather(codes, n, dictionary, out, 0);
}
