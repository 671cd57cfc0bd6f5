import { detachedText } from '../tabular/detached-text.ts';

/** A value as it is counted. */
export type Key = string | number | bigint | boolean;

/**
 * Counts of distinct values. Beyond its capacity it keeps the values with the smallest hashes and their exact
 * counts (a bottom-k sketch): an unbiased sample of the distinct values, whatever their order or split over parts.
 */
export class ValueCounts {
  readonly capacity: number;
  counts = new Map<Key, number>();
  /** Values with hashes from here on are not kept; infinite while every value is. */
  #limit = Number.POSITIVE_INFINITY;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get exact(): boolean {
    return this.#limit === Number.POSITIVE_INFINITY && this.counts.size <= this.capacity;
  }

  add(key: Key, times: number): void {
    // Once values are dropped most are: the hash tells sooner than a look into the map.
    if (this.#limit !== Number.POSITIVE_INFINITY && hashOf(key) >= this.#limit) return;
    const known = this.counts.get(key);
    if (known !== undefined) {
      this.counts.set(key, known + times);
      return;
    }
    this.counts.set(typeof key === 'string' ? detachedText(key) : key, times);
    if (this.counts.size >= 2 * this.capacity) this.#prune();
  }

  merge(other: ValueCounts): void {
    if (other.#limit < this.#limit) {
      this.#limit = other.#limit;
      for (const key of this.counts.keys()) if (hashOf(key) >= this.#limit) this.counts.delete(key);
    }
    for (const [key, times] of other.counts) this.add(key, times);
  }

  /** Brings the kept values down to the capacity; done last, so that what is kept depends on the values alone. */
  settle(): void {
    if (this.counts.size > this.capacity) this.#prune();
  }

  /** Distinct values: counted, or estimated from how dense the kept hashes lie. */
  distinct(): { readonly count: number; readonly exact: boolean; readonly relativeError?: number } {
    this.settle();
    if (this.exact) return { count: this.counts.size, exact: true };
    const kept = this.counts.size;
    return {
      count: Math.round(kept / this.#limit),
      exact: false,
      relativeError: Number((1 / Math.sqrt(Math.max(1, kept - 2))).toPrecision(2)),
    };
  }

  #prune(): void {
    const hashed = [...this.counts].map(([key, times]) => ({ key, times, hash: hashOf(key) }));
    hashed.sort((a, b) => a.hash - b.hash);
    this.#limit = hashed[this.capacity]?.hash ?? this.#limit;
    this.counts = new Map(
      hashed.filter(({ hash }) => hash < this.#limit).map(({ key, times }) => [key, times]),
    );
  }
}

/** A hash of a value from 0 to 1, 53 bits: two multiply-xorshift streams over its UTF-16 code units. */
function hashOf(key: Key): number {
  const text = typeof key === 'string' ? key : String(key);
  let a = typeof key === 'string' ? 0x9e3779b9 : 0x7f4a7c15; // "1" is not 1
  let b = 0x85ebca6b;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((b >>> 0) * 2 ** 21 + (a >>> 11)) / 2 ** 53;
}
