import { ByteCursor } from './byte-cursor.ts';
import type { ModelContent } from './content.ts';
import { Unreadable } from './scan-context.ts';

/** A field of a protobuf message that is read in place. */
export interface MessageField {
  readonly number: number;
  readonly wire: 'varint' | 'fixed' | 'bytes';
  /** Value of a varint; 0 for others. */
  readonly value: number;
  /** Where the payload of a field of bytes lies in the content. */
  readonly start: number;
  readonly end: number;
}

const READY_BYTES = 32;
const VARINT_BYTES = 10;
const HIGHEST_FIELD = 536_870_911;

function varint(cursor: ByteCursor): number {
  const at = cursor.position;
  let value = 0;
  for (let index = 0; index < VARINT_BYTES; index++) {
    const byte = cursor.uint8();
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return value;
  }
  throw new Unreadable('malformed', 'a number of more than 10 bytes', at);
}

/**
 * The fields of the message between two offsets, without holding it.
 *
 * @throws Unreadable malformed, truncated
 */
export async function* messageFields(
  content: ModelContent,
  start = 0,
  end: number = content.size,
): AsyncGenerator<MessageField> {
  const cursor = new ByteCursor(content, start, end);
  while (cursor.remaining > 0) {
    if (cursor.ready < READY_BYTES) await cursor.fill(READY_BYTES);
    yield readField(cursor);
  }
}

function readField(cursor: ByteCursor): MessageField {
  const at = cursor.position;
  const key = varint(cursor);
  const number = Math.floor(key / 8);
  if (number < 1 || number > HIGHEST_FIELD)
    throw new Unreadable('malformed', `no field has the number ${number}`, at);
  const field = (wire: MessageField['wire'], value: number, size: number): MessageField => {
    const start = cursor.position;
    cursor.skip(size);
    return { number, wire, value, start, end: start + size };
  };
  switch (key % 8) {
    case 0:
      return field('varint', varint(cursor), 0);
    case 1:
      return field('fixed', 0, 8);
    case 2:
      return field('bytes', 0, varint(cursor));
    case 5:
      return field('fixed', 0, 4);
    default:
      throw new Unreadable('malformed', `a field of the unknown type ${key % 8}`, at);
  }
}

const TEXT_BYTES = 4_096;

/** The text of a field, cut where it is too long for a name or a path. */
export async function fieldText(content: ModelContent, { start, end }: MessageField): Promise<string> {
  return new TextDecoder().decode(await content.read(start, Math.min(end, start + TEXT_BYTES)));
}
