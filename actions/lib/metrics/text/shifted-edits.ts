import { type Alignment, EditTable } from './edit-table.ts';

/** Words that move together at most, and how far apart the same words may stand in both texts; Tercom's limits. */
const MOST_WORDS = 10;
const FARTHEST = 50;
/** Shifts that are tried for a text before it is taken as it is; sacrebleu's limit. */
const MOST_TRIALS = 1000;

/** Some words that both texts have: where they begin, and how many they are. */
interface Run {
  readonly said: number;
  readonly wanted: number;
  readonly length: number;
}

/** The text after moving a run, and what that gains. */
interface Shift {
  readonly gain: number;
  readonly run: Run;
  readonly target: number;
  readonly words: Int32Array;
}

/**
 * Edits that make one text of the other where moving some neighbouring words is one edit: words are moved for as long
 * as this lowers the edit distance, each time where it lowers it most. Source: M. Snover et al., A Study of Translation
 * Edit Rate, 2006, with the choices and limits of Tercom as sacrebleu has them.
 *
 * @param said - words as numbers
 */
export function shiftedEdits(said: Int32Array, wanted: Int32Array): number {
  if (wanted.length === 0) return said.length;
  const table = new EditTable(said.length, wanted);
  const search = new ShiftSearch(table, new EditTable(said.length, wanted), wanted);
  let words = said;
  for (let shifts = 0; ; shifts++) {
    table.fill(words);
    const best = search.best(words);
    if (!best || best.gain <= 0 || search.exhausted) return shifts + table.distance;
    words = best.words;
  }
}

class ShiftSearch {
  readonly #table: EditTable;
  readonly #trial: EditTable;
  readonly #wanted: Int32Array;
  #trials = 0;

  /** @param table - filled for the words as they are; `trial` is room for those that are tried */
  constructor(table: EditTable, trial: EditTable, wanted: Int32Array) {
    this.#table = table;
    this.#trial = trial;
    this.#wanted = wanted;
  }

  get exhausted(): boolean {
    return this.#trials >= MOST_TRIALS;
  }

  best(words: Int32Array): Shift | undefined {
    const alignment = this.#table.alignment();
    let best: Shift | undefined;
    for (const run of runs(words, this.#wanted)) {
      if (!isWorthMoving(run, alignment)) continue;
      for (const target of targets(run, alignment)) {
        const shift = this.#try(words, run, target);
        if (!best || isBetter(shift, best)) best = shift;
      }
      if (this.exhausted) break;
    }
    return best;
  }

  #try(words: Int32Array, run: Run, target: number): Shift {
    this.#trials++;
    const to = Math.min(
      target > run.said + run.length ? target - run.length : target,
      words.length - run.length,
    );
    const moved = words.slice(run.said, run.said + run.length);
    const shifted = words.slice();
    if (to < run.said) shifted.copyWithin(to + run.length, to, run.said);
    else shifted.copyWithin(run.said, run.said + run.length, to + run.length);
    shifted.set(moved, to);
    const same = Math.min(to, run.said);
    this.#trial.take(this.#table, same);
    this.#trial.fill(shifted, same);
    return { gain: this.#table.distance - this.#trial.distance, run, target, words: shifted };
  }
}

/** All runs of the same words in both texts, by where they begin, the shortest first. */
function* runs(said: Int32Array, wanted: Int32Array): Generator<Run> {
  for (let from = 0; from < said.length; from++) {
    const last = Math.min(wanted.length - 1, from + FARTHEST);
    for (let to = Math.max(0, from - FARTHEST); to <= last; to++) {
      const most = Math.min(MOST_WORDS, said.length - from, wanted.length - to);
      for (let length = 1; length <= most && said[from + length - 1] === wanted[to + length - 1]; length++)
        yield { said: from, wanted: to, length };
    }
  }
}

/** Whether a run is wrong where it stands, and missing where it would go, which is not within itself. */
function isWorthMoving(
  { said, wanted, length }: Run,
  { places, saidWrong, wantedWrong }: Alignment,
): boolean {
  const place = places[wanted] ?? -1;
  return (
    saidWrong.subarray(said, said + length).includes(1) &&
    wantedWrong.subarray(wanted, wanted + length).includes(1) &&
    (place < said || place >= said + length)
  );
}

/** Places before which a run may go: after the words that are aligned with those before it and in it. */
function* targets({ wanted, length }: Run, { places }: Alignment): Generator<number> {
  let previous = -1;
  for (let at = wanted - 1; at < Math.min(wanted + length, places.length); at++) {
    const target = at < 0 ? 0 : (places[at] ?? -1) + 1;
    if (target !== previous) yield target;
    previous = target;
  }
}

/** The greater gain, then the longer run, then the one that begins first, then the first target. */
function isBetter(one: Shift, other: Shift): boolean {
  const orders = [
    one.gain - other.gain,
    one.run.length - other.run.length,
    other.run.said - one.run.said,
    other.target - one.target,
  ];
  return (orders.find((order) => order !== 0) ?? 0) > 0;
}
