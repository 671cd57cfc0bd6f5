/** Lines of a file, from 1, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** A file that a pull request adds or changes. */
export interface ChangedFile {
  /** Its path now, relative to the root of the repository, with `/`. */
  readonly path: string;
  /** Its path before, when it was renamed. */
  readonly previous?: string;
  /** Lines that are new or changed, ascending; `unknown` for a binary file and for a difference too large to be told. */
  readonly lines: 'all' | 'unknown' | readonly LineRange[];
}

/** What a pull request adds and changes, by path. Deleted files are not in it. */
export type ChangedLines = ReadonlyMap<string, ChangedFile>;

/** How near a place is to what a pull request changed: on a changed line, in a changed file, elsewhere. */
export type Nearness = 'line' | 'file' | 'elsewhere';

/** Where a place stands to the changes. Without a line the whole file counts. */
export function nearness(
  changed: ChangedLines | undefined,
  place: { readonly file?: string; readonly line?: number },
): Nearness {
  const found = place.file === undefined ? undefined : changed?.get(place.file);
  if (found === undefined) return 'elsewhere';
  const { lines } = found;
  if (lines === 'all') return 'line';
  if (lines === 'unknown' || place.line === undefined) return 'file';
  return holds(lines, place.line) ? 'line' : 'elsewhere';
}

function holds(ranges: readonly LineRange[], line: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (line < range.first) high = middle - 1;
    else if (line > range.last) low = middle + 1;
    else return true;
  }
  return false;
}

/** Paths of renamed files, from before to now. */
export const renamedFiles = (changed: ChangedLines | undefined): ReadonlyMap<string, string> =>
  new Map(
    [...(changed?.values() ?? [])].flatMap(({ path, previous }) =>
      previous === undefined ? [] : [[previous, path]],
    ),
  );
