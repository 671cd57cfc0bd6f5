const ESCAPES = /\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^\\]+/gsu;
const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const LAST_CODE_POINT = 0x10ffff;

const encoder = new TextEncoder();

/**
 * A text of a text proto without its escapes. Octal and hexadecimal ones are bytes, which make UTF-8 together.
 *
 * @returns `undefined` when the bytes are not UTF-8
 */
export function unescapedText(source: string): string | undefined {
  const bytes: number[] = [];
  for (const [piece, escaped] of source.matchAll(ESCAPES))
    bytes.push(...(escaped === undefined ? encoder.encode(piece) : escapedBytes(escaped)));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function escapedBytes(escaped: string): Iterable<number> {
  if (/^x./.test(escaped)) return [Number.parseInt(escaped.slice(1), 16)];
  if (/^[0-7]/.test(escaped)) return [Number.parseInt(escaped, 8) & 0xff];
  if (/^[uU]./.test(escaped)) {
    const point = Number.parseInt(escaped.slice(1), 16);
    return point > LAST_CODE_POINT ? [0xff] : encoder.encode(String.fromCodePoint(point));
  }
  return [NAMED[escaped] ?? escaped.charCodeAt(0)];
}
