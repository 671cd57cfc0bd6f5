import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

const [NEWLINE, QUOTE, ZERO] = [10, 34, 48];
/** Ids are eight digits that begin with 10; each copy of a million rows gets a beginning of its own. */
const FIRST_MILLIONS = 10;

/**
 * Writes `copies` of a benchmark file one after the other, the ids of each copy moved on by a million, so that a
 * larger file is as unique as the one it was made of.
 *
 * @param copies - at most 90, as many as eight digits have room for
 */
export function enlargeCsv(from: string, to: string, copies: number): void {
  const bytes = readFileSync(from);
  const starts = rowStarts(bytes);
  const header = bytes.subarray(0, starts[0]);
  const rows = bytes.subarray(starts[0]);
  const descriptor = openSync(to, 'w');
  writeAll(descriptor, header);
  for (let copy = 0; copy < copies; copy += 1) {
    const millions = FIRST_MILLIONS + copy;
    for (const start of starts) {
      bytes[start] = ZERO + Math.floor(millions / 10);
      bytes[start + 1] = ZERO + (millions % 10);
    }
    writeAll(descriptor, rows);
  }
  closeSync(descriptor);
}

/** Where the rows after the header begin; a line break within quotes ends no row. */
function rowStarts(bytes: Uint8Array): Uint32Array {
  const starts: number[] = [];
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    else if (bytes[at] === NEWLINE && !quoted && at + 1 < bytes.length) starts.push(at + 1);
  }
  return Uint32Array.from(starts);
}

/** One call writes at most 2 GiB, and may write less than it was given. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
