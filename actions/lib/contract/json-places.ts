import type { ValuePath } from '../schema/parsed-text.ts';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** What is open around the current token: a list that counts, or an object with its current key. */
type Open = { readonly kind: 'list'; index: number } | { readonly kind: 'object'; key: string | undefined };

/**
 * Finds where the values of a JSON text begin. All places are gathered in one pass, since a contract is asked for
 * the place of every rule.
 *
 * @param text - valid JSON
 * @returns a function from a path to `file:line:column` of the value there, or of the innermost one around it
 */
export function jsonPlaces(text: string, where: string): (path: ValuePath) => string {
  const offsets = valueOffsets(text);
  const starts = lineStarts(text);
  return (path) => {
    let offset: number | undefined;
    for (let length = path.length; offset === undefined && length >= 0; length--)
      offset = offsets.get(JSON.stringify(path.slice(0, length)));
    const at = offset ?? 0;
    const line = lineOf(starts, at);
    return `${where}:${line + 1}:${at - (starts[line] ?? 0) + 1}`;
  };
}

/** Where the lines of a text begin. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The last line that begins at an offset or before it, from 0. */
function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function valueOffsets(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const open: Open[] = [];
  const begin = (offset: number): void => {
    const path = open.map((around) => (around.kind === 'list' ? around.index : (around.key ?? '')));
    offsets.set(JSON.stringify(path), offset);
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const around = open.at(-1);
    switch (token) {
      case '{':
        begin(index);
        open.push({ kind: 'object', key: undefined });
        break;
      case '[':
        begin(index);
        open.push({ kind: 'list', index: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (around?.kind === 'list') around.index++;
        else if (around) around.key = undefined;
        break;
      case ':':
        break;
      default:
        if (around?.kind === 'object' && around.key === undefined) around.key = String(JSON.parse(token));
        else begin(index);
    }
  }
  return offsets;
}
