import { equal64, prefixXor, quoteByte } from './bytes';

// Cuts CSV into cells. Sixty-four bytes become masks of quotes, delimiters and line feeds; the prefix XOR of the quotes
// tells what is inside, so that one AND drops the delimiters there.

@unmanaged export class Cut {
  /** Address behind the last complete row. */
  consumed: u32;
  rows: u32;
  /** Rows that do not fit, listed as (address, cells) up to the capacity of the list. */
  malformed: u32;
  /** Address of a quote that neither opens nor closes a cell, else 0. */
  stray: u32;
  /** Address of the last quote that opened a cell. */
  opened: u32;
}

/**
 * Cuts [p, end), which begins at the start of a row. Row r takes columns + 1 words at `layout`: the address before
 * the row, then for each cell the address behind it; so that cell c lies in [word c + 1, word c + 1). A carriage
 * return before the line feed is in no cell. A row that has not as many cells as there are columns is listed at
 * `malformed` instead; a blank line counts as 0 cells.
 */
export function cutCsv(
  p: usize, end: usize, layout: usize, maxRows: u32, columns: u32, delimiter: u32,
  malformed: usize, maxMalformed: u32, cut: Cut,
): void {
  const d = i8x16.splat(<i8>delimiter), q = i8x16.splat(<i8>quoteByte), lf = i8x16.splat(10), cr = i8x16.splat(13);
  const stride = <usize>(columns + 1) << 2;
  let row = layout, o = row + 4, limit = row + stride, rows: u32 = 0, bad: u32 = 0, start = p;
  let inside: u64 = 0, opened: usize = 0;
  // Masks of the byte before the 64: it lay before a cell, it was a quote that closed one.
  let beforeCell: u64 = 1, closedBefore: u64 = 0;
  cut.stray = 0;
  store<u32>(row, <u32>(p - 1));
  let on = true;
  while (on && p < end) {
    const n = equal64(p, lf), delimiters = equal64(p, d);
    let s = delimiters | n;
    let quotes = equal64(p, q);
    if (p + 64 > end) quotes &= ((<u64>1) << <u64>(end - p)) - 1;
    if (quotes | inside | closedBefore) {
      const parity = prefixXor(quotes) ^ inside, opens = quotes & parity, closes = quotes & ~parity;
      const may = s | equal64(p, cr) | quotes; // what may follow a quote that closes
      const pairs = (closes << 1) | closedBefore; // "" is one quote of the text
      const strayOpen = opens & ~((s << 1) | beforeCell | pairs), opening = opens & ~pairs;
      let strayClose = pairs & ~may;
      if (p + 64 > end) strayClose &= ((<u64>1) << <u64>(end - p)) - 1;
      const stray = strayOpen | strayClose;
      if (opening) opened = p + <usize>(63 - clz(opening));
      if (stray) {
        cut.stray = <u32>(p + <usize>ctz(stray));
        break;
      }
      closedBefore = closes >> 63;
      inside = <u64>(<i64>parity >> 63);
      s &= ~parity;
    } else closedBefore = 0;
    beforeCell = s >> 63;
    if (p + 64 > end) s &= ((<u64>1) << <u64>(end - p)) - 1;
    while (s) {
      const bit = ctz(s);
      let at = p + <usize>bit;
      if (!((n >> bit) & 1)) {
        if (o < limit) store<u32>(o, <u32>at);
        o += 4;
        s &= s - 1;
        continue;
      }
      const next = at + 1;
      if (at > start && load<u8>(at - 1) == 13) at--;
      if (o + 4 == limit) {
        store<u32>(o, <u32>at);
        rows++;
        row = limit;
      } else {
        const cells = <u32>((o - row) >> 2);
        store<u32>(malformed + (<usize>bad << 3), <u32>start);
        store<u32>(malformed + (<usize>bad << 3), cells == 1 && at == start ? 0 : cells, 4);
        bad++;
      }
      start = next;
      store<u32>(row, <u32>(next - 1));
      o = row + 4;
      limit = row + stride;
      if (rows == maxRows || bad == maxMalformed) {
        on = false;
        break;
      }
      s &= s - 1;
    }
    p += 64;
  }
  cut.consumed = <u32>start;
  cut.rows = rows;
  cut.malformed = bad;
  cut.opened = <u32>opened;
}

/** Address behind the first line feed outside of quotes in [p, end), else 0. */
export function nextRow(p: usize, end: usize, inside: i32): usize {
  let within = inside != 0;
  const q = i8x16.splat(<i8>quoteByte), lf = i8x16.splat(10);
  let carried: u64 = within ? ~<u64>0 : 0;
  for (; p < end; p += 64) {
    let n = equal64(p, lf);
    const parity = prefixXor(equal64(p, q)) ^ carried;
    n &= ~parity;
    carried = <u64>(<i64>parity >> 63);
    if (p + 64 > end) n &= ((<u64>1) << <u64>(end - p)) - 1;
    if (n) return p + <usize>ctz(n) + 1;
  }
  return 0;
}
