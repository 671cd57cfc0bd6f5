import { errorMessage } from '../errors.ts';
import { type ModelContent, piecesOf } from './content.ts';
import { type Packing, type ScanContext, Unreadable } from './scan-context.ts';

/** Bytes at the beginning that stay at hand, since formats are recognised there. */
const HEAD_BYTES = 64 * 1024;
/** Times that a content may be unpacked anew to go back; scanners go forward. */
const RESTARTS = 16;

/** Counts what a packed content unpacks to, which also finds bombs and damage. */
async function measure(
  open: () => AsyncIterable<Uint8Array>,
  packedSize: number,
  { budget }: ScanContext,
): Promise<number> {
  const { ratio, ratioFree } = budget.limits;
  let size = 0;
  for await (const piece of open()) {
    size += piece.length;
    budget.unpack(piece.length);
    if (size > ratioFree && size > packedSize * ratio)
      throw new Unreadable('bomb', `unpacks to more than ${ratio} times its size; this looks like a bomb`);
  }
  return size;
}

/** A stream as content: reads go forward through it, and one that goes back begins anew. */
class StreamContent implements ModelContent {
  readonly name: string;
  readonly size: number;
  readonly #open: () => AsyncIterable<Uint8Array>;
  #head = new Uint8Array();
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #piece = new Uint8Array();
  /** Offset of the piece. */
  #at = 0;
  #starts = 0;

  constructor(name: string, size: number, open: () => AsyncIterable<Uint8Array>) {
    this.name = name;
    this.size = size;
    this.#open = open;
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const last = Math.min(end, this.size);
    if (last <= HEAD_BYTES && this.#head.length < Math.min(HEAD_BYTES, this.size))
      this.#head = await this.#collect(0, Math.min(HEAD_BYTES, this.size));
    if (last <= this.#head.length) return this.#head.subarray(start, Math.max(start, last));
    return this.#collect(start, last);
  }

  async #collect(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#iterator === undefined || start < this.#at) await this.#restart();
    const bytes = new Uint8Array(Math.max(0, end - start));
    let filled = 0;
    while (filled < bytes.length) {
      const from = start + filled - this.#at;
      if (from >= this.#piece.length) {
        if (!(await this.#next())) break;
        continue;
      }
      const part = this.#piece.subarray(from, from + bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes.subarray(0, filled);
  }

  async #restart(): Promise<void> {
    if (++this.#starts > RESTARTS)
      throw new Unreadable('limit', 'would have to be unpacked too many times; unpack it before the scan');
    await this.#iterator?.return?.();
    this.#iterator = this.#open()[Symbol.asyncIterator]();
    this.#piece = new Uint8Array();
    this.#at = 0;
  }

  async #next(): Promise<boolean> {
    const next = await this.#iterator?.next();
    if (next === undefined || next.done === true) return false;
    this.#at += this.#piece.length;
    this.#piece = new Uint8Array(next.value);
    return true;
  }
}

/**
 * The unpacked form of a content, held in memory piece by piece only.
 *
 * @throws Unreadable unsupported-compression without a decompressor, malformed, bomb, limit
 */
export async function unpackedContent(
  packed: ModelContent,
  packing: Packing,
  name: string,
  context: ScanContext,
): Promise<ModelContent> {
  const { unpack } = context.options;
  if (unpack === undefined)
    throw new Unreadable('unsupported-compression', `${packing} cannot be unpacked here`);
  const open = () => unpack(packing, piecesOf(packed));
  try {
    return new StreamContent(name, await measure(open, packed.size, context), open);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable('malformed', `${packing} data that cannot be unpacked: ${errorMessage(error)}`);
  }
}
