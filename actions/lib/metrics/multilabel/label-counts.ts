import type { Terms } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';
import type { Counts } from './shares.ts';

/** Numbers that are counted: hits, predicted, actual. */
const WIDTH = 3;

/** Terms are kept for as long as their predictions live: four ratios are made of the same counts. */
const BY_LABEL = new WeakMap<Uint8Array, Terms>();
const POOLED = new WeakMap<Uint8Array, Terms>();

/** What each row adds to the counts of each label: three numbers a label, label after label. */
export function labelTerms({ labels, actual, predicted, count }: LabelSetRows): Terms {
  const known = BY_LABEL.get(predicted);
  if (known) return known;
  const values = new Float64Array(count * labels.length * WIDTH);
  for (let at = 0; at < count * labels.length; at++) {
    const isPredicted = predicted[at] ?? 0;
    const isActual = actual[at] ?? 0;
    values[at * WIDTH] = isPredicted & isActual;
    values[at * WIDTH + 1] = isPredicted;
    values[at * WIDTH + 2] = isActual;
  }
  const terms = { cells: 1, width: labels.length * WIDTH, values };
  BY_LABEL.set(predicted, terms);
  return terms;
}

/** What each row adds to the counts of all labels together. */
export function pooledTerms({ labels, actual, predicted, count }: LabelSetRows): Terms {
  const known = POOLED.get(predicted);
  if (known) return known;
  const values = new Float64Array(count * WIDTH);
  for (let at = 0; at < count * labels.length; at++) {
    const to = Math.floor(at / labels.length) * WIDTH;
    const isPredicted = predicted[at] ?? 0;
    const isActual = actual[at] ?? 0;
    values[to] = (values[to] ?? 0) + (isPredicted & isActual);
    values[to + 1] = (values[to + 1] ?? 0) + isPredicted;
    values[to + 2] = (values[to + 2] ?? 0) + isActual;
  }
  const terms = { cells: 1, width: WIDTH, values };
  POOLED.set(predicted, terms);
  return terms;
}

/** The counts that sums of `labelTerms` hold for each label, those of `pooledTerms` for all together. */
export const countsOf = (sums: Float64Array): Counts[] =>
  Array.from({ length: sums.length / WIDTH }, (_, at) => ({
    hits: sums[at * WIDTH] ?? 0,
    predicted: sums[at * WIDTH + 1] ?? 0,
    actual: sums[at * WIDTH + 2] ?? 0,
  }));
