import type { ColumnProfile } from '../documents/profile.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { Cell } from '../tabular/table.ts';
import { NumericSketch } from './numeric-sketch.ts';
import { type KindTally, summarize } from './summarize-column.ts';
import { type Key, ValueCounts } from './value-counts.ts';
import { type Classify, keyOf } from './value-kind.ts';

/** What a profiler is told about its column. */
export interface ProfilerOptions {
  /** The contract's type, if there is one. */
  readonly type?: ColumnType;
  readonly classify: Classify;
  /** Distinct values kept. */
  readonly capacity: number;
}

/**
 * Builds the profile of one column from batches, or from profilers of parts of the data. While there are few
 * distinct values it only counts them; all else follows from the counts at the end, exactly. Beyond that, numbers
 * go into bins.
 */
export class ColumnProfiler {
  readonly name: string;
  readonly #options: ProfilerOptions;
  readonly #values: ValueCounts;
  #rows = 0;
  #missing = 0;
  /** Since there are too many values to keep them all. */
  #overflow: KindTally | undefined;

  constructor(name: string, options: ProfilerOptions) {
    this.name = name;
    this.#options = options;
    this.#values = new ValueCounts(options.capacity);
  }

  /** Rows of which the column was not there count as missing. */
  addMissing(rows: number): void {
    this.#rows += rows;
    this.#missing += rows;
  }

  add(cells: readonly Cell[]): void {
    this.#rows += cells.length;
    for (const cell of cells) {
      if (cell === null) this.#missing += 1;
      else this.#count(keyOf(cell), 1);
    }
  }

  /** Takes in what another profiler of the same column saw. */
  merge(other: ColumnProfiler): void {
    this.#rows += other.#rows;
    this.#missing += other.#missing;
    if (other.#overflow === undefined) {
      for (const [key, times] of other.#values.counts) this.#count(key, times);
      return;
    }
    this.#overflow ??= this.#tally();
    this.#values.merge(other.#values);
    for (const [type, times] of other.#overflow.types)
      this.#overflow.types.set(type, (this.#overflow.types.get(type) ?? 0) + times);
    this.#overflow.numbers.merge(other.#overflow.numbers);
    this.#overflow.times.merge(other.#overflow.times);
    this.#overflow.lengths.merge(other.#overflow.lengths);
  }

  /** The profile of everything seen so far. */
  finish(): ColumnProfile {
    this.#values.settle();
    return summarize(
      { name: this.name, rows: this.#rows, missing: this.#missing, declared: this.#options.type },
      this.#values,
      this.#overflow ?? this.#tally(),
      this.#options.classify,
    );
  }

  #count(key: Key, times: number): void {
    this.#values.add(key, times);
    if (this.#overflow !== undefined) this.#record(this.#overflow, key, times);
    else if (!this.#values.exact) this.#overflow = this.#tally();
  }

  /** Kinds, numbers and lengths of all kept values; called when the kept values are all values. */
  #tally(): KindTally {
    const tally: KindTally = {
      types: new Map(),
      numbers: new NumericSketch('relative'),
      times: new NumericSketch('days'),
      lengths: new NumericSketch('relative'),
    };
    // In the order of the values, so that sums do not depend on the order of the rows.
    const keys = [...this.#values.counts.keys()].sort(byValue);
    for (const key of keys) this.#record(tally, key, this.#values.counts.get(key) ?? 0);
    return tally;
  }

  #record(tally: KindTally, key: Key, times: number): void {
    const kind = this.#options.classify(key);
    tally.types.set(kind.type, (tally.types.get(kind.type) ?? 0) + times);
    if (typeof key === 'string' && kind.type !== 'invalid') tally.lengths.add(characterCount(key), times);
    if (kind.number === undefined) return;
    if (kind.type === 'integer' || kind.type === 'number') tally.numbers.add(kind.number, times);
    else tally.times.add(kind.number, times);
  }
}

const byValue = (a: Key, b: Key): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
};

/** Code points: UTF-16 code units without the second halves of pairs. */
function characterCount(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count -= 1;
  return count;
}
