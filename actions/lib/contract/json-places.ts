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
  return (path) => {
    let offset: number | undefined;
    for (let length = path.length; offset === undefined && length >= 0; length--)
      offset = offsets.get(JSON.stringify(path.slice(0, length)));
    const before = text.slice(0, offset ?? 0);
    const lineStart = before.lastIndexOf('\n') + 1;
    return `${where}:${before.split('\n').length}:${before.length - lineStart + 1}`;
  };
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
