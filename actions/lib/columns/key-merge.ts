/** Words of an entry: hash (low, high), position (low, high). */
export const WORDS = 4;

/** A run that is read in order, some entries at a time. */
export interface RunSource {
  readonly entries: number;
  /** Some of its entries, from one on; as words. */
  read(from: number): Uint32Array;
}

/** A bit for the leading bits of hashes. */
interface Leading {
  readonly bits: Uint32Array;
  /** Bits of the upper word of a hash that are left out. */
  readonly shift: number;
}

/** Bits for each row, and in all: with eight, one row of nine shares its bit with another by chance. */
const BITS_PER_ROW = 8;
const MOST_BITS = 27;

/** The leading bits that more than one row has: equal hashes are among these. */
export function metAgain(runs: readonly RunSource[]): Leading {
  const rows = runs.reduce((sum, { entries }) => sum + entries, 0);
  const width = Math.min(MOST_BITS, Math.max(5, Math.ceil(Math.log2(rows * BITS_PER_ROW + 1))));
  const shift = 32 - width;
  const met = new Uint32Array(2 ** (width - 5));
  const again = new Uint32Array(met.length);
  for (const run of runs)
    for (let from = 0; from < run.entries; ) {
      const words = run.read(from);
      note(words, shift, met, again);
      from += words.length / WORDS;
    }
  return { bits: again, shift };
}

function note(words: Uint32Array, shift: number, met: Uint32Array, again: Uint32Array): void {
  for (let at = 1; at < words.length; at += WORDS) {
    const leading = (words[at] ?? 0) >>> shift;
    const slot = leading >>> 5;
    const bit = 1 << (leading & 31);
    const before = met[slot] ?? 0;
    if ((before & bit) === 0) met[slot] = before | bit;
    else again[slot] = (again[slot] ?? 0) | bit;
  }
}

/** The first entry from one on whose leading bits are among some; the end where there is none. */
function firstAmong(words: Uint32Array, from: number, { bits, shift }: Leading): number {
  let at = from;
  for (; at < words.length; at += WORDS) {
    const leading = (words[at + 1] ?? 0) >>> shift;
    if ((((bits[leading >>> 5] ?? 0) >>> (leading & 31)) & 1) === 1) break;
  }
  return at;
}

/** Whether a hash is below another, each in two words. */
export const isBelow = (highA: number, lowA: number, highB: number, lowB: number): boolean =>
  highA < highB || (highA === highB && lowA < lowB);

/**
 * Walks over sorted runs, or some entries of them, in the order of hashes: a binary heap of the runs by the entry each
 * stands at.
 */
export class Merge {
  high = 0;
  low = 0;
  positionLow = 0;
  positionHigh = 0;
  /** The hash differs from the one before. */
  fresh = true;
  readonly #runs: readonly RunSource[];
  /** Of each run: entries in memory, the entries before them, */
  readonly #words: Uint32Array[];
  readonly #before: Float64Array;
  /** the word at which its next entry begins, and the hash there. */
  readonly #at: Int32Array;
  readonly #highs: Uint32Array;
  readonly #lows: Uint32Array;
  readonly #heap: Int32Array;
  readonly #among: Leading | undefined;
  #size = 0;
  #started = false;

  /** @param among - only entries with these leading bits count */
  constructor(runs: readonly RunSource[], among?: Leading) {
    this.#among = among;
    const filled = runs.filter(({ entries }) => entries > 0);
    this.#runs = filled;
    this.#words = filled.map((run) => run.read(0));
    this.#before = new Float64Array(filled.length);
    this.#at = new Int32Array(filled.length);
    this.#highs = new Uint32Array(filled.length);
    this.#lows = new Uint32Array(filled.length);
    this.#heap = Int32Array.from([...filled.keys()].filter((run) => this.#settle(run, 0)));
    this.#size = this.#heap.length;
    for (let node = (this.#size >> 1) - 1; node >= 0; node -= 1) this.#sink(node);
  }

  next(): boolean {
    if (this.#size === 0) return false;
    const run = this.#heap[0] ?? 0;
    const words = this.#words[run] ?? EMPTY;
    const at = this.#at[run] ?? 0;
    const low = words[at] ?? 0;
    const high = words[at + 1] ?? 0;
    this.fresh = low !== this.low || high !== this.high || !this.#started;
    this.#started = true;
    this.low = low;
    this.high = high;
    this.positionLow = words[at + 2] ?? 0;
    this.positionHigh = words[at + 3] ?? 0;
    if (!this.#settle(run, at + WORDS)) {
      this.#size -= 1;
      this.#heap[0] = this.#heap[this.#size] ?? 0;
    }
    if (this.#size > 1) this.#sink(0);
    return true;
  }

  /** Goes on to the next entry of a run, from a word on; false at its end. */
  #settle(run: number, from: number): boolean {
    const source = this.#runs[run];
    let words = this.#words[run] ?? EMPTY;
    for (let at = from; ; at = 0) {
      const next = this.#among === undefined ? at : firstAmong(words, at, this.#among);
      if (next < words.length) {
        this.#at[run] = next;
        this.#lows[run] = words[next] ?? 0;
        this.#highs[run] = words[next + 1] ?? 0;
        return true;
      }
      const before = (this.#before[run] ?? 0) + words.length / WORDS;
      if (source === undefined || before >= source.entries) return false;
      words = source.read(before);
      this.#before[run] = before;
      this.#words[run] = words;
    }
  }

  /** Moves a run down to where the runs below it stand at larger hashes. */
  #sink(from: number): void {
    const heap = this.#heap;
    const run = heap[from] ?? 0;
    let node = from;
    for (let child = this.#leastChild(node); child > 0; child = this.#leastChild(node)) {
      const least = heap[child] ?? 0;
      if (!this.#isLess(least, run)) break;
      heap[node] = least;
      node = child;
    }
    heap[node] = run;
  }

  /** The node below that stands at the smaller hash; 0 for none. */
  #leastChild(node: number): number {
    const child = node * 2 + 1;
    if (child >= this.#size) return 0;
    if (child + 1 === this.#size) return child;
    return this.#isLess(this.#heap[child + 1] ?? 0, this.#heap[child] ?? 0) ? child + 1 : child;
  }

  #isLess(a: number, b: number): boolean {
    return isBelow(this.#highs[a] ?? 0, this.#lows[a] ?? 0, this.#highs[b] ?? 0, this.#lows[b] ?? 0);
  }
}

const EMPTY = new Uint32Array(0);
