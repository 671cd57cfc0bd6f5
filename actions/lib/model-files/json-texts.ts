import { ByteCursor } from './byte-cursor.ts';
import { type ModelContent, piecesOf } from './content.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const QUOTE = 0x22;
const ESCAPE = 0x5c;
const READY_BYTES = 64;
const UTF8 = new TextDecoder();

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Whether the first bracket is followed by the beginning of a key, as far as these bytes tell. */
function opensObject(bytes: Uint8Array): boolean {
  let next = 1;
  while (isBlank(bytes[next])) next++;
  return bytes[next] === QUOTE || next >= bytes.length;
}

/** Where a text that begins here ends, behind its quote; `undefined` when it is none, `-1` when it goes on. */
function textEnd(bytes: Uint8Array, start: number): number | undefined {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte === ESCAPE) at++;
    else if (byte < 0x20) return undefined;
  }
  return -1;
}

const canStandOutside = (byte: number): boolean => isBlank(byte) || (byte >= 0x20 && byte < 0x7f);
const nesting = (byte: number): number =>
  Number(byte === OPEN || byte === OPEN_LIST) - Number(byte === CLOSE || byte === CLOSE_LIST);

/**
 * The length of the JSON object that begins here, by brackets and quotes alone.
 *
 * @returns -1 when it goes on behind the bytes, `undefined` when it is none
 */
function objectLength(bytes: Uint8Array): number | undefined {
  let depth = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const end = textEnd(bytes, at);
      if (end === undefined || end < 0) return end;
      at = end;
      continue;
    }
    if (!canStandOutside(byte)) return undefined;
    depth += nesting(byte);
    at++;
    if (depth === 0) return at;
  }
  return -1;
}

/** An object of JSON found between other bytes. */
export interface JsonText {
  readonly at: number;
  /** `undefined` for one that is longer than the limit. */
  readonly text: string | undefined;
}

/**
 * The JSON objects that lie between the bytes of a file, outermost only. Formats that keep a description of the
 * model in the middle of their numbers are read in this way without following their structure.
 *
 * @param limit - bytes of one object
 */
export async function* jsonTextsIn(content: ModelContent, limit: number): AsyncGenerator<JsonText> {
  const cursor = new ByteCursor(content);
  while (cursor.remaining > 0) {
    // A little is enough to go on; more comes in at once.
    await cursor.fill(READY_BYTES);
    const bytes = cursor.peek(cursor.ready);
    const start = bytes.indexOf(OPEN);
    if (start !== 0 || !opensObject(bytes)) {
      cursor.skip(start < 0 ? bytes.length : Math.max(1, start));
      continue;
    }
    const at = cursor.position;
    const found = await readObject(cursor, limit);
    if (found !== undefined) yield { at, text: found.text };
    cursor.skip(found?.length ?? 1);
  }
}

async function readObject(
  cursor: ByteCursor,
  limit: number,
): Promise<{ readonly text: string | undefined; readonly length: number } | undefined> {
  for (let size = 4 * 1024; ; size *= 4) {
    await cursor.fill(Math.min(size, limit));
    const bytes = cursor.peek(Math.min(size, limit));
    const length = objectLength(bytes);
    if (length === undefined) return undefined;
    if (length >= 0) return { text: UTF8.decode(bytes.subarray(0, length)), length };
    if (bytes.length >= cursor.remaining) return undefined;
    if (size >= limit) return { text: undefined, length: bytes.length };
  }
}

/** Whether a text occurs somewhere in a content. */
export async function occursIn(content: ModelContent, text: string): Promise<boolean> {
  const decoder = new TextDecoder('latin1');
  let before = '';
  for await (const piece of piecesOf(content)) {
    const here = before + decoder.decode(piece);
    if (here.includes(text)) return true;
    before = here.slice(-text.length);
  }
  return false;
}
