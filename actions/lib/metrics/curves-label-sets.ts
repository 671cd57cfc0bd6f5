import type { LabelSetRows } from './rows.ts';

/** How well one label is found. A figure without rows is absent. */
export interface LabelFigures {
  readonly label: string;
  /** Weight of the rows that carry it. */
  readonly actual: number;
  readonly precision?: number;
  readonly recall?: number;
  /** Absent when no row carries the label and none was given it. */
  readonly f1?: number;
}

/** `curves.json`: what the plots of a multilabel task are drawn from. */
export interface LabelSetCurves {
  readonly task: 'multilabel';
  /** In the order of the labels. */
  readonly labels: readonly LabelFigures[];
  /**
   * `[missed, given instead, weight]` by place in `labels`: rows in which one label was missed and another was given
   * that does not belong there, the heaviest first.
   */
  readonly mixedUp: readonly (readonly [number, number, number])[];
}

/** Pairs beyond this are a table's business. */
const MAX_PAIRS = 20;

/** The curves of a multilabel task. */
export function labelSetCurves(rows: LabelSetRows): LabelSetCurves {
  const width = rows.labels.length;
  const tally = new LabelTally(width);
  for (let row = 0; row < rows.count; row++)
    tally.add(
      rows.actual.subarray(row * width, (row + 1) * width),
      rows.predicted.subarray(row * width, (row + 1) * width),
      rows.weights?.[row] ?? 1,
    );
  return {
    task: 'multilabel',
    labels: rows.labels.map((label, at) =>
      figures(label, tally.found[at] ?? 0, tally.actual[at] ?? 0, tally.given[at] ?? 0),
    ),
    mixedUp: tally.mixedUp().slice(0, MAX_PAIRS),
  };
}

function addTo(sums: Float64Array, at: number, amount: number): void {
  sums[at] = (sums[at] ?? 0) + amount;
}

/** Weights of rows by label, and by pair of a missed and a wrong one. */
class LabelTally {
  readonly found: Float64Array;
  readonly actual: Float64Array;
  readonly given: Float64Array;
  readonly #width: number;
  readonly #pairs = new Map<number, number>();

  constructor(width: number) {
    this.#width = width;
    this.found = new Float64Array(width);
    this.actual = new Float64Array(width);
    this.given = new Float64Array(width);
  }

  add(actual: Uint8Array, predicted: Uint8Array, weight: number): void {
    const missed: number[] = [];
    const wrong: number[] = [];
    for (let label = 0; label < this.#width; label++) {
      const is = actual[label] === 1;
      const was = predicted[label] === 1;
      if (is) addTo(this.actual, label, weight);
      if (was) addTo(this.given, label, weight);
      if (is && was) addTo(this.found, label, weight);
      else if (is) missed.push(label);
      else if (was) wrong.push(label);
    }
    for (const one of missed) for (const other of wrong) this.#mix(one * this.#width + other, weight);
  }

  #mix(pair: number, weight: number): void {
    this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + weight);
  }

  mixedUp(): (readonly [number, number, number])[] {
    return [...this.#pairs]
      .sort(([a, most], [b, least]) => least - most || a - b)
      .map(([pair, weight]) => [Math.floor(pair / this.#width), pair % this.#width, weight]);
  }
}

const figures = (label: string, found: number, actual: number, given: number): LabelFigures => ({
  label,
  actual,
  ...(given > 0 && { precision: found / given }),
  ...(actual > 0 && { recall: found / actual }),
  ...(actual + given > 0 && { f1: (2 * found) / (actual + given) }),
});
