import type { KeyRun, ReadSpilled } from './key-collector.ts';
import type { KeyGroup, KeyIndex, Position } from './key-index.ts';
import { isBelow, Merge, metAgain, type RunSource, WORDS } from './key-merge.ts';

/** Entries of a run on disk that are read at a time. */
const PORTION = 1 << 14;

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

/** Most rows share their hash with none: nothing is made of them, and most of them are not even put in order. */
function* repeats(runs: readonly RunSource[]): Iterable<KeyGroup> {
  const merge = new Merge(runs, metAgain(runs));
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
