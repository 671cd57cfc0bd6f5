import { BLOCK_BYTES, type FileBytes } from '../columns/block-buffer.ts';
import { LIMITS } from '../tabular/limits.ts';
import { Stopped } from './chain.ts';

/**
 * Blocks that are kept. A row may reach over as many as its length has, and those behind it must have room before the
 * ones it began in are given up; the others let the unpacking thread run ahead.
 */
const SLOTS = LIMITS.recordLength / BLOCK_BYTES + 6;
const BYTES = SLOTS * BLOCK_BYTES;
/** Words: bytes that came so far, or below zero their final number, as `-1 - total`; whether they broke off; slots. */
const CAME = 0;
const BROKEN = 1;
const HEAD = 2;
/** Longest wait before looking whether all stopped, in ms. */
const WAIT = 50;

/**
 * A text that one thread unpacks while others read blocks of it, in memory that they share: the last blocks of it, of
 * which each is given up once it and all before it were read. Its length is known at its end.
 */
export class BlockRing implements FileBytes {
  readonly memory: SharedArrayBuffer;
  readonly #words: BigInt64Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array;
  readonly #stopped: () => boolean;
  #written = 0;

  /**
   * @param stopped - whether all threads shall stop
   * @param memory - of another thread; made anew when absent
   */
  constructor(stopped: () => boolean, memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer((HEAD + SLOTS) * 8 + BYTES);
    this.#words = new BigInt64Array(this.memory, 0, HEAD + SLOTS);
    this.#bytes = new Uint8Array(this.memory, (HEAD + SLOTS) * 8);
    this.#stopped = stopped;
  }

  /** Appends a piece of the text as blocks become free. @throws Stopped */
  write(piece: Uint8Array): void {
    let left = piece;
    while (left.length > 0) {
      const inside = this.#written % BLOCK_BYTES;
      if (inside === 0) this.#waitForRoom(this.#written / BLOCK_BYTES);
      const part = left.subarray(0, BLOCK_BYTES - inside);
      this.#bytes.set(part, this.#written % BYTES);
      this.#written += part.length;
      this.#tell(CAME, BigInt(this.#written));
      left = left.subarray(part.length);
    }
  }

  /** The text is whole. */
  end(): void {
    this.#tell(CAME, BigInt(-1 - this.#written));
  }

  /** No more will come, though the text has not ended. @returns the block in which it broke off */
  breakOff(): number {
    this.#tell(BROKEN, 1n);
    Atomics.notify(this.#words, CAME);
    return Math.floor(this.#written / BLOCK_BYTES);
  }

  extent(wanted: number): number {
    for (;;) {
      const came = Atomics.load(this.#words, CAME);
      if (came < 0n) return Number(-1n - came);
      if (came >= wanted) return Number.MAX_SAFE_INTEGER;
      if (Atomics.load(this.#words, BROKEN) !== 0n) throw new Stopped();
      this.#wait(CAME, came);
    }
  }

  read(into: Uint8Array, offset: number): number {
    const at = offset % BYTES;
    const first = Math.min(into.length, BYTES - at);
    into.set(this.#bytes.subarray(at, at + first));
    into.set(this.#bytes.subarray(0, into.length - first), first);
    return into.length;
  }

  /** A block was read to the end of its last row. */
  done(block: number): void {
    this.#tell(HEAD + (block % SLOTS), BigInt(block + 1));
  }

  /** The block that lies where this one will be must have been read, as those before it were already. */
  #waitForRoom(block: number): void {
    if (this.#stopped()) throw new Stopped();
    if (block < SLOTS) return;
    const slot = HEAD + (block % SLOTS);
    for (;;) {
      const read = Atomics.load(this.#words, slot);
      if (read === BigInt(block - SLOTS + 1)) return;
      this.#wait(slot, read);
    }
  }

  #wait(word: number, value: bigint): void {
    if (Atomics.wait(this.#words, word, value, WAIT) === 'timed-out' && this.#stopped()) throw new Stopped();
  }

  #tell(word: number, value: bigint): void {
    Atomics.store(this.#words, word, value);
    Atomics.notify(this.#words, word);
  }
}
