import type { KeyRun } from './key-collector.ts';
import type { KeyGroup, KeyIndex, Position } from './key-index.ts';

/** Words of an entry: hash (low, high), position (low, high). */
const WORDS = 4;

/** Runs of keys of one spec, from all threads and files, as one index. */
export function keyIndex(
  runs: readonly KeyRun[],
  bijective: boolean,
): KeyIndex & { readonly runs: readonly KeyRun[] } {
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
    *repeats() {
      for (const group of groups(runs)) if (group.size > 1) yield group.take();
    },
    *common(other) {
      yield* matched(runs, other, true);
    },
    *missingFrom(other) {
      yield* matched(runs, other, false);
    },
  };
}

const isIndexOfRuns = (index: KeyIndex): index is KeyIndex & { readonly runs: readonly KeyRun[] } =>
  'runs' in index && Array.isArray(index.runs);

function* matched(runs: readonly KeyRun[], other: KeyIndex, wanted: boolean): Iterable<KeyGroup> {
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

function* groups(runs: readonly KeyRun[]): Iterable<RawGroup> {
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
  readonly #words: readonly Uint32Array[];
  readonly #at: Int32Array;
  readonly #heap: number[] = [];
  #started = false;

  constructor(runs: readonly KeyRun[]) {
    this.#words = runs.map(({ bytes }) => new Uint32Array(bytes));
    this.#at = new Int32Array(runs.length);
    for (const [run, { entries }] of runs.entries()) if (entries > 0) this.#heap.push(run);
    for (let node = (this.#heap.length >> 1) - 1; node >= 0; node -= 1) this.#sink(node);
  }

  next(): boolean {
    const run = this.#heap[0];
    if (run === undefined) return false;
    const words = this.#words[run] ?? EMPTY;
    const at = this.#at[run] ?? 0;
    const low = words[at] ?? 0;
    const high = words[at + 1] ?? 0;
    this.fresh = !this.#started || low !== this.low || high !== this.high;
    this.#started = true;
    this.low = low;
    this.high = high;
    this.positionLow = words[at + 2] ?? 0;
    this.positionHigh = words[at + 3] ?? 0;
    this.#at[run] = at + WORDS;
    if (at + WORDS >= words.length) {
      const last = this.#heap.pop();
      if (this.#heap.length > 0 && last !== undefined) this.#heap[0] = last;
    }
    if (this.#heap.length > 1) this.#sink(0);
    return true;
  }

  #isLess(a: number, b: number): boolean {
    const wordsA = this.#words[a] ?? EMPTY;
    const wordsB = this.#words[b] ?? EMPTY;
    const atA = this.#at[a] ?? 0;
    const atB = this.#at[b] ?? 0;
    return isBelow(wordsA[atA + 1] ?? 0, wordsA[atA] ?? 0, wordsB[atB + 1] ?? 0, wordsB[atB] ?? 0);
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const run = heap[from] ?? 0;
    let node = from;
    for (;;) {
      let child = node * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#isLess(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      if (!this.#isLess(heap[child] ?? 0, run)) break;
      heap[node] = heap[child] ?? 0;
      node = child;
    }
    heap[node] = run;
  }
}

const EMPTY = new Uint32Array(0);
