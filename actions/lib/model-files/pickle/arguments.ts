import type { ByteCursor } from '../byte-cursor.ts';
import { Unreadable } from '../scan-context.ts';
import type { ArgumentKind } from './opcodes.ts';

/**
 * What matters of an argument: a short text, a number within 2^53, or the two names of a global. `undefined` stands
 * for bytes, fractions, and all that is too long to be a name.
 */
export type Argument = string | number | readonly [module: string, name: string] | undefined;

/** Longer texts are no names; they are passed, not kept. */
const TEXT_BYTES = 512;
const LINE_BYTES = 4_096;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const LATIN1 = new TextDecoder('latin1');

const shortText =
  (decoder: InstanceType<typeof TextDecoder>) =>
  (cursor: ByteCursor, size: number): Argument | Promise<Argument> => {
    if (size > TEXT_BYTES || size > cursor.remaining) {
      cursor.skip(size);
      return undefined;
    }
    if (cursor.ready >= size) return decoder.decode(cursor.readyBytes(size));
    return cursor.bytes(size).then((bytes) => decoder.decode(bytes));
  };

const utf8 = shortText(UTF8);
const latin1 = shortText(LATIN1);

const passed = (cursor: ByteCursor, size: number): undefined => {
  cursor.skip(size);
  return undefined;
};

async function line(cursor: ByteCursor): Promise<string | undefined> {
  const bytes = await cursor.line(LINE_BYTES);
  return bytes && UTF8.decode(bytes);
}

async function decimal(cursor: ByteCursor): Promise<Argument> {
  const at = cursor.position;
  const text = await line(cursor);
  if (text === undefined) return undefined;
  if (!/^\s*[+-]?\d+L?\s*$/.test(text))
    throw new Unreadable('malformed', 'expected a whole number in decimal digits', at);
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A quoted text of protocol 0. Escapes are not resolved: a name that needs them hides something. */
async function quotedText(cursor: ByteCursor): Promise<Argument> {
  const at = cursor.position;
  const text = await line(cursor);
  if (text === undefined) return undefined;
  const inside = /^\s*(['"])(.*)\1\s*$/s.exec(text)?.[2];
  if (inside === undefined) throw new Unreadable('malformed', 'expected a text in quotes', at);
  return inside.includes('\\') ? undefined : inside;
}

async function unquotedText(cursor: ByteCursor): Promise<Argument> {
  const text = await line(cursor);
  return text?.includes('\\') === false ? text : undefined;
}

async function globalNames(cursor: ByteCursor): Promise<Argument> {
  const at = cursor.position;
  const module = await line(cursor);
  const name = await line(cursor);
  if (module === undefined || name === undefined)
    throw new Unreadable('malformed', `expected two names of at most ${LINE_BYTES} bytes`, at);
  return [module, name];
}

/** Longs are little-endian two's complement; those beyond six bytes are no sizes. */
function long(cursor: ByteCursor, size: number): Argument {
  if (size > 6) return passed(cursor, size);
  let value = 0;
  let last = 0;
  for (let index = 0; index < size; index++) {
    last = cursor.uint8();
    value += last * 256 ** index;
  }
  return last >= 0x80 ? value - 256 ** size : value;
}

/** Readers of arguments; those of fixed size expect 16 bytes to be ready. */
const READERS: Readonly<Record<ArgumentKind, (cursor: ByteCursor) => Argument | Promise<Argument>>> = {
  none: () => undefined,
  uint1: (cursor) => cursor.uint8(),
  uint2: (cursor) => cursor.uint16(),
  int4: (cursor) => cursor.int32(),
  uint4: (cursor) => cursor.uint32(),
  uint8: (cursor) => passed(cursor, 8),
  long1: (cursor) => long(cursor, cursor.uint8()),
  long4: (cursor) => long(cursor, length4(cursor)),
  decimalnl_short: decimal,
  decimalnl_long: decimal,
  floatnl: async (cursor) => {
    await line(cursor);
    return undefined;
  },
  float8: (cursor) => passed(cursor, 8),
  stringnl: quotedText,
  stringnl_noescape: unquotedText,
  stringnl_noescape_pair: globalNames,
  string1: (cursor) => latin1(cursor, cursor.uint8()),
  string4: (cursor) => latin1(cursor, length4(cursor)),
  bytes1: (cursor) => passed(cursor, cursor.uint8()),
  bytes4: (cursor) => passed(cursor, cursor.uint32()),
  bytes8: (cursor) => passed(cursor, cursor.uint64()),
  bytearray8: (cursor) => passed(cursor, cursor.uint64()),
  unicodestringnl: unquotedText,
  unicodestring1: (cursor) => utf8(cursor, cursor.uint8()),
  unicodestring4: (cursor) => utf8(cursor, cursor.uint32()),
  unicodestring8: (cursor) => utf8(cursor, cursor.uint64()),
};

function length4(cursor: ByteCursor): number {
  const at = cursor.position;
  const length = cursor.int32();
  if (length < 0) throw new Unreadable('malformed', `a length of ${length}`, at);
  return length;
}

/** Reads an argument, waiting only where more of the content is needed. @throws Unreadable */
export const readArgument = (kind: ArgumentKind, cursor: ByteCursor): Argument | Promise<Argument> =>
  READERS[kind](cursor);
