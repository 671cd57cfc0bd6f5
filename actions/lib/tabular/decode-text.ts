import { ActionError } from '../errors.ts';
import type { ReaderNote } from './table.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const encoder = new TextEncoder();

/** Encoding by the byte order mark, and how many bytes the mark takes. */
function byteOrderMark(head: Uint8Array): { readonly encoding: Encoding; readonly length: number } {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return { encoding: 'utf-8', length: 0 };
}

/** Bytes at the end of a UTF-8 chunk that begin a character whose rest is in the next chunk. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Bytes of the character that begins with this byte. */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

/** Bytes before the first one that is not valid UTF-8, by bisection over what a strict decoder accepts. */
function validPrefix(bytes: Uint8Array): number {
  const decode = (length: number): string | undefined => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), {
        stream: true,
      });
    } catch {
      return undefined;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decode(middle) === undefined) bad = middle;
    else good = middle;
  }
  return encoder.encode(decode(good) ?? '').length;
}

/** Decodes the chunks of one file strictly; keeps count of where it is for its messages. */
class StrictDecoder {
  readonly #name: string;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #encoding: Encoding;
  #carry: Uint8Array = new Uint8Array(0);
  #offset: number;
  #line = 1;

  constructor(name: string, encoding: Encoding, offset: number) {
    this.#name = name;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#offset = offset;
  }

  decode(bytes: Uint8Array, last: boolean): string {
    const text = this.#encoding === 'utf-8' ? this.#utf8(bytes, last) : this.#utf16(bytes, last);
    const nul = text.indexOf('\0');
    if (nul >= 0)
      throw new ActionError(
        'invalid-file',
        `${this.#name}: a NUL character in line ${this.#line + count(text.slice(0, nul))}. ` +
          'The file is binary, or UTF-16 without a byte order mark; convert it to UTF-8',
      );
    this.#line += count(text);
    return text;
  }

  #utf8(bytes: Uint8Array, last: boolean): string {
    const whole = this.#carry.length === 0 ? bytes : joined(this.#carry, bytes);
    const tail = last ? 0 : incompleteTail(whole);
    const complete = whole.subarray(0, whole.length - tail);
    this.#carry = whole.slice(whole.length - tail);
    try {
      const text = this.#decoder.decode(complete);
      this.#offset += complete.length;
      return text;
    } catch (error) {
      throw this.#invalid(complete, error);
    }
  }

  #utf16(bytes: Uint8Array, last: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream: !last });
    } catch (error) {
      throw new ActionError('invalid-file', `${this.#name}: not valid ${this.#encoding.toUpperCase()}`, {
        cause: error,
      });
    }
  }

  #invalid(bytes: Uint8Array, cause: unknown): ActionError {
    const at = validPrefix(bytes);
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    const line = this.#line + count(new TextDecoder().decode(bytes.subarray(0, at)));
    return new ActionError(
      'invalid-file',
      `${this.#name}: not valid UTF-8 at byte ${this.#offset + at} (0x${byte}, line ${line}). ` +
        'If it was written as Latin-1 or Windows-1252, convert it to UTF-8',
      { cause },
    );
  }
}

function count(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * The text of a file in pieces: UTF-8, or UTF-16 with a byte order mark; marks are taken off.
 *
 * @param notes - gets a note for a mark and for UTF-16
 * @throws ActionError invalid-file with the offset of the first byte that is not text
 */
export async function* decodedText(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  notes: ReaderNote[],
): AsyncIterable<string> {
  let decoder: StrictDecoder | undefined;
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (decoder === undefined) {
      pending = joined(pending, chunk);
      if (pending.length < 3) continue;
      decoder = begin(name, pending, notes);
      const mark = byteOrderMark(pending).length;
      yield decoder.decode(pending.subarray(mark), false);
      continue;
    }
    yield decoder.decode(chunk, false);
  }
  if (decoder !== undefined) yield decoder.decode(new Uint8Array(0), true);
  else yield begin(name, pending, notes).decode(pending.subarray(byteOrderMark(pending).length), true);
}

function begin(name: string, head: Uint8Array, notes: ReaderNote[]): StrictDecoder {
  const { encoding, length } = byteOrderMark(head);
  if (encoding !== 'utf-8')
    notes.push({ level: 'census', message: `decoded from ${encoding.toUpperCase()}` });
  else if (length > 0) notes.push({ level: 'census', message: 'byte order mark skipped' });
  return new StrictDecoder(name, encoding, length);
}
