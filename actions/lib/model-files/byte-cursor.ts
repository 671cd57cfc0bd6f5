import type { ModelContent } from './content.ts';
import { Unreadable } from './scan-context.ts';

const WINDOW_BYTES = 256 * 1024;
const NOTHING = new Uint8Array();
const NEWLINE = 0x0a;

/**
 * Reads a content from front to back through a window. Numbers are read from the window without waiting, so whoever
 * reads them calls `fill` first.
 */
export class ByteCursor {
  readonly #content: ModelContent;
  readonly #end: number;
  #window: Uint8Array = NOTHING;
  #view = new DataView(NOTHING.buffer);
  /** Offset of the window in the content. */
  #start: number;
  #at = 0;

  /** @param end - where reading stops; the end of the content by default */
  constructor(content: ModelContent, start = 0, end: number = content.size) {
    this.#content = content;
    this.#start = start;
    this.#end = Math.min(end, content.size);
  }

  get position(): number {
    return this.#start + this.#at;
  }

  get remaining(): number {
    return this.#end - this.position;
  }

  /** Bytes that can be read without waiting. */
  get ready(): number {
    return this.#window.length - this.#at;
  }

  /** Makes `count` bytes ready, or all that are left. */
  async fill(count: number): Promise<void> {
    const wanted = Math.min(count, this.remaining);
    if (this.ready >= wanted) return;
    const kept = this.#window.subarray(this.#at);
    const from = this.position + kept.length;
    const more = await this.#content.read(
      from,
      Math.min(this.#end, Math.max(from + WINDOW_BYTES, this.position + wanted)),
    );
    if (more.length + kept.length < wanted)
      throw new Unreadable('truncated', 'the content ends earlier than it claims to', from + more.length);
    const window = new Uint8Array(kept.length + more.length);
    window.set(kept);
    window.set(more, kept.length);
    this.#start += this.#at;
    this.#at = 0;
    this.#window = window;
    this.#view = new DataView(window.buffer);
  }

  /** @throws Unreadable truncated when fewer bytes are ready */
  #advance(count: number): number {
    if (this.ready < count)
      throw new Unreadable('truncated', `ends in the middle of something of ${count} bytes`, this.position);
    this.#at += count;
    return this.#at - count;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  /** Beyond 2^53 it loses digits, and no content is that long. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** The next ready bytes; valid until the next `fill`. */
  readyBytes(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#window.subarray(at, at + count);
  }

  /** The next ready bytes, at most `count`, which stay to be read. */
  peek(count: number): Uint8Array {
    return this.#window.subarray(this.#at, this.#at + count);
  }

  async bytes(count: number): Promise<Uint8Array> {
    if (count > this.remaining)
      throw new Unreadable('truncated', `ends in the middle of something of ${count} bytes`, this.position);
    await this.fill(count);
    return this.readyBytes(count);
  }

  /** Passes bytes without reading them. */
  skip(count: number): void {
    if (!(count <= this.remaining))
      throw new Unreadable('truncated', `ends in the middle of something of ${count} bytes`, this.position);
    if (count <= this.ready) {
      this.#at += count;
      return;
    }
    this.#start = this.position + count;
    this.#at = 0;
    this.#window = NOTHING;
  }

  /** The bytes up to the next line feed, which is passed too; `undefined` for a line longer than `limit`, passed as well. */
  async line(limit: number): Promise<Uint8Array | undefined> {
    for (let isLong = false; ; isLong = true) {
      await this.fill(limit + 1);
      const found = this.#window.indexOf(NEWLINE, this.#at);
      if (found >= 0) {
        const bytes = this.#window.subarray(this.#at, found);
        this.#at = found + 1;
        return isLong || bytes.length > limit ? undefined : bytes;
      }
      if (this.ready >= this.remaining)
        throw new Unreadable('truncated', 'ends in the middle of a line', this.position);
      this.skip(this.ready);
    }
  }
}
