import type { Ranking } from '../stats/tie-groups.ts';
import type { ClassRows } from './rows.ts';

/** The probability that the model gave to a class of a row; NaN where there are none. */
export function probabilityOf({ scores, labels, task }: ClassRows, row: number, label: number): number {
  if (task === 'multiclass') return scores?.[row * labels.length + label] ?? Number.NaN;
  const positive = scores?.[row] ?? Number.NaN;
  return label === 1 ? positive : 1 - positive;
}

/** Kept for as long as the arrays live that they are made of: resamples and other metrics ask for the same ones. */
const COLUMNS = new WeakMap<Float64Array, readonly Float64Array[]>();
const FLAGS = new WeakMap<Int32Array, Map<number, Uint8Array>>();
const POOLED_FLAGS = new WeakMap<Int32Array, Uint8Array>();

/** The scores of each class, one array a class. */
export function scoreColumns(scores: Float64Array, width: number): readonly Float64Array[] {
  const known = COLUMNS.get(scores);
  if (known) return known;
  const count = scores.length / width;
  const columns = Array.from({ length: width }, (_, column) => {
    const values = new Float64Array(count);
    for (let row = 0; row < count; row++) values[row] = scores[row * width + column] ?? 0;
    return values;
  });
  COLUMNS.set(scores, columns);
  return columns;
}

/** 1 for the rows of a class, 0 for all others. */
export function isOfClass(actual: Int32Array, label: number): Uint8Array {
  const known = FLAGS.get(actual) ?? new Map<number, Uint8Array>();
  FLAGS.set(actual, known);
  const flags = known.get(label) ?? new Uint8Array(actual.length);
  if (!known.has(label)) {
    for (let row = 0; row < actual.length; row++) flags[row] = actual[row] === label ? 1 : 0;
    known.set(label, flags);
  }
  return flags;
}

/** What the rows of each class weigh. */
export function classWeights({ labels, actual, weights, count }: ClassRows): Float64Array {
  const mass = new Float64Array(labels.length);
  for (let row = 0; row < count; row++) {
    const label = actual[row] ?? 0;
    mass[label] = (mass[label] ?? 0) + (weights?.[row] ?? 1);
  }
  return mass;
}

/**
 * Every class of every row of a multiclass task as a case of its own, positive where it is the row's class; row after
 * row. `undefined` without scores.
 */
export function pooledRanking(rows: ClassRows): Ranking | undefined {
  const { scores, weights, labels } = rows;
  if (!scores) return undefined;
  const width = labels.length;
  if (!weights) return { scores, positives: pooledFlags(rows) };
  const repeated = new Float64Array(scores.length);
  for (let row = 0; row < rows.count; row++) repeated.fill(weights[row] ?? 0, row * width, (row + 1) * width);
  return { scores, positives: pooledFlags(rows), weights: repeated };
}

function pooledFlags({ actual, labels, count }: ClassRows): Uint8Array {
  const flags = POOLED_FLAGS.get(actual) ?? new Uint8Array(count * labels.length);
  if (POOLED_FLAGS.has(actual)) return flags;
  for (let row = 0; row < count; row++) flags[row * labels.length + (actual[row] ?? 0)] = 1;
  POOLED_FLAGS.set(actual, flags);
  return flags;
}
