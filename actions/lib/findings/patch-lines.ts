import type { LineRange } from './changed-lines.ts';

/** A hunk's head says where its lines stand in the new file. */
const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/;
/** The difference of a file in Git LFS is one of its pointer, whose lines are not those of the data. */
const LFS_POINTER = /^\+oid sha256:[0-9a-f]{64}\r?$/;

/**
 * The lines that a patch of one file adds or changes, as they are numbered in the new file. Lines end with a line
 * feed, as Git counts them; a carriage return before it belongs to the line.
 *
 * @param patch - unified difference with any number of context lines, with or without the file's header; of one that
 *   was cut off, the lines up to there
 * @returns `undefined` where the patch shows no lines of the data: a binary file, a pointer of Git LFS
 */
export function addedLines(patch: string): readonly LineRange[] | undefined {
  const start = patch.search(/^@@ /m);
  if (start < 0) return undefined;
  const ranges: { first: number; last: number }[] = [];
  let line = 0;
  for (const text of patch.slice(start).split('\n')) {
    if (LFS_POINTER.test(text)) return undefined;
    const [mark = ' '] = text;
    if (mark === '@') line = Number(HUNK.exec(text)?.[1] ?? line);
    if (mark === '+') extend(ranges, line);
    if (mark === '+' || mark === ' ') line += 1;
  }
  return ranges;
}

function extend(ranges: { first: number; last: number }[], line: number): void {
  const last = ranges.at(-1);
  if (last && last.last === line - 1) last.last = line;
  else ranges.push({ first: line, last: line });
}
