/** How much Markdown fits: bytes of UTF-8 or UTF-16 characters, whichever the platform counts. */
export type MarkdownLimit = { readonly maxBytes: number } | { readonly maxCharacters: number };

const POINTER = 'The whole report is in the artifact.';

/**
 * The Markdown, cut at the last section's edge that fits (a heading, else an empty line, else a line end) when it
 * is over the limit, and closed with a line that says how much was left out and where it is.
 *
 * @param pointer - where the reader finds the rest
 * @returns at most the limit; only the beginning of the closing line when not even that fits
 */
export function cutMarkdown(markdown: string, limit: MarkdownLimit, pointer: string = POINTER): string {
  const [size, max] = 'maxBytes' in limit ? [utf8Bytes, limit.maxBytes] : [utf16Length, limit.maxCharacters];
  if (size(markdown) <= max) return markdown;
  const lines = markdown.split('\n');
  const note = (omitted: number): string =>
    `\n\n> **Shortened:** ${omitted} ${omitted === 1 ? 'line was' : 'lines were'} left out here. ${pointer}\n`;
  const open = openBlocks(lines);
  const room = max - size(note(lines.length)) - size(LONGEST_CLOSING);
  const kept = edgeBefore(lines, linesThatFit(lines, room, size));
  const result = `${lines.slice(0, kept).join('\n').trimEnd()}${open[kept] ?? ''}${note(lines.length - kept)}`;
  return size(result) <= max ? result : sliceTo(note(lines.length).trim(), max, size);
}

const utf8Bytes = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

const utf16Length = (text: string): number => text.length;

function linesThatFit(lines: readonly string[], room: number, size: (text: string) => number): number {
  let used = 0;
  for (const [index, line] of lines.entries()) {
    used += size(line) + 1;
    if (used > room) return index;
  }
  return lines.length;
}

/** How far back a cut may move to reach a better place: a quarter of what fits. */
function edgeBefore(lines: readonly string[], fit: number): number {
  const isHeading = (index: number): boolean => /^#{1,6} /.test(lines[index] ?? '');
  const isEmpty = (index: number): boolean => (lines[index] ?? '').trim() === '';
  for (const isEdge of [isHeading, isEmpty])
    for (let index = fit; index > fit * 0.75; index--) if (isEdge(index)) return index;
  return fit;
}

const LONGEST_CLOSING = `\n${'`'.repeat(40)}${'\n\n</details>'.repeat(8)}`;

/** For each line, what closes the code fence and the `<details>` that are open before it. */
function openBlocks(lines: readonly string[]): readonly string[] {
  const closings: string[] = [];
  let fence = '';
  let details = 0;
  for (const line of lines) {
    closings.push(`${fence ? `\n${fence}` : ''}${'\n\n</details>'.repeat(details)}`);
    const mark = /^ {0,3}(`{3,40})/.exec(line)?.[1] ?? '';
    if (fence) {
      if (mark.length >= fence.length && line.trim() === mark) fence = '';
    } else if (mark) fence = mark;
    else details = Math.max(0, details + count(line, '<details') - count(line, '</details>'));
  }
  return closings;
}

const count = (line: string, text: string): number => line.split(text).length - 1;

function sliceTo(text: string, max: number, size: (text: string) => number): string {
  let end = Math.min(text.length, max);
  while (end > 0 && size(text.slice(0, end)) > max) end--;
  return text.slice(0, end);
}
