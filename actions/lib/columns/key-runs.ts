import type { KeyRun, ReadSpilled } from './key-collector.ts';
import type { KeyGroup, KeyIndex, Position } from './key-index.ts';

/** Words of an entry: hash (low, high), position (low, high). */
const WORDS = 4;
/** Entries of a run on disk that are read at a time. */
const PORTION = 1 << 14;

/** A run that is read in order, some entries at a time. */
interface RunSource {
  readonly entries: number;
  /** Some of its entries, from one on; as words. */
  read(from: number): Uint32Array;
}

const noDisk: ReadSpilled = () => {
  throw new Error('a run of keys lies on disk, where it cannot be read here');
};

const sourceOf = ({ entries, bytes, spilled }: KeyRun, read: ReadSpilled): RunSource => ({
  entries,
  read: (from) =>
    spilled === undefined
      ? new Uint32Array(bytes, from * WORDS * 4)
      : new Uint32Array(read(spilled, from, Math.min(PORTION, entries - from))),
});

/** Runs of keys of one spec, from all threads and files, as one index. */
export function keyIndex(
  collected: readonly KeyRun[],
  bijective: boolean,
  read: ReadSpilled = noDisk,
): KeyIndex & { readonly runs: readonly RunSource[] } {
  const runs = collected.map((run) => sourceOf(run, read));
  const rows = runs.reduce((sum, { entries }) => sum + entries, 0);
  return {
    runs,
    rows,
    bijective,
    distinct() {
      let count = 0;
      const merge = new Merge(runs);
      while (merge.next()) if (merge.fresh) count += 1;
      return count;
    },
    repeats: () => repeats(runs),
    *common(other) {
      yield* matched(runs, other, true);
    },
    *missingFrom(other) {
      yield* matched(runs, other, false);
    },
  };
}

/** Most rows share their hash with none: nothing is made of them. */
function* repeats(runs: readonly RunSource[]): Iterable<KeyGroup> {
  const merge = new Merge(runs);
  let places: number[] = [];
  let low = 0;
  let high = 0;
  while (merge.next()) {
    if (!merge.fresh) {
      if (places.length === 0) places.push(low, high);
      places.push(merge.positionLow, merge.positionHigh);
    } else if (places.length > 0) {
      yield { positions: positionsOf(places) };
      places = [];
    }
    low = merge.positionLow;
    high = merge.positionHigh;
  }
  if (places.length > 0) yield { positions: positionsOf(places) };
}

const isIndexOfRuns = (index: KeyIndex): index is KeyIndex & { readonly runs: readonly RunSource[] } =>
  'runs' in index && Array.isArray(index.runs);

function* matched(runs: readonly RunSource[], other: KeyIndex, wanted: boolean): Iterable<KeyGroup> {
  if (!isIndexOfRuns(other)) throw new TypeError('an index of runs is compared with another of runs only');
  const theirs = new Merge(other.runs);
  let more = theirs.next();
  for (const group of groups(runs)) {
    while (more && isBelow(theirs.high, theirs.low, group.high, group.low)) more = theirs.next();
    const found = more && theirs.high === group.high && theirs.low === group.low;
    if (found === wanted) yield group.take();
  }
}

const isBelow = (highA: number, lowA: number, highB: number, lowB: number): boolean =>
  highA < highB || (highA === highB && lowA < lowB);

/** Entries with one hash; made into positions only when they are wanted. */
interface RawGroup {
  readonly high: number;
  readonly low: number;
  readonly size: number;
  take(): KeyGroup;
}

function* groups(runs: readonly RunSource[]): Iterable<RawGroup> {
  const merge = new Merge(runs);
  const places: number[] = []; // low and high words of positions, in turn
  let high = 0;
  let low = 0;
  const group = (): RawGroup => ({
    high,
    low,
    size: places.length / 2,
    take: () => ({ positions: positionsOf(places) }),
  });
  while (merge.next()) {
    if (merge.fresh) {
      if (places.length > 0) yield group();
      places.length = 0;
      high = merge.high;
      low = merge.low;
    }
    places.push(merge.positionLow, merge.positionHigh);
  }
  if (places.length > 0) yield group();
}

function positionsOf(places: readonly number[]): readonly Position[] {
  const positions: Position[] = [];
  for (let index = 0; index < places.length; index += 2) {
    const high = places[index + 1] ?? 0;
    positions.push({ file: high >>> 16, at: (high & 0xffff) * 2 ** 32 + (places[index] ?? 0) });
  }
  return positions.sort((a, b) => a.file - b.file || a.at - b.at);
}

/** Walks over sorted runs in the order of hashes: a binary heap of the runs by the entry each stands at. */
class Merge {
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
  #size = 0;
  #started = false;

  constructor(runs: readonly RunSource[]) {
    const filled = runs.filter(({ entries }) => entries > 0);
    this.#runs = filled;
    this.#words = filled.map((run) => run.read(0));
    this.#before = new Float64Array(filled.length);
    this.#size = filled.length;
    this.#at = new Int32Array(filled.length);
    this.#highs = Uint32Array.from(this.#words, (words) => words[1] ?? 0);
    this.#lows = Uint32Array.from(this.#words, (words) => words[0] ?? 0);
    this.#heap = Int32Array.from(filled.keys());
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
    this.#advance(run, words, at + WORDS);
    if (this.#size > 1) this.#sink(0);
    return true;
  }

  #advance(run: number, words: Uint32Array, next: number): void {
    if (next < words.length) {
      this.#at[run] = next;
      this.#lows[run] = words[next] ?? 0;
      this.#highs[run] = words[next + 1] ?? 0;
      return;
    }
    const before = (this.#before[run] ?? 0) + words.length / WORDS;
    const source = this.#runs[run];
    if (source !== undefined && before < source.entries) {
      const more = source.read(before);
      this.#before[run] = before;
      this.#words[run] = more;
      this.#advance(run, more, 0);
      return;
    }
    this.#size -= 1;
    this.#heap[0] = this.#heap[this.#size] ?? 0;
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
