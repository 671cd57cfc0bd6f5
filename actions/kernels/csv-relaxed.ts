import { quoteByte } from './bytes';
import { Cut } from './csv';

// Cuts CSV whose quotes are not as RFC 4180 wants them. Whether a quote opens a cell hangs on all that came before, so
// that nothing here can be done sixty-four bytes at a time, or from the middle of a file.

@unmanaged export class RelaxedCut extends Cut {
  /** Quotes of complete rows that neither open nor close a cell, nor are doubled: they are text. */
  kept: u32;
  /** Address of the first of them, else 0. */
  firstKept: u32;
}

/**
 * Cuts [p, end) as `cutCsv` does, and gives the same, but for `stray`. A quote opens a cell where it is the cell's first
 * byte. Inside of such a cell two quotes are one of its text, one before a delimiter or a line end closes it, and any
 * other is text; so is any quote of a cell that does not begin with one. Carriage returns by themselves end rows.
 */
export function cutRelaxed(
  p: usize, end: usize, layout: usize, maxRows: u32, columns: u32, delimiter: u32,
  malformed: usize, maxMalformed: u32, cut: RelaxedCut,
): void {
  const stride = <usize>(columns + 1) << 2;
  let o = layout + 4, row = layout, limit = layout + stride, rows: u32 = 0, bad: u32 = 0, start = p;
  let inside = false, begins = true, opened: usize = 0;
  let kept: u32 = 0, first: usize = 0, keptInRow: u32 = 0, firstInRow: usize = 0;
  store<u32>(row, <u32>(p - 1));
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c == quoteByte) {
      const next = p + 1 < end ? <u32>load<u8>(p, 1) : 0;
      if (!inside && begins) {
        inside = true;
        opened = p;
      } else if (inside && p + 1 == end) break; // what follows decides
      else if (inside && next == quoteByte) p++;
      else if (inside && (next == delimiter || next == 10 || next == 13)) inside = false;
      else if (!keptInRow++) firstInRow = p;
      begins = false;
      continue;
    }
    begins = false;
    if (inside) continue;
    if (c == delimiter) {
      if (o < limit) store<u32>(o, <u32>p);
      o += 4;
      begins = true;
      continue;
    }
    if (c != 10 && (c != 13 || load<u8>(p, 1) == 10)) continue;
    const at = c == 10 && p > start && load<u8>(p - 1) == 13 ? p - 1 : p;
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
    if (keptInRow && !kept) first = firstInRow;
    kept += keptInRow;
    keptInRow = 0;
    start = p + 1;
    store<u32>(row, <u32>p);
    o = row + 4;
    limit = row + stride;
    begins = true;
    if (rows == maxRows || bad == maxMalformed) break;
  }
  cut.consumed = <u32>start;
  cut.rows = rows;
  cut.malformed = bad;
  cut.stray = 0;
  cut.opened = <u32>opened;
  cut.kept = kept;
  cut.firstKept = <u32>first;
}
